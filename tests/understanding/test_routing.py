"""A judge is learnt from judged messages where they are enough, and used where it is better than written words."""

from understanding.lexicon import read_lexicon
from understanding.routing import FEWEST, learn
from understanding.samples import Labelled

KINDS = read_lexicon("departments").kinds


def judged(each: int) -> list[Labelled]:
    """Messages in words that no lexicon has, of each department."""
    return [Labelled(f"龘{chr(0x3400 + at)}{number}", kind) for at, kind in enumerate(KINDS) for number in range(each)]


def test_what_staff_say_is_learnt_where_it_is_enough() -> None:
    judge = learn("departments", judged(FEWEST))
    assert judge
    assert [judge.likeliest(f"龘{chr(0x3400 + at)}怎么办") for at in range(len(KINDS))] == KINDS
    assert learn("departments", judged(FEWEST - 1)) is None


def test_what_judges_no_better_than_the_words_is_not_used() -> None:
    words = [Labelled("请问", "咨询")] * FEWEST
    assert learn("acts", words) is None
    lines = {"咨询": "请问", "反映": "投诉"}
    told = [Labelled(f"{word}{number}", kind) for kind, word in lines.items() for number in range(FEWEST)]
    assert learn("acts", told) is None
