"""What people write as an answer, and what of it is on the paper."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from handlers.votes.answers import Answer, Shape, answer_from, check_answer, read_answer, shape_of, spoken, stored

EIGHT = ("扶手", "晾衣架", "充电棚", "路灯", "坡道", "沙坑", "维修角", "雨伞架")
PICK = Shape(EIGHT, most=3)
MOTION = Shape(("赞成", "反对", "弃权"), abstain=2)
MANY_OR_NONE = Shape(("扶手", "路灯", "弃权"), most=2, abstain=2)
SCORES = Shape((), dimensions=("保洁", "秩序", "绿化", "维修", "公开"))
TENS = Shape((), dimensions=("保洁", "秩序"), scale=(0, 10))


@pytest.mark.parametrize(
    ("words", "shape", "answer"),
    [
        ("1 3", PICK, (0, 2)),
        ("1,3", PICK, (0, 2)),
        ("1，3", PICK, (0, 2)),
        ("1、3", PICK, (0, 2)),
        ("１、３", PICK, (0, 2)),
        ("１　３", PICK, (0, 2)),
        ("①③", MOTION, None),
        ("3.1。5", PICK, (0, 2, 4)),
        ("1和3", PICK, (0, 2)),
        ("8\n1", PICK, (0, 7)),
        (" 2 ", MOTION, (1,)),
        ("2。", MOTION, (1,)),
        ("②", MOTION, (1,)),
        ("5 4 4 3 5", SCORES, (5, 4, 4, 3, 5)),
        ("5,4,4,3,5", SCORES, (5, 4, 4, 3, 5)),
        ("5、4、4、3、5", SCORES, (5, 4, 4, 3, 5)),
        ("54435", SCORES, (5, 4, 4, 3, 5)),
        ("５４４３５", SCORES, (5, 4, 4, 3, 5)),
        ("10 0", TENS, (10, 0)),
        ("10", TENS, None),
        ("3", MANY_OR_NONE, (2,)),
    ],
)
def test_numbers_are_read_however_they_are_written(words: str, shape: Shape, answer: Answer | None) -> None:
    if answer is None:
        with pytest.raises(Invalid):
            read_answer(words, shape)
    else:
        assert read_answer(words, shape) == answer


@pytest.mark.parametrize(
    ("words", "shape", "sentence"),
    [
        ("", PICK, "没看懂。请回复数字。"),
        ("、、", PICK, "没看懂。请回复数字。"),
        ("扶手", PICK, "没看懂。请回复数字。"),
        ("1-3", PICK, "没看懂。请回复数字。"),
        ("99999", PICK, "没看懂。请回复数字。"),
        ("13", PICK, "没有这个选项。几个数字之间请空一格。"),
        ("0", MOTION, "没有这个选项。"),
        ("4", MOTION, "没有这个选项。"),
        ("1 1", PICK, "同一项请只选一次。"),
        ("1 2 3 4", PICK, "最多选3项。"),
        ("1 2", MOTION, "请只选一项。"),
        ("1 3", MANY_OR_NONE, "弃权不能和别的选项一起选。"),
        ("5443", SCORES, "请打5个分，按顺序写，中间空一格。"),
        ("5 4 4 3", SCORES, "请打5个分，按顺序写，中间空一格。"),
        ("5 4 4 3 5 5", SCORES, "请打5个分，按顺序写，中间空一格。"),
        ("54430", SCORES, "每项请打1到5分。"),
        ("5 4 4 3 6", SCORES, "每项请打1到5分。"),
        ("11 0", TENS, "每项请打0到10分。"),
    ],
)
def test_what_is_not_on_the_paper_is_refused_with_what_to_do(words: str, shape: Shape, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_answer(words, shape)
    assert refusal.value.message == sentence


@pytest.mark.parametrize("answer", [(), (-1,), (3,), (0, 0), (0, 1), (0, 2)])
def test_what_a_page_or_a_forged_form_sends_is_refused_too(answer: Answer) -> None:
    with pytest.raises(Invalid):
        check_answer(answer, MOTION)


BETWEEN = st.sampled_from([" ", "  ", ",", "，", "、", "；", "/", "\n", "　", ", "])
WIDTH = st.sampled_from([str, lambda number: str(number).translate({48 + at: 0xFF10 + at for at in range(10)})])


@given(st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True), BETWEEN, WIDTH)
def test_every_choice_comes_back_as_it_was_meant(chosen: list[int], between: str, width: type[str]) -> None:
    answer = read_answer(between.join(width(at + 1) for at in chosen), PICK)
    assert answer == tuple(sorted(chosen))
    assert answer_from(stored(answer)) == answer


@given(st.lists(st.integers(1, 5), min_size=5, max_size=5), BETWEEN | st.just(""), WIDTH)
def test_every_score_comes_back_in_its_order(scores: list[int], between: str, width: type[str]) -> None:
    answer = read_answer(between.join(map(width, scores)), SCORES)
    assert answer == tuple(scores)
    assert answer_from(stored(answer)) == answer


@given(st.text(max_size=40), st.sampled_from([PICK, MOTION, MANY_OR_NONE, SCORES, TENS]))
def test_whatever_is_written_is_on_the_paper_or_refused(words: str, shape: Shape) -> None:
    answer = None
    with suppress(Invalid):
        answer = read_answer(words, shape)
    if answer is not None:
        check_answer(answer, shape)
        assert len(stored(answer)) <= 80
        assert spoken(answer, shape)


def test_answers_are_spoken_with_their_words() -> None:
    assert spoken((1,), MOTION) == "2 反对"
    assert spoken((0, 2), PICK) == "1 扶手、3 充电棚"
    assert spoken((5, 4, 4, 3, 5), SCORES) == "保洁5分、秩序4分、绿化4分、维修3分、公开5分"


def test_the_shape_comes_from_the_columns_of_a_poll() -> None:
    assert shape_of(["赞成", "反对", "弃权"], 1, "弃权", [], []) == MOTION
    assert shape_of(["扶手", "路灯"], 2, "弃权", [], []) == Shape(("扶手", "路灯"), most=2)
    assert shape_of([], 1, "", ["保洁", "秩序"], [0, 10]).scale == (0, 10)
