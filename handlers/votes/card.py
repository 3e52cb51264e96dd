"""The card of a vote: its kind, what it binds, who may vote, whether it is secret, what carries it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clock import BEIJING
from handlers.votes import outcomes
from handlers.votes.answers import Shape, shape_of
from handlers.votes.terms import CODE_278, MATTERS, Share, Terms, terms_from
from models.states import Electorate, LegalEffect, PollKind, PollState
from models.votes import Poll, PollChange

CHANGED = {
    "explanation": "说明已更正",
    "contact": "联系方式已更正",
    "closes_at": "投票已延期",
    "roll": "名册有更正",
    "state": "投票已中止",
}
"""What a correction is called, by the field that it put right."""


def shape(poll: Poll) -> Shape:
    """What an answer to this poll may be."""
    return shape_of(poll.choices, poll.max_choices, poll.abstain, poll.dimensions, poll.scale)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%-m月%-d日 %H:%M}"


def days_left(closes_at: datetime, now: datetime) -> str:
    left = closes_at - now
    if left >= timedelta(days=1):
        return f"还剩{left.days}天"
    hours = left // timedelta(hours=1)
    return f"还剩{hours}小时" if hours else f"还剩{max(left // timedelta(minutes=1), 1)}分钟"


def summary(poll: Poll, now: datetime, *, done: bool) -> str:
    """The line under a poll's title in a list."""
    parts = [poll.electorate.label, poll.legal_effect.label, standing(poll, now), "已投" if done else ""]
    return " · ".join(part for part in parts if part)


def standing(poll: Poll, now: datetime) -> str:
    """How far it is: days left, when it opens, or that it was stopped."""
    if poll.state is PollState.ANNOUNCED:
        return f"公示中，{local(poll.opens_at)}开始"
    if poll.state is PollState.OPEN and poll.closes_at > now:
        return days_left(poll.closes_at, now)
    return "计票中" if poll.state is PollState.OPEN else poll.state.label


def facts(poll: Poll) -> list[tuple[str, str]]:
    """What stands on the card before anybody chooses, each with its heading."""
    lines = [
        ("类型", f"{poll.electorate.label}投票，{poll.kind.label}。"),
        ("表决事项", f"{MATTERS[poll.matter]}。{CODE_278}第{poll.matter}项。" if poll.matter in MATTERS else ""),
        ("性质", _effect(poll)),
        ("谁能投", f"{poll.scope}{_voters(poll)}"),
        ("方式", "无记名，没有人知道您选了什么。" if poll.secret else "记名，您的选择和名字一起留存。"),
        ("改票", _change(poll)),
        ("通过条件", conditions(poll)),
    ]
    return [(heading, words) for heading, words in lines if words]


def _effect(poll: Poll) -> str:
    if poll.legal_effect is LegalEffect.CONSULTATIVE:
        return "征求意见，结果供社区参考。"
    return outcomes.effect(poll)


def _change(poll: Poll) -> str:
    if poll.legal_effect is LegalEffect.STATUTORY:
        return ""
    return "可改，截止前以最后一次为准。" if poll.changeable and not poll.secret else "不可改，提交前请想好。"


def _voters(poll: Poll) -> str:
    return {
        Electorate.RESIDENT: f"年满{poll.min_age}周岁的居民，每人一票。",
        Electorate.HOUSEHOLD: "的住户，每户一票。",
        Electorate.OWNER: "的业主，每位业主一票。",
        Electorate.LISTED: "名单上的居民代表，每人一票。",
    }[poll.electorate]


def conditions(poll: Poll) -> str:
    """Under what it carries, in one sentence; empty where nothing was set."""
    terms = terms_from(poll.terms)
    if poll.kind is PollKind.SCORE:
        return f"参加的达到名册{terms.floor.label}，才公布均分。" if terms.floor else ""
    if poll.kind is PollKind.OPINION:
        return f"按得票多少，取前{terms.winners}项。" if terms.winners else ""
    parts = [part for part in (_quorum(poll, terms), _agreement(terms)) if part]
    return f"{'；'.join(parts)}。" if parts else ""


def _quorum(poll: Poll, terms: Terms) -> str:
    heads = "户数" if poll.electorate is Electorate.HOUSEHOLD else "人数"
    return _both("参加的", heads, terms.quorum_heads, terms.quorum_area)


def _agreement(terms: Terms) -> str:
    return _both("参加者中同意的", "人数" if terms.agree_area else "", terms.agree_heads, terms.agree_area)


def _both(whose: str, counted: str, heads: Share | None, area: Share | None) -> str:
    """「参加的人数和面积都达到三分之二」; `counted` is what heads are called."""
    if heads and heads == area:
        return f"{whose}{counted}和面积都{_reach(heads)}"
    asked = [f"{counted}{_reach(heads)}" if heads else "", f"面积{_reach(area)}" if area else ""]
    return f"{whose}{'，'.join(filter(None, asked))}" if any(asked) else ""


def _reach(share: Share) -> str:
    return f"{share.verb}{share.part}"


def how(shape: Shape) -> str:
    """How to answer, limits stated."""
    if shape.scores:
        low, high = shape.scale
        return f"每项打{low}到{high}分，{high}分最好。"
    return "请选一项：" if shape.most == 1 else f"最多选{shape.most}项，例如回复「1 3」："


def corrections(changes: Sequence[PollChange]) -> list[str]:
    """What was put right in the sight of all, the latest first."""
    return [f"{local(one.made_at)}{CHANGED.get(one.field, '有更正')}：{one.reason}" for one in changes]
