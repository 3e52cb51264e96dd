"""The terms of a vote in its form: what is usual and where that stands, what was set instead and on which ground."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from errors import Invalid
from handlers.votes.terms import CODE_278, DOUBTS, PRACTICE, SHARES, SPECIAL_MATTERS, Terms, preset, share, terms_from
from models.states import PollKind
from models.votes import Poll
from web.forms import one_line

OWN_TERM = "本次投票自定"
LONGEST_SOURCE = 200
SHARE_LABELS = {
    written: share(written).label for written in (">1/2", ">=1/2", ">=1/3", ">=3/10", ">=2/3", ">2/3", ">=3/4", ">=4/5")
}
NONE = "none"
DAYS = {"announce_days": "公示天数", "open_days": "投票天数", "result_days": "几天内公布结果"}
TENANTS = {"tenants": "租户能不能投", "tenant_days": "租户要住满几天"}
ABSENT = {"absent_owners": "不住在这里的业主算不算一户"}
YES_OR_NO = {"tenants": ("能", "不能"), "absent_owners": ("算", "不算")}
"""Terms that are a matter of yes or no, and how that is said."""
HEADS = {"quorum_heads": "参加的人数（或户数）", "agree_heads": "同意的人数（或户数）"}
TERMS: dict[PollKind, dict[str, str]] = {
    PollKind.OPINION: {"winners": "取前几项"} | DAYS | TENANTS | ABSENT,
    PollKind.HOUSEHOLD: HEADS | DAYS | TENANTS | ABSENT,
    PollKind.SCORE: {"floor": "多少份才公布均分"} | DAYS | TENANTS | ABSENT,
    PollKind.DELEGATES: HEADS | DAYS,
    PollKind.OWNERS: HEADS
    | {"quorum_area": "参加的面积", "agree_area": "同意的面积"}
    | DAYS
    | {"dwelling_kinds": "计入的户室类型"},
}
"""The terms that can be set for a kind, each with its label."""
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class TermField:
    """One of the terms as the form offers it: what is usual, and what was written instead."""

    name: str
    label: str
    usual: str
    source: str
    options: tuple[tuple[str, str], ...]


def changed_terms(poll: Poll) -> dict[str, str]:
    """The terms that are not as usual, with their sources."""
    terms, usual = terms_from(poll.terms), preset(poll.kind, poll.matter)
    values: dict[str, str] = {}
    for name in TERMS[poll.kind]:
        if getattr(terms, name) != getattr(usual, name):
            values |= {name: _plain(name, getattr(terms, name)), f"source_{name}": terms.sources.get(name, "")}
    return values


def _plain(name: str, value: Any) -> str:
    if name in SHARES:
        return value.stored() if value else NONE
    if name in YES_OR_NO:
        return YES if value else NO
    return "、".join(value) if name == "dwelling_kinds" else str(value)


def read_terms(kind: PollKind, matter: int | None, values: Mapping[str, str]) -> Terms:
    """The usual terms of a kind with what was set otherwise; what a law says is not set otherwise without a source.

    Raises:
        Invalid: not to be read, or without its source.
    """
    usual = preset(kind, matter)
    changes, sources = dict[str, Any](), dict(usual.sources)
    for name, label in TERMS[kind].items():
        source = one_line(values[f"source_{name}"])[:200]
        value = _term(name, label, values[name]) if values[name] else getattr(usual, name)
        if value != getattr(usual, name):
            if not source and CODE_278 in usual.sources.get(name, ""):
                raise Invalid(f"「{label}」改得和法条不一样，请写明依据。")
            changes[name], sources[name] = value, source or OWN_TERM
    return replace(usual, **changes, sources=sources)


def _term(name: str, label: str, text: str) -> Any:
    if name in SHARES:
        return None if text == NONE else share(text) if text in SHARE_LABELS else _unreadable(label)
    if name in YES_OR_NO:
        return text == YES
    if name == "dwelling_kinds":
        return tuple(word for word in text.replace("，", "、").replace(" ", "、").split("、") if word)
    if not (text.isascii() and text.isdecimal() and int(text[:4]) <= 365 and len(text) <= 3):
        _unreadable(label)
    return int(text)


def _unreadable(label: str) -> Any:
    raise Invalid(f"「{label}」没看懂，请写0到365的数字，或从列表里选。")


def term_fields(kind: PollKind, matter: int | None) -> list[TermField]:
    """The terms of a kind as the form offers them, with what is usual and where that stands."""
    return [_field(kind, matter, name, label) for name, label in TERMS[kind].items()]


def _field(kind: PollKind, matter: int | None, name: str, label: str) -> TermField:
    usual = preset(kind, matter)
    words = _words(name, getattr(usual, name))
    if kind is PollKind.OWNERS and matter is None and name.startswith("agree"):
        special = preset(kind, min(SPECIAL_MATTERS))
        words = f"第6、7、8项{_words(name, getattr(special, name))}，其他各项{words}"
    options: tuple[tuple[str, str], ...] = ()
    if name in SHARES:
        options = ((NONE, "不设"), *SHARE_LABELS.items())
    if name in YES_OR_NO:
        options = tuple(zip((YES, NO), YES_OR_NO[name], strict=True))
    return TermField(name, label, words, _source(usual.sources.get(name, PRACTICE)), options)


def _source(written: str) -> str:
    return "，".join(filter(None, (written, DOUBTS.get(written), "可改")))


def _words(name: str, value: Any) -> str:
    if name in SHARES:
        return value.label if value else "不设"
    if name in YES_OR_NO:
        return YES_OR_NO[name][not value]
    if name == "dwelling_kinds":
        return "、".join(value) or "全部"
    return "不限" if not value else f"{value}项" if name == "winners" else f"{value}天"
