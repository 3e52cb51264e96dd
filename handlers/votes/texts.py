"""Every sentence of voting."""

from collections.abc import Sequence
from datetime import datetime

from errors import DomainError
from handlers.residency.visitors import Home
from handlers.votes import finished
from handlers.votes.answers import Answer, Shape, spoken
from handlers.votes.card import corrections, days_left, facts, how, local, standing
from handlers.votes.card import shape as shape_of_poll
from handlers.votes.rules import (
    AlreadyCast,
    MinorMayNotVote,
    NotOnRoll,
    NotOwner,
    NotRepresentative,
    NotVerifiedOwner,
    OnlyOnPaper,
    PollClosed,
)
from models.states import CastChannel, Electorate, MemberRole
from models.votes import Poll, PollChange

LONGEST_LINE = 40
"""Characters of a sentence (conversations.md)."""
MAX_EXPLANATION = 160
"""Characters of an explanation in a chat; the page has all of it."""

BIND_FIRST = "请先登记住址，再来投票。\n登记好了，投票会接着打开。"
BIND_PENDING = "请先登记住址，再来投票。\n您的申请还在审核，通过后就能投。"
NONE_OPEN = "现在没有需要您投的票。\n回复「结果」，看以前投票的结果。"
NONE_FINISHED = "还没有结束的投票。"
NONE_LISTED = "现在没有公示或进行中的投票，也就没有名册。"
CHOOSE_POLL = "请选要看的投票："
CHOOSE_HOME = "您有几处住址，为哪一户投？"
SAY_NUMBER = "没看懂。请回复选项的数字。"
SAY_CONFIRM = "回复「确认」提交，回复「取消」放弃。"
ADD_MORE = "点一项可以加上，再点一次去掉。"
GONE = "这次投票已经看不到了，请重新回复「投票」。"
OBJECTION = "异议"
WHICH_HOME = "请选是哪一处住址，回复它的数字。"
SAY_OBJECTION = "没看懂。要提异议，请回复「异议」。"
RECEIPT_UNKNOWN = "查不到这个凭证号。\n请核对一下，再发一次。"
NO_RECENT = "15分钟内没有您的投票凭证。\n请回复「凭证」加号码来查。"
MINOR = "您登记时未满18周岁，不能投票。\n请家里的成年人来投。"


def question(poll: Poll, now: datetime, home: Home, changes: Sequence[PollChange], page: str) -> str:
    """What is asked, who may vote, and how the ballot is treated, before anybody chooses.

    Args:
        page: where the whole of it stands; empty where there is no more to see than this.
    """
    lines = (
        poll.title,
        _short(poll.explanation),
        *corrections(changes)[:2],
        *(f"{heading}：{words}" for heading, words in facts(poll)),
        f"{_whose(poll, home)}{local(poll.closes_at)}截止，{days_left(poll.closes_at, now)}。",
        f"全文和附件：{page}" if page else "",
    )
    return _joined(*lines)


def needs_page(poll: Poll) -> bool:
    """Whether a chat can't hold what the vote explains."""
    return len(poll.explanation) > MAX_EXPLANATION


def _short(explanation: str) -> str:
    """As much as a chat holds, whole sentences where there are any."""
    if len(explanation) <= MAX_EXPLANATION:
        return explanation
    cut = explanation[:MAX_EXPLANATION]
    return f"{cut[: cut.rfind('。') + 1] or cut}……"


def _whose(poll: Poll, home: Home) -> str:
    if poll.electorate is Electorate.HOUSEHOLD:
        return f"为{home.address}投票，"
    return "您名下的房屋合为一票，" if poll.electorate is Electorate.OWNER else ""


def ask(shape: Shape) -> str:
    """How to answer, under the question; the dimensions of a scoring by name."""
    if not shape.scores:
        return how(shape)
    names = (f"{at} {name}" for at, name in enumerate(shape.dimensions, 1))
    example = " ".join(str(shape.scale[1] - at % 2) for at in range(len(shape.dimensions)))
    return _joined(how(shape), *names, f"可以一次写完，例如：{example}", ask_score(shape, 0))


def ask_score(shape: Shape, at: int) -> str:
    return f"现在打第{at + 1}项：{shape.dimensions[at]}"


def so_far(given: Answer, shape: Shape) -> str:
    """The scores given up to now, and the next that is asked for."""
    done = "、".join(f"{name}{score}分" for name, score in zip(shape.dimensions, given, strict=False))
    return f"已打：{done}\n{ask_score(shape, len(given))}"


def chosen(answer: Answer, shape: Shape) -> str:
    begins = f"您选择{'的分数' if shape.scores else ''}："
    said = begins + spoken(answer, shape)
    return said if len(said) <= LONGEST_LINE else "\n".join([begins, spoken(answer, shape, "\n")])


def confirm(answer: Answer, shape: Shape) -> str:
    """What was chosen, and how to hand it in; of several choices, how to change them."""
    more = f"{ADD_MORE}最多{shape.most}项。" if shape.most > 1 and not shape.scores else ""
    return _joined(chosen(answer, shape) if answer else "还没有选。", more, SAY_CONFIRM)


def receipt(poll: Poll, number: str) -> str:
    later = "截止前可以再投，以最后一次为准。" if poll.changeable and not poll.secret else ""
    return _joined(
        "投票成功！", poll.title, f"投票凭证号 {number}", later, f"请记下来。回复「凭证 {number}」，随时可查。"
    )


def announced(poll: Poll, now: datetime, changes: Sequence[PollChange], page: str) -> str:
    """A vote that is posted before it opens: what will be asked, and when."""
    return _joined(
        poll.title,
        f"{standing(poll, now)}，{local(poll.closes_at)}截止。",
        _asked(poll, changes, page),
        "现在可以查名册，回复「名册」。",
    )


def only_on_paper(poll: Poll, contact: str, changes: Sequence[PollChange], page: str) -> str:
    """A vote with force of law: where it is cast, and what is asked there."""
    return _joined(statutory(poll, contact), _asked(poll, changes, page))


def _asked(poll: Poll, changes: Sequence[PollChange], page: str) -> str:
    """What a vote that takes no ballot here asks, and of whom."""
    shape = shape_of_poll(poll)
    return _joined(
        _short(poll.explanation),
        *corrections(changes)[:2],
        *(f"{heading}：{words}" for heading, words in facts(poll)),
        "评议项：" if shape.scores else "选项：",
        *(f"{at} {words}" for at, words in enumerate(shape.dimensions or shape.choices, 1)),
        f"全文和附件：{page}" if page else "",
    )


def statutory(poll: Poll, contact: str) -> str:
    """Why a vote with force of law takes no ballot in chat or on a page, and where it is cast (domain.md §2.3)."""
    return _joined(
        poll.title,
        "这是法定投票，不在微信和网页上投。",
        f"请投书面票，或按「性质」里写的系统、会议来投，{local(poll.closes_at)}截止。",
        f"组织：{poll.organiser}" if poll.organiser else "",
        f"领票和咨询：{contact}" if contact else "",
    )


def already_cast(poll: Poll, voter: str, cast_at: datetime, channel: CastChannel) -> str:
    """Who has cast this voice's ballot, masked, when and by which channel."""
    shared = {Electorate.HOUSEHOLD: "每户一票。", Electorate.OWNER: "共有的房屋合为一票。"}
    return _joined(
        "您家已投票。" if poll.electorate in shared else "您已投票。",
        f"{voter} 在{local(cast_at)}{_CAST[channel]}。",
        shared.get(poll.electorate, "每人一票。"),
        "觉得不对，请回复「异议」。",
    )


_CAST = {
    CastChannel.CHAT: "投的",
    CastChannel.PAGE: "从网页投的",
    CastChannel.PAPER: "投的，是纸质票",
    CastChannel.DOOR: "上门投的",
}


def may_change(own: str) -> str:
    """Over the question, where the ballot of a named vote may be cast again."""
    return f"您已投过，可以改，以最后一次为准。\n上次选的：{own}。"


def refused(refusal: DomainError, poll: Poll, home: Home) -> str:
    """What a resident hears, on whatever surface, when the rules say no to a ballot."""
    match refusal:
        case PollClosed():
            return finished.closed(poll)
        case OnlyOnPaper():
            return statutory(poll, poll.contact or home.phone)
        case MinorMayNotVote():
            return MINOR
        case NotRepresentative():
            return represented(refusal.representative)
        case AlreadyCast():
            return already_cast(poll, refusal.voter, refusal.cast_at, refusal.channel)
        case NotOnRoll() | NotOwner() | NotVerifiedOwner():
            return not_on_roll(poll, home)
        case _:
            return refusal.message


def represented(representative: str) -> str:
    return f"您家的户代表是{representative}。\n每户一票，由户代表来投。\n要换户代表，请回复「人工」。"


def not_on_roll(poll: Poll, home: Home) -> str:
    contact = poll.contact or home.phone
    return _joined(
        f"{home.address}不在投票范围。",
        why_not(poll, home),
        f"可以打电话核对：{contact}" if contact else "",
        "觉得不对，请回复「异议」。",
    )


def roll_line(home: Home, why: str) -> str:
    """Whether a home has a voice in a poll; why not, where it has none."""
    return f"{home.address}：在名册上。" if not why else f"{home.address}：不在名册上。\n{why}"


def on_the_roll(poll: Poll, now: datetime, turnout: str, lines: Sequence[str]) -> str:
    return _joined(poll.title, f"{standing(poll, now)}。", turnout, *lines, "名册不对，请回复「异议」。")


def why_not(poll: Poll, home: Home) -> str:
    """Why a home has no voice in a poll on whose roll it has no entry, in one sentence."""
    if poll.electorate is Electorate.HOUSEHOLD:
        return "名册列的是登记有成年居民的住户，里面没有您这一户。"
    if poll.electorate is Electorate.OWNER:
        return _why_no_owner(home)
    listed = "居民代表名单" if poll.electorate is Electorate.LISTED else "名册"
    if home.resident_id is None:
        return f"您的登记还待核实，{listed}里没有您的名字。"
    return f"{listed}里没有您的名字。"


def _why_no_owner(home: Home) -> str:
    """Of owners' votes, who only lives there, or says to be the owner and has not been checked (domain.md §2.2, §5)."""
    if home.role is MemberRole.TENANT:
        return "租户不参加业主表决。"
    if home.role is not MemberRole.OWNER:
        return f"业主表决由业主本人投，您登记的身份是「{home.role.label}」。"
    if not home.verified:
        return "您的业主身份还待核实，核实后才能投。"
    return "业主名册里没有您的这处房屋。"


def objection(number: int, contact: str) -> str:
    return f"异议已记下，编号 {number}。\n社区会核对名册，3天内答复。" + (
        f"\n也可以打电话：{contact}" if contact else ""
    )


def objection_answered(number: int, title: str, answer: str) -> str:
    return f"您的异议有答复了。\n编号：{number}\n投票：{title}\n答复：{answer}\n还有疑问，请回复「人工」。"


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
