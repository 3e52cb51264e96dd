"""Terms of votes: presets by kind with their sources, and shares read, compared and worded."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.votes.terms import (
    AT_LEAST_THREE_QUARTERS,
    AT_LEAST_TWO_THIRDS,
    MATTERS,
    MORE_THAN_HALF,
    SHARES,
    Share,
    Terms,
    electorate_of,
    preset,
    share,
    terms_from,
)
from models.states import Electorate, PollKind


@pytest.mark.parametrize("matter", MATTERS, ids=[f"民法典278-{at} {words[:6]}" for at, words in MATTERS.items()])
def test_an_owners_vote_asks_what_the_code_asks_for_its_matter(matter: int) -> None:
    terms = preset(PollKind.OWNERS, matter)
    threshold = AT_LEAST_THREE_QUARTERS if 6 <= matter <= 8 else MORE_THAN_HALF
    assert (terms.quorum_heads, terms.quorum_area) == (AT_LEAST_TWO_THIRDS, AT_LEAST_TWO_THIRDS)
    assert (terms.agree_heads, terms.agree_area) == (threshold, threshold)
    assert terms.announce_days == 15
    assert not terms.tenants


@pytest.mark.parametrize("kind", PollKind)
def test_every_threshold_and_period_of_a_preset_names_its_source(kind: PollKind) -> None:
    terms = preset(kind, 7)
    plain = Terms()
    asked = [
        name
        for name in (*SHARES, "winners", "announce_days", "open_days")
        if getattr(terms, name) != getattr(plain, name)
    ]
    assert set(asked) <= set(terms.sources)
    assert all(terms.sources.values())
    assert electorate_of(kind) in Electorate


@pytest.mark.parametrize("kind", PollKind)
def test_terms_come_back_from_their_store_as_they_were(kind: PollKind) -> None:
    terms = replace(preset(kind, 4), dwelling_kinds=("商品房",), tenant_days=180, result_days=5)
    assert terms_from(terms.stored()) == terms


def test_a_poll_without_terms_makes_no_test() -> None:
    assert terms_from({}) == Terms()
    assert terms_from({"a name of tomorrow": 1}) == Terms()


@pytest.mark.parametrize(
    ("written", "read", "label", "phrase"),
    [
        (">1/2", MORE_THAN_HALF, "过半数", "超过一半"),
        (">=1/2", Share(Fraction(1, 2), strict=False), "半数以上", "达到一半"),
        (">=2/3", AT_LEAST_TWO_THIRDS, "三分之二以上", "达到三分之二"),
        (">=3/4", AT_LEAST_THREE_QUARTERS, "四分之三以上", "达到四分之三"),
        (">2/3", Share(Fraction(2, 3), strict=True), "超过三分之二", "超过三分之二"),
        (">=3/10", Share(Fraction(3, 10), strict=False), "十分之三以上", "达到十分之三"),
        (">=7/20", Share(Fraction(7, 20), strict=False), "20分之7以上", "达到20分之7"),
        (">=1", Share(Fraction(1), strict=False), "全部", "达到全部"),
    ],
)
def test_shares_are_read_and_worded(written: str, read: Share, label: str, phrase: str) -> None:
    assert share(written) == read
    assert (read.label, f"{read.verb}{read.part}") == (label, phrase)
    assert share(read.stored()) == read


@pytest.mark.parametrize(
    "written",
    ["", "1/2", "=1/2", ">", ">=0/1", ">=3/2", ">1/1", ">1/0", ">-1/2", ">0.5", ">=二分之一", ">>1/2", ">1/2;"],
)
def test_what_is_no_share_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(written)}$"):
        share(written)


@pytest.mark.parametrize(
    ("asked", "part", "whole", "met"),
    [
        pytest.param(">=2/3", 2, 3, True, id="民法典1259 以上 includes the number itself: 2/3"),
        pytest.param(">=2/3", 274, 411, True, id="274 of 411 is exactly two thirds"),
        pytest.param(">=2/3", 273, 411, False, id="273 of 411 is not"),
        pytest.param(">=2/3", "29912.18", "44868.27", True, id="exactly two thirds of m²"),
        pytest.param(">=2/3", "29912.1799", "44868.27", False, id="a ten-thousandth of a m² less"),
        pytest.param(">=3/4", 3, 4, True, id="民法典278 四分之三以上, exactly"),
        pytest.param(">=3/4", "74.9999", "100", False, id="a ten-thousandth below three quarters"),
        pytest.param(">1/2", 1, 2, False, id="民法典1259 过 does not include the number itself"),
        pytest.param(">1/2", "50.0001", "100", True, id="a ten-thousandth above half"),
        pytest.param(">1/2", 0, 0, False, id="nothing of nothing is never enough"),
        pytest.param(">=1/1", 4, 4, True, id="all"),
    ],
)
def test_a_share_is_met_exactly(asked: str, part: int | str, whole: int | str, met: bool) -> None:
    assert share(asked).met(Fraction(Decimal(part)), Fraction(Decimal(whole))) is met


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 20), st.integers(1, 20), st.booleans())
def test_a_share_is_met_as_whole_numbers_say(part: int, whole: int, of: int, parts: int, strict: bool) -> None:
    asked = Share(Fraction(of, parts), strict)
    assert asked.met(part, whole) is (part * parts > whole * of if strict else part * parts >= whole * of)
