"""Recordings are made such that browsers play them, whatever strangers put into them."""

import pytest

from handlers.files import sounds
from handlers.files.rules import Kind, kind_of
from tests.files.recordings import heard, spoken

HOSTILE = [
    b"#!AMR\n",
    b"#!AMR\n" + b"\xff" * 5_000,
    b"#!AMR-WB\n" + bytes(5_000),
    b"OggS" + bytes(2_000),
    b"OggS" + b"\xff" * 2_000,
]


async def test_what_a_telephone_recorded_is_played_by_browsers() -> None:
    played = await sounds.playable(spoken(1.5))
    assert kind_of(played, "") is Kind.MP3
    assert heard(played) == pytest.approx(1.5, abs=0.2)


async def test_no_more_than_two_minutes_are_kept() -> None:
    assert heard(await sounds.playable(spoken(5.0) * 1 + spoken(5.0)[6:] * 40)) == pytest.approx(120, abs=1)


@pytest.mark.parametrize("content", HOSTILE)
async def test_what_cannot_be_listened_to_stays_as_it_came(content: bytes) -> None:
    played = await sounds.playable(content)
    assert played == content or kind_of(played, "") is Kind.MP3


async def test_what_is_no_recording_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "_transcoded", None)
    assert await sounds.playable(b"\xff\xd8\xff picture") == b"\xff\xd8\xff picture"


async def test_who_listens_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "PATIENCE", 0.01)
    assert await sounds.playable(spoken()) == spoken()
