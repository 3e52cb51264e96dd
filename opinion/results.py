"""What a computation found, as plain figures that a JSON column keeps.

Nothing in here may be shown as it is: `opinion.showing` says what may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from opinion.smoothing import UNDECIDED, KState


class Side(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many agreed with a statement, disagreed and passed."""

    agreed: int = 0
    disagreed: int = 0
    passed: int = 0

    @property
    def seen(self) -> int:
        return self.agreed + self.disagreed + self.passed


@dataclass(frozen=True, slots=True)
class Common:
    """A statement that most of all people agree with, or disagree with: how many of how many, and the test's z."""

    statement: int
    side: Side
    people: int
    seen: int
    share: float
    z: float


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that tells a group from the others.

    `ratio` is the group's share to that of all others, `ratio_z` its test; `best_agree` marks the one that the group
    agrees with best, put first.
    """

    statement: int
    side: Side
    people: int
    seen: int
    share: float
    z: float
    ratio: float
    ratio_z: float
    best_agree: bool = False


@dataclass(frozen=True, slots=True)
class Divisive:
    """A statement that sets two groups apart: who agrees most, who least, and the z between the two."""

    statement: int
    most: int
    least: int
    z: float
    extremity: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its lasting number: how many people, where its middle is, how far people stand from it on average.

    `tallies` are by statement, in the order of `Opinion.statements`.
    """

    number: int
    people: int
    x: float
    y: float
    spread: float
    representative: tuple[Representative, ...]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Positions:
    """Where each person stands, and the number of the group; −1 who answered too little to be placed."""

    people: tuple[int, ...] = ()
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    group: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next computation goes on from: the state of k, who has been placed, and their group at each k."""

    k: KState = UNDECIDED
    placed: tuple[int, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict[int, str])
    """By k, one digit for each person of `placed`."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Groups are none while people can't be told apart. `informed` is the product over the groups of how likely each
    agrees, by statement; `extremity` how far a statement alone pushes outwards, which routing asks for."""

    statements: tuple[int, ...] = ()
    totals: tuple[Tally, ...] = ()
    groups: tuple[Group, ...] = ()
    agreed: tuple[Common, ...] = ()
    disagreed: tuple[Common, ...] = ()
    divisive: tuple[Divisive, ...] = ()
    informed: tuple[float, ...] = ()
    informed_against: tuple[float, ...] = ()
    extremity: tuple[float, ...] = ()
    positions: Positions = Positions()
    memory: Memory = Memory()

    @property
    def common_ground(self) -> list[int]:
        """Statements, those first that every group is likeliest to agree with."""
        order = sorted(range(len(self.informed)), key=lambda at: (-self.informed[at], self.statements[at]))
        return [self.statements[at] for at in order]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def from_json(kept: Mapping[str, Any]) -> Opinion:
    """The opinion that `to_json` put down."""
    plain = ("statements", "informed", "informed_against", "extremity")
    return Opinion(
        **{name: tuple(kept[name]) for name in plain},
        totals=_tallies(kept["totals"]),
        groups=tuple(_group(one) for one in kept["groups"]),
        agreed=_commons(kept["agreed"]),
        disagreed=_commons(kept["disagreed"]),
        divisive=tuple(Divisive(**one) for one in kept["divisive"]),
        positions=Positions(**{name: tuple(values) for name, values in kept["positions"].items()}),
        memory=_memory(kept["memory"]),
    )


def _tallies(kept: Sequence[Mapping[str, int]]) -> tuple[Tally, ...]:
    return tuple(Tally(**one) for one in kept)


def _commons(kept: Sequence[Mapping[str, Any]]) -> tuple[Common, ...]:
    return tuple(Common(**_sided(one)) for one in kept)


def _sided(kept: Mapping[str, Any]) -> dict[str, Any]:
    return dict(kept) | {"side": Side(kept["side"])}


def _group(kept: Mapping[str, Any]) -> Group:
    chosen = [Representative(**_sided(one)) for one in kept["representative"]]
    fields: dict[str, Any] = {**kept, "representative": tuple(chosen), "tallies": _tallies(kept["tallies"])}
    return Group(**fields)


def _memory(kept: Mapping[str, Any]) -> Memory:
    labels = {int(k): digits for k, digits in kept["labels"].items()}
    return Memory(KState(**kept["k"]), tuple(kept["placed"]), labels)
