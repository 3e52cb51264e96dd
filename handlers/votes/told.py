"""What is said about a vote outside of it: in a WeChat group, on a poster, on a sheet that is posted."""

from datetime import datetime

from clock import BEIJING
from handlers.votes import outcomes
from handlers.votes.tallies import Weight
from models.states import LegalEffect, PollState
from models.votes import Poll

LONGEST = 200
"""So many characters at most go into a group, link included."""
_OVER = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})


def day_and_time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%-m月%-d日%H:%M}"


def shortfall(poll: Poll, lacking: Weight) -> str:
    """「参与还差3户。」 or 「参与还差3位业主、120.50平方米。」; empty where nothing is lacking."""
    heads = f"{lacking.heads}{outcomes.unit(poll)}" if lacking.heads else ""
    area = outcomes.area(lacking.area) if lacking.area else ""
    return f"参与还差{'、'.join(part for part in (heads, area) if part)}。" if heads or area else ""


def group_texts(poll: Poll, link: str) -> dict[str, str]:
    """What may be pasted into a group now, by heading: opening, once open a reminder, or the result; of 200 characters.

    Args:
        link: of the vote's public page.
    """
    if poll.state in _OVER:
        return {"结果": _fitted(f"【投票结果】{poll.title}", [_result(poll)], f"详细数字：{link}")}
    if poll.state not in {PollState.ANNOUNCED, PollState.OPEN}:
        return {}
    begins = f"【投票】{poll.title}"
    until = f"{day_and_time(poll.opens_at)}开始，{day_and_time(poll.closes_at)}截止。"
    reminder = f"还没投的邻居请抓紧，{day_and_time(poll.closes_at)}截止。"
    opening = {"开始": _fitted(begins, [f"范围：{poll.scope}。", until, *_how(poll)], f"详情：{link}")}
    if poll.state is PollState.ANNOUNCED:
        return opening
    return opening | {"提醒": _fitted(f"【提醒】{poll.title}", [reminder, *_how(poll)], f"详情：{link}")}


def opened(poll: Poll) -> str:
    """What whoever is on the roll reads when a vote opens."""
    until = f"现在可以投了，{day_and_time(poll.closes_at)}截止。"
    return "\n".join([f"【投票】{poll.title}", f"范围：{poll.scope}。", until, *_how(poll)])


def closing_soon(poll: Poll) -> str:
    """What who has not voted reads on the last day."""
    return "\n".join([f"【提醒】{poll.title}", f"您家还没投，{day_and_time(poll.closes_at)}截止。", *_how(poll)])


def decided(poll: Poll) -> str:
    """What everybody in its places reads when the result is posted."""
    return f"【投票结果】{poll.title}\n{_result(poll)}"


def _how(poll: Poll) -> list[str]:
    if poll.legal_effect is LegalEffect.STATUTORY:
        return ["这是法定投票，请按公示的办法投。"]
    return ["在社区公众号回复「投票」就能投。", "也可以找居委会投纸质票。"]


def _result(poll: Poll) -> str:
    return f"{outcomes.outcome(poll)}{outcomes.effect(poll)}"


def _fitted(first: str, lines: list[str], last: str) -> str:
    """The first and last line, and of those between as many as there is room for; a long one is cut."""
    left = LONGEST - len(first) - len(last) - 1
    kept: list[str] = []
    for line in lines:
        room = left - 1
        if room < len(line):
            kept += [f"{line[: room - 1]}…"] if room > 20 else []
            break
        kept.append(line)
        left -= len(line) + 1
    return "\n".join([first, *kept, last])
