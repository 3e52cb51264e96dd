"""Words that mean danger, and words that only speak of it: the cases stand in `danger.tsv`."""

from pathlib import Path

import pytest

from bot.filters import fold
from handlers.duty.emergencies import Danger, danger_of
from handlers.duty.texts import emergency

LINES = Path(__file__).with_name("danger.tsv").read_text("utf-8").splitlines()[1:]
CASES = [(words, "" if danger == "-" else danger) for words, _, danger in (line.partition("\t") for line in LINES)]


def test_every_case_is_judged_as_written() -> None:
    wrong = [(words, danger, found) for words, danger in CASES if (found := danger_of(fold(words)) or "") != danger]
    assert wrong == []


def test_half_of_the_cases_only_speak_of_danger_and_every_kind_has_its_own() -> None:
    harmless = sum(not danger for _, danger in CASES)
    assert len(CASES) >= 600
    assert abs(2 * harmless - len(CASES)) < len(CASES) / 10
    assert {danger for _, danger in CASES if danger} == set(Danger)


@pytest.mark.parametrize("unheard", ["", "?", "😀" * 600, "啊" * 2000, "着" * 2000, "没" * 600 + "味" * 600])
def test_whatever_is_typed_is_judged(unheard: str) -> None:
    assert danger_of(fold(unheard)) is None


def test_a_report_of_many_lines_is_no_emergency_unless_it_says_so() -> None:
    report = "我们小区问题很多，希望社区重视。" * 8
    assert danger_of(f"{report}上次三楼冒烟了。") is None
    assert danger_of(f"{report}救命，现在三楼冒烟了。") is Danger.FIRE


@pytest.mark.parametrize(
    ("danger", "number"),
    [
        (Danger.MEDICAL, "120"),
        (Danger.FIRE, "119"),
        (Danger.GAS, "119"),
        (Danger.RESCUE, "119"),
        (Danger.CRIME, "110"),
        (Danger.DESPAIR, "12356"),
        (Danger.SUICIDE, "110"),
        (Danger.UNKNOWN, "120"),
    ],
)
def test_the_answer_names_the_number_first_and_fits_one_screen(danger: Danger, number: str) -> None:
    text = emergency(danger)
    assert number in text
    assert max(map(len, text.replace("。", "\n").replace("！", "\n").splitlines())) <= 40
