"""The demo's articles in a small district, and somebody who lives there."""

import pytest

from clock import clock
from demonstration import FOLDER
from handlers.articles.actions.load import Loaded, load_articles
from handlers.residency.ledgers import read_ledgers
from tests.enquiries.conftest import Neighbourhood, neighbourhood, set_clock

__all__ = ["neighbourhood", "set_clock"]


@pytest.fixture
async def articles(neighbourhood: Neighbourhood) -> Loaded:
    records = read_ledgers(FOLDER / "faq.yaml").articles
    assert records
    return await load_articles(neighbourhood.community.code[:6], records, clock.now())
