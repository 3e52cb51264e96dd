"""What is said of a vote that is over: its result in short lines, why it was stopped, whether a ballot is counted."""

from handlers.votes import outcomes
from models.states import PollState
from models.votes import Poll

MAX_RESULT = 1800
"""Bytes of a result in a chat, which takes 2,048 with what stands round it (wechat-platform.md §2.3)."""
PUBLIC = frozenset({PollState.PUBLISHED, PollState.ARCHIVED})
RECEIPT_HELD = "已收到，这张票在票箱里。\n结果公布后，可以再来核对。"
RECEIPT_REPLACED = "这张票已被后来的一张代替。\n只算最后一次投的。"


def suspended(poll: Poll) -> str:
    return _joined("投票已中止。", poll.title, f"原因：{poll.reason}" if poll.reason else "")


def closed(poll: Poll) -> str:
    return suspended(poll) if poll.state is PollState.SUSPENDED else f"投票已结束。\n{result(poll)}"


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


def receipt_standing(poll: Poll, *, stands: bool) -> str:
    """Whether the ballot of a receipt is counted, by the poll that holds it."""
    if not stands:
        return f"{RECEIPT_REPLACED}\n{poll.title}"
    if poll.state is PollState.SUSPENDED:
        return f"已收到，但投票已中止，不计票。\n{poll.title}"
    return f"这张票在已公布的名单里。\n{poll.title}" if poll.state in PUBLIC else f"{RECEIPT_HELD}\n{poll.title}"


def on_the_page(page: str) -> str:
    return f"图表和凭证名单：{page}"


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
