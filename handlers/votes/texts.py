"""Every sentence of voting."""

from datetime import datetime, timedelta

from clock import BEIJING
from handlers.residency.visitors import Home
from handlers.votes import outcomes
from models.states import Electorate, MemberRole, PollState
from models.votes import Poll

MAX_RESULT = 1900
"""Bytes of a result in a chat, which takes 2,048 with what stands round it (wechat-platform.md §2.3)."""
PUBLIC = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})

BIND_FIRST = "请先登记住址，再来投票。\n登记好了，投票会接着打开。"
BIND_PENDING = "请先登记住址，再来投票。\n您的申请还在审核，通过后就能投。"
NONE_OPEN = "现在没有需要您投的票。\n回复「结果」，看以前投票的结果。"
NONE_FINISHED = "还没有结束的投票。"
CHOOSE_POLL = "请选要看的投票："
CHOOSE_HOME = "您有几处住址，为哪一户投？"
SAY_NUMBER = "没看懂。请回复选项的数字。"
SAY_CONFIRM = "回复「确认」提交，回复「取消」放弃。"
GONE = "这次投票已经看不到了，请重新回复「投票」。"
OBJECTION = "异议"
RECEIPT_UNKNOWN = "查不到这个凭证号。\n请核对一下，再发一次。"
RECEIPT_HELD = "已收到，这张票在票箱里。\n结果公布后，可以再来核对。"
MINOR = "您登记时未满18周岁，不能投票。\n请家里的成年人来投。"


def days_left(closes_at: datetime, now: datetime) -> str:
    left = closes_at - now
    if left >= timedelta(days=1):
        return f"还剩{left.days}天"
    hours = left // timedelta(hours=1)
    return f"还剩{hours}小时" if hours else f"还剩{max(left // timedelta(minutes=1), 1)}分钟"


def local(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%-m月%-d日 %H:%M}"


def summary(poll: Poll, now: datetime, *, done: bool) -> str:
    """The line under a poll's title in a list."""
    parts = ["户代表", poll.legal_effect.label, days_left(poll.closes_at, now), "已投" if done else ""]
    return " · ".join(part for part in parts if part)


def question(poll: Poll, now: datetime, address: str) -> str:
    """What is asked, who may vote, and how the ballot is treated."""
    lines = (
        poll.title,
        poll.explanation,
        f"类型：户代表投票，{poll.legal_effect.label}，无记名。",
        f"谁能投：{poll.scope}每户一票，提交后不可改。",
        f"为{address}投票，{local(poll.closes_at)}截止，{days_left(poll.closes_at, now)}。",
        "请选一项：",
    )
    return "\n".join(line for line in lines if line)


def chosen(number: int, words: str) -> str:
    return f"您选择：{number} {words}"


def receipt(poll: Poll, number: str) -> str:
    return f"投票成功！\n{poll.title}\n投票凭证号 {number}\n请记下来。回复「凭证 {number}」，随时可查。"


def already_cast(voter: str, cast_at: datetime) -> str:
    return f"您家已投票。\n{voter} 在{local(cast_at)}投的，每户一票。\n觉得不对，请回复「异议」。"


def represented(representative: str) -> str:
    return f"您家的户代表是{representative}。\n每户一票，由户代表来投。\n要换户代表，请回复「人工」。"


def not_on_roll(address: str, contact: str) -> str:
    lines = (
        f"{address}不在投票范围。",
        "名册在开票时定下，列的是登记有成年居民的住户。",
        f"可以打电话核对：{contact}" if contact else "",
        "觉得不对，请回复「异议」。",
    )
    return "\n".join(line for line in lines if line)


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
    return f"异议已记下，编号 {number}。\n社区会核对名册。" + (f"\n也可以打电话：{contact}" if contact else "")


def closed(poll: Poll) -> str:
    return f"投票已结束。\n{result(poll)}"


def result(poll: Poll) -> str:
    """The published result, counts only (《个人信息保护法》第二十五条), short enough for a chat."""
    if poll.result is None or poll.state not in PUBLIC:
        waiting = "正在计票" if poll.state in {PollState.OPEN, PollState.COUNTING} else "没有结果"
        return f"{poll.title}\n{waiting}，公布后回复「结果」查看。"
    last = [outcomes.outcome(poll), outcomes.effect(poll)]
    lines, left = [poll.title], MAX_RESULT - sum(_bytes(line) for line in (poll.title, *last))
    for figure in outcomes.figures(poll):
        line = _figure(figure)
        left -= _bytes(line)
        if left < 0:
            lines.append("……其余的见投票页面。")
            break
        lines.append(line)
    return "\n".join([*lines, *last])


def _figure(figure: outcomes.Figure) -> str:
    """「赞成：229位业主，77.89%，达到四分之三以上」, as much of it as there is."""
    parts = (figure.number, figure.share, f"{figure.verdict}{figure.threshold}")
    return f"{figure.label}：" + "，".join(part for part in parts if part)


def _bytes(line: str) -> int:
    return len(line.encode()) + 1


def published_ballot(poll: Poll) -> str:
    return f"这张票在已公布的名单里。\n{poll.title}"
