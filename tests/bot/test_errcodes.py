"""The platform's codes against wechat-platform §3.2, and what makes two errors equal."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errcodes import (
    MEANINGS,
    CodeRejected,
    PermanentError,
    PlatformError,
    TechnicalError,
    TemporaryError,
    TokenRejected,
    UncertainError,
    refusal,
)

EVENING = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Beijing
MORNING = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # 00:00 of 1 December in Beijing


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (TemporaryError, (-1, 45009, 45011, 45028, 45066)),
        (TokenRejected, (40001, 40014, 42001)),
        (CodeRejected, (40029, 40163, 42003, 40030, 42002)),
        (PermanentError, (40003, 40226, 43004, 43019, 43101, 45015, 45047, 48002, 49003, 50002, 87014)),
        (TechnicalError, (40013, 40125, 40164, 40037, 41028, 41029, 41030, 43116, *range(45001, 45009))),
        (TechnicalError, (45067, 45056, 45057, 45058, 45059, 45157, 45158, 45159, 40032, 47001, 47003)),
        (TechnicalError, (48001, 48004, 48006, 50001, 61004, 61007, 65320, 85079, 40169, 45063, 89503)),
    ],
)
def test_every_published_code_has_its_kind_and_its_meaning(kind: type[PlatformError], codes: tuple[int, ...]) -> None:
    assert {code: type(refusal(code, "", EVENING)) for code in codes} == dict.fromkeys(codes, kind)
    assert all(code in MEANINGS for code in codes)


@pytest.mark.parametrize("errcode", [45065, 45081])
def test_what_was_already_done_is_no_error(errcode: int) -> None:
    assert refusal(errcode, "", EVENING) is None


def test_an_unknown_code_is_for_the_operator() -> None:
    error = refusal(99999, "", EVENING)
    assert type(error) is TechnicalError
    assert error.meaning == "平台没有公布的错误"


@pytest.mark.parametrize(
    ("errcode", "now", "retry_at"),
    [
        (-1, EVENING, None),
        (45011, EVENING, EVENING + timedelta(minutes=1)),
        (45066, EVENING, EVENING + timedelta(minutes=1)),
        (45009, EVENING, MORNING),
        (45009, MORNING, MORNING + timedelta(days=1)),
        (45028, EVENING, MORNING),
        (45028, MORNING, datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_quota_is_fresh_again_by_the_beijing_calendar(errcode: int, now: datetime, retry_at: datetime | None) -> None:
    error = refusal(errcode, "", now)
    assert isinstance(error, TemporaryError)
    assert error.retry_at == retry_at


def test_errors_are_equal_whatever_their_rid() -> None:
    first = TechnicalError(40013, "invalid appid rid: 6540a1b2-0c1d2e3f-4a5b6c7d")
    second = TechnicalError(40013, "invalid appid rid: 00000000-11111111-22222222")
    assert first == second
    assert hash(first) == hash(second)
    assert (first.rid, second.rid) == ("6540a1b2-0c1d2e3f-4a5b6c7d", "00000000-11111111-22222222")
    assert str(first) == "40013 invalid appid"


@pytest.mark.parametrize(
    "other", [TechnicalError(40125, "no"), TechnicalError(40013, "yes"), UncertainError(40013, "no"), "40013 no"]
)
def test_errors_of_another_kind_code_or_wording_differ(other: object) -> None:
    assert TechnicalError(40013, "no") != other


def test_the_words_keep_no_openid_and_no_unprintable_text() -> None:
    error = PermanentError(40003, "invalid openid oABCDEFGHIJKLMNOPQRSTUVWXYZ1 hint: [a] \ud800" + " x" * 500)
    assert str(error).startswith("40003 invalid openid … hint: [a] ?")
    assert len(error.errmsg) == 200


def test_a_failure_without_a_code_says_so() -> None:
    assert UncertainError(0, "ReadTimeout").meaning == "连不上平台，或平台没有回答"
    assert TechnicalError(40164).meaning == "本机 IP 不在公众号后台的 IP 白名单里"
