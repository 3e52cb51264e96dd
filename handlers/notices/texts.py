"""Every sentence about notices: in chat, in what is pushed, on the residents' pages."""

from collections.abc import Mapping
from datetime import date

from bot.dialogue import Choice
from bot.listing import MAX_BYTES, PUSHED, plain, tap
from clock import BEIJING
from models.notices import Notice, NoticeVersion
from models.reach import NoticeClass, NoticeState

MOST_BODY = 400
"""Characters of a notice in a chat; the page has all of it."""
LEAST_ROOM = 240
"""Bytes that a notice's own words keep of a message beside what it asks for."""
LONGEST_NAMED = 30
"""Characters of a vote's title in another's text."""
MOST_IN_GROUP = 200
"""Characters of what is pasted into a WeChat group, link included."""
MOST_SHORT = 66
"""Characters of an SMS, less its signature; a longer one is charged as two."""

NOTICE, READ, GOT_IT = "通知", "已阅", "收到"
JUST_VOTE = "请参加投票，回复「投票」就行。"
BIND_FIRST = "请先登记住址，再看通知。\n登记好了，通知会接着打开。"
BIND_PENDING = "请先登记住址，再看通知。\n您的申请还在审核，通过后就能看。"
NONE = "现在没有给您的通知。"
CHOOSE = "请选要看的通知："
SAY_NUMBER = "没看懂。请回复通知前面的数字。"
SAY_READ = "没看懂。看过了，请回复「已阅」。"
GONE = "这条通知已经看不到了。\n请重新回复「通知」。"
NO_RECEIPT = "现在没有等您回复「已阅」的通知。"
WHICH = "有几条通知等您回复，请选一条："
TRIAL_GONE = "这个试发码不对，或已过期。\n请在后台重新按「试发」。"
ALL = "全部通知"


def heading(notice: Notice) -> str:
    return f"【{notice.topic.label}】{notice.title}"


def standing(notice: Notice, *, read: bool, changed: bool, acknowledged: bool, over: bool) -> str:
    """The line under a notice's title in a list."""
    if notice.state is NoticeState.WITHDRAWN:
        return f"{notice.topic.label} · 已撤回"
    parts = [notice.topic.label, _news(read=read, changed=changed)]
    if notice.wants_receipt:
        parts.append("已阅" if acknowledged else "请回复已阅")
    parts.append("已过期" if over else "")
    return " · ".join(part for part in parts if part)


def _news(*, read: bool, changed: bool) -> str:
    if changed:
        return "有更正"
    return "看过" if read else "未读"


def card(notice: Notice, version: NoticeVersion | None, page: str = "", most: int = MOST_BODY, asks: str = "") -> str:
    """A notice as chat shows it.

    Args:
        version: the text that the present one replaced.
        page: where all of it and its files stand; empty where there is no more to see.
        most: characters of the body.
        asks: what it asks people to do.
    """
    if notice.state is NoticeState.WITHDRAWN:
        return withdrawn(notice)
    lines = (
        heading(notice),
        corrected(version) if version else "",
        short(notice.body, most),
        *(f"{name}：{words}" for name, words in facts(notice)),
        f"全文和附件：{page}" if page else "",
        asks,
    )
    return "\n".join(line for line in lines if line)


def corrected(version: NoticeVersion) -> str:
    return f"更正（{day(version.replaced_at.astimezone(BEIJING).date())}）：{version.reason}"


def withdrawn(notice: Notice) -> str:
    """What is left of a notice that was taken back: nobody goes by its text any more."""
    return f"{heading(notice)}\n这条通知已撤回，请不要再照着办。\n原因：{notice.reason}\n{answering(notice)}"


def facts(notice: Notice) -> list[tuple[str, str]]:
    """What stands under the text, each with its heading."""
    found = [
        ("时间", period(notice.starts_on, notice.ends_on)),
        ("范围", notice.scope),
        ("责任单位", notice.body_responsible),
        ("责任人", notice.person_responsible),
        ("异议电话" if notice.topic is NoticeClass.POSTING else "电话", notice.phone),
    ]
    return [(name, words) for name, words in found if words]


def answering(notice: Notice) -> str:
    return " ".join(part for part in (notice.body_responsible, notice.phone) if part)


def period(starts_on: date, ends_on: date | None) -> str:
    if ends_on is None:
        return f"{day(starts_on)}起"
    year = f"{ends_on.year}年" if ends_on.year != starts_on.year else ""
    return day(starts_on) if starts_on == ends_on else f"{day(starts_on)}至{year}{day(ends_on)}"


def day(on: date) -> str:
    return f"{on.month}月{on.day}日"


def short(body: str, most: int = MOST_BODY) -> str:
    """As much as there is room for, whole sentences where there are any."""
    if len(body) <= most:
        return body
    cut = body[:most]
    return f"{cut[: cut.rfind('。') + 1] or cut}……"


def needs_page(notice: Notice) -> bool:
    """Whether a chat can't hold what the notice says."""
    return len(notice.body) > MOST_BODY


def ask_receipt(notice: Notice) -> str:
    return "看过了，请回复「已阅」。" if notice.wants_receipt else ""


def acknowledged(notice: Notice) -> str:
    return f"已记下：您已阅这条通知。\n{notice.title}\n通知编号 {notice.id}"


def again(notice: Notice) -> str:
    return f"这条通知您已经回过「已阅」。\n通知编号 {notice.id}"


def ask_to_vote(title: str, page: str) -> str:
    return f"请参加投票：{short(title, LONGEST_NAMED)}\n回复「投票」就能投，也可以打开：{page}"


def pushed(notice: Notice, page: str, version: NoticeVersion | None = None, asks: str = "") -> str:
    """What is sent to a resident by itself, as long as a message may be together with the page that it ends with.

    Its choices have the numbers that chat takes them by, and can be tapped for as long as the notice stands.
    """
    offered = choices(notice)
    lines = (f"{number} {choice.words}" for number, choice in enumerate(offered, 1))
    list_id = f"{PUSHED}{notice.id}"
    taps = "\n".join(tap(choice.words, list_id, line) for choice, line in zip(offered, lines, strict=True))
    tail = f"\n{ask_receipt(notice)}\n{taps}" if notice.wants_receipt else f"\n{taps}"
    room = MAX_BYTES - len(f"{plain(card(notice, version, most=0, asks=asks))}{tail}\n{page}\n".encode())
    if asks not in ("", JUST_VOTE) and room < LEAST_ROOM:
        return pushed(notice, page, version, JUST_VOTE)
    return plain(card(notice, version, most=min(MOST_BODY, room // 4), asks=asks)) + tail


def choices(notice: Notice) -> tuple[Choice, ...]:
    """What can be answered to a notice, in the order of its numbers; the value is what typing it would be."""
    every = Choice(ALL)
    if notice.state is NoticeState.WITHDRAWN or not notice.wants_receipt:
        return (every,)
    return (Choice(READ, f"{READ} {notice.id}"), every)


def sms(notice: Notice) -> str:
    """The same in one SMS: what, when, whom to call."""
    said = "已撤回：" if notice.state is NoticeState.WITHDRAWN else ""
    tail = f"。{notice.phone}" if notice.phone else ""
    return f"{said}{heading(notice)}{tail}"[:MOST_SHORT]


def content(notice: Notice, place: str) -> Mapping[str, str]:
    """What templates of the platform are filled with, by our names of fields; the path shortens it (0016)."""
    gone = notice.state is NoticeState.WITHDRAWN
    return {
        "title": f"已撤回：{notice.title}" if gone else notice.title,
        "class": notice.topic.label,
        "body": notice.reason if gone else short(notice.body, 100),
        "place": notice.scope or place,
        "starts": notice.starts_on.isoformat(),
        "ends": (notice.ends_on or notice.starts_on).isoformat(),
        "owner": notice.body_responsible,
        "phone": notice.phone,
        "time": period(notice.starts_on, notice.ends_on),
    }


def waiting(count: int) -> str:
    """「2条通知」 for the main menu."""
    return f"{count}条通知" if count else ""


def trial_words(notice_id: int, code: str) -> str:
    return f"试发 {notice_id} {code}"


def trial_copy(text: str) -> str:
    return f"这是试发，只有您看到。\n\n{text}"


def group_text(notice: Notice, link: str) -> str:
    """What may be pasted into a group, of 200 characters; a long text is cut, heading, number and link stay.

    Args:
        link: of the notice's page.
    """
    first, last = heading(notice), f"详情：{link}"
    term = f"时间：{period(notice.starts_on, notice.ends_on)}"
    asked = f"电话：{notice.phone}" if notice.phone else ""
    around = [first, term, asked, last]
    room = MOST_IN_GROUP - sum(len(line) + 1 for line in around if line)
    body = notice.body if len(notice.body) <= room else f"{notice.body[: max(room - 1, 0)]}…"
    return "\n".join(line for line in (first, body if room > 20 else "", term, asked, last) if line)
