"""The terms of a vote: quorum, thresholds, periods and who counts, each with its source; presets by kind, pure.

Whoever drafts a vote may set them otherwise (domain.md §2.3: the figures of the 2026 text of 《城市居民委员会组织法》
are not verified), and the vote keeps what it was held under.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from models.states import Electorate, PollKind

SPECIAL_MATTERS = frozenset({6, 7, 8})
"""筹集维修资金, 改建重建, 改变共有部分用途或经营 (《民法典》第二百七十八条第六至八项)."""
MATTERS = {
    1: "制定和修改业主大会议事规则",
    2: "制定和修改管理规约",
    3: "选举业主委员会或者更换业主委员会成员",
    4: "选聘和解聘物业服务企业或者其他管理人",
    5: "使用建筑物及其附属设施的维修资金",
    6: "筹集建筑物及其附属设施的维修资金",
    7: "改建、重建建筑物及其附属设施",
    8: "改变共有部分的用途或者利用共有部分从事经营活动",
    9: "有关共有和共同管理权利的其他重大事项",
}
SHARES = ("quorum_heads", "quorum_area", "agree_heads", "agree_area", "floor")
"""The terms that are shares."""
_DIGITS = "零一二三四五六七八九十"
_SHARE = re.compile(r">(=?) ?([0-9]{1,6})(?:/([1-9][0-9]{0,5}))?")
CODE_278 = "《民法典》第二百七十八条"
MEETING = "《城市居民委员会组织法》（2018）第九、十条"
BEIJING_RULES = "《北京市物业管理条例》：决定作出后三日内公示"
PRACTICE = "本系统的缺省"
DOUBTS = {MEETING: "2026年文本的数字没有核实", BEIJING_RULES: "各地不同"}
"""What whoever drafts a vote is told of a source beside it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole that must be reached: 「以上」 includes the number itself, 「过」 does not (民法典 1259)."""

    of: Fraction
    strict: bool

    def met(self, part: int | Fraction, whole: int | Fraction) -> bool:
        """Whether `part` of `whole` is enough, exactly; nothing of nothing never is."""
        if whole <= 0:
            return False
        reached = Fraction(part) / Fraction(whole)
        return reached > self.of if self.strict else reached >= self.of

    @property
    def part(self) -> str:
        """「一半」, 「三分之二」."""
        if self.of == Fraction(1, 2):
            return "一半"
        if self.of == 1:
            return "全部"
        below, above = self.of.denominator, self.of.numerator
        return f"{_DIGITS[below]}分之{_DIGITS[above]}" if below <= 10 else f"{below}分之{above}"

    @property
    def verb(self) -> str:
        return "超过" if self.strict else "达到"

    @property
    def label(self) -> str:
        """As a law words it: 「过半数」, 「三分之二以上」."""
        if self.of == Fraction(1, 2):
            return "过半数" if self.strict else "半数以上"
        return f"超过{self.part}" if self.strict else f"{self.part}以上" if self.of < 1 else self.part

    def stored(self) -> str:
        return f"{'>' if self.strict else '>='}{self.of}"


def share(written: str) -> Share:
    """Read `>1/2` or `>=2/3`.

    Raises:
        ValueError: it is neither, or not between 0 and 1, or more than the whole.
    """
    read = _SHARE.fullmatch(written)
    if read is None:
        raise ValueError(written)
    strict, of = not read[1], Fraction(int(read[2]), int(read[3] or 1))
    if not 0 < of <= 1 or (strict and of == 1):
        raise ValueError(written)
    return Share(of, strict)


AT_LEAST_TWO_THIRDS = Share(Fraction(2, 3), strict=False)
AT_LEAST_THREE_QUARTERS = Share(Fraction(3, 4), strict=False)
MORE_THAN_HALF = Share(Fraction(1, 2), strict=True)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what a vote is held; None where a test is not made.

    Quorums are of the roll, thresholds of those who take part. `winners` is how many of the choices come through in a
    collection of opinions; `floor` is the share of the roll from which scores are published. Days are calendar days.
    `tenants` counts homes and persons who rent, if they have lived there for `tenant_days`; `absent_owners` counts
    homes whose owner lives elsewhere, where households vote; `dwelling_kinds` are the parts of buildings that count,
    all if empty. `sources` gives the source by name of a term.
    """

    quorum_heads: Share | None = None
    quorum_area: Share | None = None
    agree_heads: Share | None = None
    agree_area: Share | None = None
    winners: int | None = None
    floor: Share | None = None
    announce_days: int = 0
    open_days: int = 0
    result_days: int = 3
    tenants: bool = True
    tenant_days: int = 0
    absent_owners: bool = False
    dwelling_kinds: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict[str, str])

    def stored(self) -> dict[str, Any]:
        """As JSON holds it."""
        values: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        shares = {name: value.stored() for name in SHARES if (value := values[name])}
        return values | shares | {"dwelling_kinds": list(self.dwelling_kinds), "sources": dict(self.sources)}


def terms_from(stored: Mapping[str, Any]) -> Terms:
    """What `Terms.stored` wrote; what is missing is as a new `Terms` has it."""
    known = {one.name for one in fields(Terms)}
    values = {name: value for name, value in stored.items() if name in known}
    for name in SHARES:
        values[name] = share(values[name]) if values.get(name) else None
    values["dwelling_kinds"] = tuple(values.get("dwelling_kinds", ()))
    return Terms(**values)


def electorate_of(kind: PollKind) -> Electorate:
    """Who votes in a kind of vote, where nothing else is said."""
    return {
        PollKind.OPINION: Electorate.RESIDENT,
        PollKind.HOUSEHOLD: Electorate.HOUSEHOLD,
        PollKind.SCORE: Electorate.HOUSEHOLD,
        PollKind.DELEGATES: Electorate.LISTED,
        PollKind.OWNERS: Electorate.OWNER,
    }[kind]


def preset(kind: PollKind, matter: int | None = None) -> Terms:
    """The usual terms of a kind of vote; of an owners' vote they depend on the matter, 1 to 9."""
    if kind is PollKind.OWNERS:
        return _owners(matter in SPECIAL_MATTERS)
    if kind is PollKind.OPINION:
        return Terms(winners=1, sources={"winners": PRACTICE})
    if kind is PollKind.SCORE:
        return Terms(floor=Share(Fraction(3, 10), strict=False), sources={"floor": PRACTICE})
    sources = {"quorum_heads": MEETING, "agree_heads": MEETING, "tenants": PRACTICE}
    return Terms(quorum_heads=MORE_THAN_HALF, agree_heads=MORE_THAN_HALF, sources=sources)


def _owners(special: bool) -> Terms:
    threshold = AT_LEAST_THREE_QUARTERS if special else MORE_THAN_HALF
    return Terms(
        quorum_heads=AT_LEAST_TWO_THIRDS,
        quorum_area=AT_LEAST_TWO_THIRDS,
        agree_heads=threshold,
        agree_area=threshold,
        announce_days=15,
        tenants=False,
        sources={
            **dict.fromkeys(("quorum_heads", "quorum_area", "agree_heads", "agree_area"), CODE_278),
            "announce_days": "《物业管理条例》（2018）第十四条：会议十五日前通知全体业主",
            "result_days": BEIJING_RULES,
        },
    )
