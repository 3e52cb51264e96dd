"""Answers: what a voter may choose, how it is written, read and kept, pure.

An answer is a tuple: the indexes chosen, in order, or the score of each dimension. It is kept as `1`, `0,2` or
`5,4,4,3,5`.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from errors import Invalid

Answer = tuple[int, ...]
_PARTS = re.compile(r"[\s,、;.。/+和]+")
"""What may stand between numbers, after NFKC has made full width narrow."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer to a poll may be: `most` of `choices`, or one of `scale` (lowest, highest) for each dimension."""

    choices: tuple[str, ...]
    most: int = 1
    abstain: int | None = None
    dimensions: tuple[str, ...] = ()
    scale: tuple[int, int] = (1, 5)

    @property
    def scores(self) -> bool:
        return bool(self.dimensions)


def shape_of(
    choices: Sequence[str], max_choices: int, abstain: str, dimensions: Sequence[str], scale: Sequence[int]
) -> Shape:
    """The shape from a poll's columns."""
    low, high = scale or (1, 5)
    at = list(choices).index(abstain) if abstain in choices else None
    return Shape(tuple(choices), max_choices, at, tuple(dimensions), (low, high))


def check_answer(answer: Answer, shape: Shape) -> None:
    """Refuse what is not on the paper.

    Raises:
        Invalid: with the sentence that says what to do.
    """
    if shape.scores:
        _check_scores(answer, shape)
    elif not answer:
        raise Invalid("请至少选一项。")
    elif any(not 0 <= index < len(shape.choices) for index in answer):
        raise Invalid("没有这个选项。" + ("几个数字之间请空一格。" if shape.most > 1 else ""))
    elif len(set(answer)) < len(answer):
        raise Invalid("同一项请只选一次。")
    elif len(answer) > shape.most:
        raise Invalid(f"最多选{shape.most}项。" if shape.most > 1 else "请只选一项。")
    elif len(answer) > 1 and shape.abstain in answer:
        raise Invalid("弃权不能和别的选项一起选。")


def _check_scores(answer: Answer, shape: Shape) -> None:
    low, high = shape.scale
    if len(answer) != len(shape.dimensions):
        raise Invalid(f"请打{len(shape.dimensions)}个分，按顺序写，中间空一格。")
    if any(not low <= score <= high for score in answer):
        raise Invalid(limits(shape))


def limits(shape: Shape) -> str:
    low, high = shape.scale
    return f"每项请打{low}到{high}分。"


def read_answer(words: str, shape: Shape) -> Answer:
    """What somebody wrote: `1 3`, `1,3`, `１、３`, or `5 4 4 3 5`; choices are numbered from 1.

    Scores up to 9 may stand without blanks: `54435`. Choices may not: `13` could be the thirteenth.

    Raises:
        Invalid: not numbers, or not on the paper.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    parts = [part for part in _PARTS.split(plain) if part]
    if shape.scores and len(parts) == 1 and len(plain) == len(shape.dimensions) and shape.scale[1] < 10:
        parts = list(plain)
    if not parts or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise Invalid("没看懂。请回复数字。")
    numbers = tuple(int(part) for part in parts)
    answer = numbers if shape.scores else tuple(sorted(number - 1 for number in numbers))
    check_answer(answer, shape)
    return answer


def stored(answer: Answer) -> str:
    """As ballots keep it."""
    return ",".join(map(str, answer))


def ordered(answer: Answer, shape: Shape) -> Answer:
    """Choices in the order of the paper, whatever order they were made in; scores as they are."""
    return answer if shape.scores else tuple(sorted(answer))


def answer_from(kept: str) -> Answer:
    return tuple(int(part) for part in kept.split(","))


def spoken(answer: Answer, shape: Shape, between: str = "、") -> str:
    """「2 不同意」, 「1 扶手、3 充电棚」 or 「保洁5分、秩序4分」."""
    if shape.scores:
        return between.join(f"{name}{score}分" for name, score in zip(shape.dimensions, answer, strict=True))
    return between.join(f"{index + 1} {shape.choices[index]}" for index in answer)
