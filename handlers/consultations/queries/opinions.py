"""What people think of a topic, as far as it may be shown: never of fewer than five."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from errors import NotFound
from handlers.consultations import told
from handlers.consultations.addressees import is_public
from handlers.consultations.queries.statements import Said, statements_of
from models.consultations import Consultation
from models.database import rows
from models.statements import TopicOpinion
from opinion.results import Opinion, Side, Tally, from_json
from opinion.showing import FEWEST, Shown, ShownGroup, shown

# Whose stances, or which of whose statements, changed after the latest computation.
_CHANGED = """
SELECT c.id FROM consultation c LEFT JOIN topic_opinion o ON o.consultation_id = c.id
WHERE c.stage IN ('deliberating', 'deciding') AND EXISTS (
  SELECT FROM statement s JOIN post p ON p.id = s.post_id
  WHERE s.consultation_id = c.id AND (o.id IS NULL AND p.state = 'published' OR p.decided_at >= o.computed_at
    OR EXISTS (SELECT FROM stance t WHERE t.statement_id = s.id AND t.taken_at >= o.computed_at)))
ORDER BY c.id
"""
_STANCES = """
SELECT t.participant_id, array_agg(t.statement_id) AS statements, array_agg(t.value::int) AS values
FROM statement s JOIN post p ON p.id = s.post_id AND p.state = 'published' JOIN stance t ON t.statement_id = s.id
WHERE s.consultation_id = $1 AND s.merged_into_id IS NULL GROUP BY t.participant_id ORDER BY t.participant_id
"""
_PEOPLE = """
SELECT count(DISTINCT t.participant_id) AS people, count(*) AS stances
FROM statement s JOIN post p ON p.id = s.post_id AND p.state = 'published' JOIN stance t ON t.statement_id = s.id
WHERE s.consultation_id = $1 AND s.merged_into_id IS NULL
"""


SIDES = {Side.AGREE: "多数同意", Side.DISAGREE: "多数不同意"}


@dataclass(frozen=True, slots=True)
class Line:
    """A statement with what all said to it; a figure is None where it, or another by it, would tell of too few."""

    statement: int
    text: str
    speaker: str
    nickname: str
    agreed: int | None
    disagreed: int | None
    passed: int | None
    seen: int | None
    groups: Mapping[int, Tally] | None
    leanings: Mapping[int, Side | None]

    @property
    def share(self) -> int | None:
        """Whole per cent of those who answered that agree."""
        return round(self.agreed * 100 / self.seen) if self.agreed is not None and self.seen else None


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a group stands on the map, and how large it is drawn; in per cent of the map's sides."""

    number: int
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What a page shows: first what all groups share, then what divides, then what tells each group from others."""

    people: int
    stances: int
    at: datetime | None
    common: tuple[Line, ...]
    divisive: tuple[Line, ...]
    groups: tuple[ShownGroup, ...]
    dots: tuple[Dot, ...]
    lines: Mapping[int, Line]

    @property
    def enough(self) -> bool:
        return self.people >= FEWEST

    @property
    def hidden(self) -> bool:
        """Whether any figure of a statement is left out because of too few people."""
        return any(line.seen is None for line in self.lines.values())


async def public_topic(consultation_id: int) -> Consultation:
    """A topic that anybody may read of.

    Raises:
        NotFound: there is none, or its text has not been looked at.
    """
    if not await is_public(consultation_id):
        raise NotFound
    return await Consultation.get(id=consultation_id)


async def changed_topics() -> list[int]:
    """Topics whose stances or statements changed since they were computed last."""
    return [row["id"] for row in await rows(_CHANGED)]


async def matrix_of(consultation_id: int) -> dict[str, list[int]]:
    """The stances on what is asked about, as three columns of one length."""
    people, statements, values = list[int](), list[int](), list[int]()
    for row in await rows(_STANCES, consultation_id):
        people += [row["participant_id"]] * len(row["statements"])
        statements += row["statements"]
        values += row["values"]
    return {"people": people, "statements": statements, "values": values}


async def opinion_view(consultation: Consultation) -> OpinionView:
    """The latest computation with the words of the statements; without one only how many have answered."""
    counted = (await rows(_PEOPLE, consultation.id))[0]
    said = {one.id: one for one in await statements_of(consultation.id) if one.stands}
    kept = await TopicOpinion.get_or_none(consultation_id=consultation.id)
    opinion = from_json(kept.found) if kept else Opinion()
    found = shown(opinion)
    lines = {number: _line(said[number], found) for number in opinion.statements if number in said}
    return OpinionView(
        people=counted["people"],
        stances=counted["stances"],
        at=kept.computed_at if kept else None,
        common=_picked(lines, found.common_ground or found.agreed),
        divisive=_picked(lines, found.divisive),
        groups=found.groups,
        dots=_dots(found.groups),
        lines=lines,
    )


async def said_of(consultation: Consultation) -> str:
    """「观点」 in two sentences."""
    view = await opinion_view(consultation)
    if view.at is None or not (view.common or view.divisive or view.groups):
        return told.few(view.people)
    common = view.common[0].text if view.common else ""
    divisive = next((line.text for line in view.divisive if line.text != common), "")
    return told.two_sentences(common, divisive)


def _picked(lines: Mapping[int, Line], numbers: Sequence[int]) -> tuple[Line, ...]:
    return tuple(lines[number] for number in numbers if number in lines)


def _line(said: Said, found: Shown) -> Line:
    one = found.statements[said.id]
    cells: dict[str, Any] = dict.fromkeys(("agreed", "disagreed", "passed", "seen"))
    if one.total:
        cells = open_cells(one.total)
    return Line(said.id, said.text, said.speaker, said.nickname, **cells, groups=one.groups, leanings=one.leanings)


def open_cells(tally: Tally) -> dict[str, int | None]:
    """The counts of a tally that may be shown: none of one to four people, nor the sum that would give it away."""
    cells = {"agreed": tally.agreed, "disagreed": tally.disagreed, "passed": tally.passed}
    if all(not 0 < count < FEWEST for count in cells.values()):
        return {**cells, "seen": tally.seen}
    return {**{name: count if count >= FEWEST else None for name, count in cells.items()}, "seen": None}


def _dots(groups: Sequence[ShownGroup]) -> tuple[Dot, ...]:
    """Groups on a map of 100 by 100; who is hidden is not drawn."""
    reach = max((max(abs(group.x), abs(group.y)) + group.spread for group in groups), default=1.0) or 1.0
    return tuple(
        Dot(
            group.number,
            round(50 + group.x / reach * 45, 1),
            round(50 - group.y / reach * 45, 1),
            round(max(group.spread / reach * 45, 4.0), 1),
        )
        for group in groups
    )


def statement_table(view: OpinionView) -> list[Sequence[object]]:
    """Statements with their figures as lines of a table; 「不足5人」 stands where a figure may not be shown."""
    numbers = [group.number for group in view.groups]
    leaning = [f"第{number + 1}群" for number in numbers]
    header = ["编号", "观点", "谁说的", "同意", "不同意", "说不好", "表态人数", *leaning]
    return [
        header,
        *(
            [
                line.statement,
                line.text,
                line.speaker,
                *(_figure(count) for count in (line.agreed, line.disagreed, line.passed, line.seen)),
                *(leaning_words(line.leanings, number) for number in numbers),
            ]
            for line in view.lines.values()
        ),
    ]


def group_table(view: OpinionView) -> list[Sequence[object]]:
    """Groups with their size, their place on the map and what tells them from others."""
    header = ["群体", "人数", "横向位置", "纵向位置", "代表性的观点"]
    return [
        header,
        *(
            [f"第{group.number + 1}群", _figure(group.people), group.x, group.y, "；".join(told_apart(view, group))]
            for group in view.groups
        ),
    ]


def told_apart(view: OpinionView, group: ShownGroup) -> list[str]:
    """What a group thinks otherwise than others: 「不同意：…」."""
    return [
        f"{SIDES[side]}：{view.lines[number].text}" for number, side in group.representative if number in view.lines
    ]


def leaning_words(leanings: Mapping[int, Side | None], number: int) -> str:
    """On which side more than half of a group are who answered; nothing is said of fewer than five."""
    if number not in leanings:
        return f"不足{FEWEST}人"
    side = leanings[number]
    return SIDES[side] if side else "没有多数"


def _figure(count: int | None) -> object:
    return f"不足{FEWEST}人" if count is None else count
