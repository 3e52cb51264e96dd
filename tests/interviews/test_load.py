"""The demonstration's interview: announced with its questions and the voices they had, once."""

from pathlib import Path

import pytest
import yaml

from clock import BEIJING, clock
from handlers.interviews.actions.load import load_interview
from handlers.interviews.queries.questions import questions_of
from handlers.residency.ledgers.sheets import BadCell, Row
from models.interviews import Interview
from tests.factories import make_community, make_district

DEMO = Path(__file__).parent.parent.parent / "demo" / "consultations.yaml"


async def test_it_is_taken_over_with_its_questions_and_again_changes_nothing(database: str) -> None:
    await make_community(await make_district(), "望桥东社区")
    row, now = Row(125, yaml.load(DEMO.read_text("utf-8"), yaml.BaseLoader)["interview"]), clock.now()
    with pytest.raises(BadCell):
        await load_interview("770000", row, now)
    assert await load_interview("880412", row, now)
    assert not await load_interview("880412", row, now)
    interview = await Interview.get()
    assert (interview.starts_at.astimezone(BEIJING).date() - clock.today()).days == 9
    asked = await questions_of(interview.id)
    assert [one.voices for one in asked] == [91, 57, 38, 24]
    assert asked[0].text == "停车月卡什么时候放开？"
