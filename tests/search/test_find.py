"""What is indexed is found by any part of it, as a plain search through all texts would, and only in its place."""

import random

import pytest
import rjieba
from hypothesis import given
from hypothesis import strategies as st

from handlers.residency.actions.findable import index_missing
from handlers.residency.queries.dwellings import dwellings
from handlers.search.actions import index_many
from handlers.search.queries import find
from handlers.search.rules import document, fold, query
from handlers.staff.rules import Viewer
from models.database import rows
from models.residency import Dwelling
from models.search import SearchEntry
from models.states import Level, StaffRole
from tests.factories import make_community, make_district, make_dwelling, make_estate

HERE, BESIDE = "880412001001", "880412001002"
SIGNS = "松涛苑梧桐里号楼单元12350０１Ａa-#·'\\ &|!:*()"


def naive(texts: dict[int, str], words: str) -> list[int]:
    """Every text looked through for every word."""
    return [key for key, text in texts.items() if all(word in fold(text) for word in fold(words).split())]


@pytest.mark.usefixtures("database")
async def test_what_a_search_through_all_texts_finds_is_found_and_nothing_else() -> None:
    chance = random.Random(7)
    texts = {number: "".join(chance.choices(SIGNS, k=chance.randint(1, 16))) for number in range(1, 301)}
    await index_many("thing", [(number, HERE, text) for number, text in texts.items()])
    found_some = 0
    for _ in range(250):
        source = chance.choice(list(texts.values()))
        begin = chance.randrange(len(source))
        words = source[begin : begin + chance.randint(1, 5)]
        if chance.random() < 0.5:
            words += " " + "".join(chance.choices(SIGNS, k=chance.randint(1, 2)))
        if not fold(words).split():
            continue
        found = await find("thing", words, "880412", limit=1000)
        assert found == naive(texts, words), words
        # As PostgreSQL itself finds the words in the texts as they were written.
        assert {key for key, text in texts.items() if all(word in text for word in words.split())} <= set(found)
        found_some += bool(found)
    assert found_some > 150


@pytest.mark.usefixtures("database")
async def test_one_character_digits_and_short_words_are_found() -> None:
    await index_many(
        "thing", [(1, HERE, "松涛苑1号楼2单元501"), (2, HERE, "梧桐里21号楼1单元1501"), (3, HERE, "松江苑３号楼")]
    )
    for words, found in {
        "松": [1, 3],
        "1": [1, 2],
        "松涛": [1],
        "1号楼 501": [1, 2],
        "1号楼　501": [1, 2],
        "３号": [3],
        "3号": [3],
        "苑3": [3],
        "51": [],
        "涛苑1号楼2单元501": [1],
        "": [],
        " ": [],
        "\x00": [],
        "%": [],
        "'; DROP TABLE search_entry; --": [],
    }.items():
        assert await find("thing", words, "88") == found, words


@pytest.mark.usefixtures("database")
async def test_only_the_own_place_is_found_page_by_page_and_what_changed_by_its_new_text() -> None:
    await index_many("thing", [(number, HERE if number % 2 else BESIDE, "幸福里") for number in range(1, 11)])
    await index_many("other", [(1, HERE, "幸福里")])
    assert await find("thing", "幸福", HERE) == [1, 3, 5, 7, 9]
    assert await find("thing", "幸福", "880412", limit=3, after=4) == [5, 6, 7]
    assert await find("thing", "幸福", "8804120010") == list(range(1, 11))
    assert await find("thing", "幸福", "880413") == []
    await index_many("thing", [(3, HERE, "和平里"), (5, BESIDE, "幸福里")])
    assert await find("thing", "幸福", HERE) == [1, 7, 9]
    assert await SearchEntry.filter(kind="thing").count() == 10


@pytest.mark.usefixtures("database")
async def test_dwellings_without_an_entry_get_theirs_once() -> None:
    estate = await make_estate(await make_community(await make_district()))
    homes = [await make_dwelling(estate, room=str(room)) for room in range(501, 506)]
    await SearchEntry.filter(subject_id__in=[home.id for home in homes[1:3]]).delete()
    assert [await index_missing(), await index_missing()] == [2, 0]
    viewer = Viewer("w", "w", StaffRole.WORKER, "880412", Level.DISTRICT)
    assert len(await dwellings(viewer, "幸福里 50")) == 5


@pytest.mark.usefixtures("demo")
async def test_every_dwelling_of_a_ledger_is_found_by_its_address() -> None:
    unindexed = await rows(
        """SELECT count(*) FROM dwelling d JOIN organisation o ON o.id = d.community_id
           LEFT JOIN search_entry e ON e.kind = 'dwelling' AND e.subject_id = d.id AND e.place = o.code
           WHERE e.id IS NULL"""
    )
    assert unindexed[0]["count"] == 0
    viewer = Viewer("w", "w", StaffRole.WORKER, "990103", Level.DISTRICT)
    for home in await Dwelling.all().order_by("code").limit(40):
        assert home.id in {line.id for line in await dwellings(viewer, home.address)}


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_written_makes_a_document_and_a_query(text: str, words: str) -> None:
    assert ":" in document(text, rjieba.cut) or not fold(text).split()
    assert bool(query(words)) == bool(fold(words).split())


@given(st.text(), st.text(), st.text())
def test_a_part_of_a_text_folds_to_a_part_of_it(before: str, part: str, after: str) -> None:
    assert fold(part) in fold(before + part + after)
