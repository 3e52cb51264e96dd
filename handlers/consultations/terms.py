"""The terms of a consultation: how many households, how many days, and when it is carried out anew; pure.

District, street or community may set them otherwise; a consultation keeps those it was begun under.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from errors import Invalid
from models.deliberation import Stage

BOARD = "协商六步（缺省）"
OPINION_2015 = "《关于加强城乡社区协商的意见》（中办发〔2015〕41号）"
REOPEN_PART = 3
"""One voice in so many, 未落实, reopens when the appraisal ends."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts of households and voices; days are calendar days, those of the review working days.

    The need of endorsements is the smaller of `endorse_most` and `endorse_percent` of the scope's households,
    rounded up, but `endorse_least` at least.
    """

    endorse_most: int = 20
    endorse_percent: int = 5
    endorse_least: int = 2
    collect_days: int = 60
    review_days: int = 5
    post_days: int = 7
    deliberate_days: int = 14
    publish_days: int = 7
    appraise_days: int = 14
    reopen_voices: int = 5

    def stored(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    def need(self, households: int) -> int:
        """How many households must back a proposal in a place of so many."""
        share = -(-households * self.endorse_percent // 100)
        return max(self.endorse_least, min(self.endorse_most, share))

    def days(self, stage: Stage) -> int | None:
        """How many calendar days a stage is planned to last; None where somebody ends it, or where it is the end."""
        return {
            Stage.COLLECTING: self.collect_days,
            Stage.POSTED: self.post_days,
            Stage.DELIBERATING: self.deliberate_days,
            Stage.CARRYING_OUT: self.publish_days,
            Stage.APPRAISAL: self.appraise_days,
        }.get(stage)

    def reopens(self, not_carried_out: int) -> bool:
        """Whether so many voices of 未落实 are enough at once."""
        return not_carried_out >= self.reopen_voices


@dataclass(frozen=True, slots=True)
class Term:
    """What the form says of one term: its words, the range it may have, and where it comes from."""

    label: str
    unit: str
    least: int
    most: int
    help: str
    source: str = BOARD


TERMS: dict[str, Term] = {
    "endorse_most": Term("附议户数", "户", 1, 200, "达到这么多户附议，就进入审题。"),
    "endorse_percent": Term("附议比例", "%", 1, 50, "或达到范围内户数的这个比例，两样取少的。"),
    "endorse_least": Term("最少附议", "户", 1, 50, "范围很小时，也要有这么多户。提议的一户算在内。"),
    "collect_days": Term("收集天数", "天", 7, 365, "过了还不够附议，就不再收集，提议人会收到通知。"),
    "review_days": Term("审题工作日", "个工作日", 1, 5, "在这之前答复：列入、合并或不归我们，都要写明理由。"),
    "post_days": Term("公示邀请天数", "天", 7, 60, "公示方案、邀请相关方，不少于7天。", OPINION_2015),
    "deliberate_days": Term("计划协商天数", "天", 1, 180, "到时间不会自动结束，由主持的人进入下一步。", OPINION_2015),
    "publish_days": Term("决定公示天数", "天", 7, 60, "协商结果要向居民公开，不少于7天。", OPINION_2015),
    "appraise_days": Term("评议天数", "天", 3, 60, "居民评议落实得怎么样，到时间自动结束。", OPINION_2015),
    "reopen_voices": Term("重新办理人数", "人", 1, 100, "这么多人说「未落实」，马上重新办理。到期时有三分之一也算。"),
}
"""In the order of the form; every term has its line."""


def terms_from(stored: Mapping[str, Any]) -> Terms:
    """What `Terms.stored` wrote; what is missing is as usual."""
    known = {one.name for one in fields(Terms)}
    return Terms(**{name: value for name, value in stored.items() if name in known})


def inherited(levels: Iterable[Mapping[str, Any]]) -> Terms:
    """The terms that hold where district, street and community have set theirs, the widest first."""
    together: dict[str, Any] = {}
    for level in levels:
        together |= level
    return terms_from(together)


def checked(written: Mapping[str, int]) -> dict[str, int]:
    """What a body sets for itself, each in its range; what it leaves out is inherited.

    Raises:
        Invalid: unknown, or out of its range.
    """
    for name, value in written.items():
        term = TERMS.get(name)
        if term is None or not term.least <= value <= term.most:
            label, span = (term.label, f"{term.least}到{term.most}") if term else (name, "")
            raise Invalid(f"{label}请填{span}之间的整数。")
    return dict(written)


def unsatisfied(not_carried_out: int, voices: int) -> bool:
    """Whether, when the appraisal ends, a third of those who spoke said 未落实; nobody's silence counts."""
    return not_carried_out >= 1 and not_carried_out * REOPEN_PART >= voices
