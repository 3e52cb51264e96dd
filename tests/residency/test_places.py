"""Which dwelling an address means, looked up in the registers of another district."""

import pytest

from handlers.residency.places import Finding, Outcome, find, find_within, place
from models.organisations import Estate
from tests.factories import make_community, make_district, make_dwelling, make_estate


@pytest.fixture
async def estate(database: str) -> Estate:
    """望江园 with entrances in building 3, none in building 12; another estate stands beside it."""
    community = await make_community(await make_district("771203"), "江岸社区", phone="0XXX-7100-0002")
    await make_dwelling(await make_estate(community, "翠湖名邸"), "1", "1", "101")
    estate = await make_estate(community, "望江园", "老纺织厂宿舍")
    for entrance in ("1", "2"):
        for room in ("501", "502", "601"):
            await make_dwelling(estate, "3", entrance, room)
    await make_dwelling(estate, "12", "", "1803")
    await make_dwelling(estate, "12", "", "8")
    await make_dwelling(estate, "A", "东", "-101")
    return estate


async def address(finding: Finding) -> str:
    assert finding.outcome is Outcome.FOUND
    found = await place(finding.dwelling_id)
    assert found is not None
    return found.address


def words(finding: Finding) -> list[str]:
    return [option.words for option in finding.options]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("望江园3-2-501", "望江园3号楼2单元501"),
        ("望江园３栋２单元５０１室", "望江园3号楼2单元501"),
        ("望江园三号楼二单元五零一", "望江园3号楼2单元501"),
        ("老纺织厂宿舍3#2-501", "望江园3号楼2单元501"),
        ("我家住在江岸社区望江园3-2-501", "望江园3号楼2单元501"),
        ("望江园12-1803", "望江园12号楼1803"),
        ("望江园12-1-1803", "望江园12号楼1803"),
        ("望江园12-8", "望江园12号楼8"),
        ("望江园A座东单元负101", "望江园A号楼东单元-101"),
    ],
)
async def test_an_address_names_one_dwelling(estate: Estate, typed: str, meant: str) -> None:
    assert await address(await find(typed)) == meant


async def test_a_missing_entrance_is_asked_for_only_where_it_matters(estate: Estate) -> None:
    finding = await find("望江园3号楼501")
    assert finding.outcome is Outcome.WHICH_DWELLING
    assert words(finding) == ["望江园3号楼1单元501", "望江园3号楼2单元501"]
    assert await address(await find("望江园A座负101")) == "望江园A号楼东单元-101"


async def test_the_nearest_rooms_are_offered(estate: Estate) -> None:
    assert words(await find("望江园3-2-510"))[0] == "望江园3号楼2单元501"
    elsewhere = await find("望江园3-4-601")
    assert elsewhere.outcome is Outcome.NEAR_DWELLINGS
    assert words(elsewhere) == ["望江园3号楼1单元601", "望江园3号楼2单元601"]


async def test_the_nearest_estates_are_offered_and_the_numbers_kept(estate: Estate) -> None:
    finding = await find("望江圆3-2-501")
    assert finding.outcome is Outcome.NEAR_ESTATES
    assert words(finding) == ["望江园"]
    assert await address(await find_within(estate.id, "望江圆3-2-501")) == "望江园3号楼2单元501"


async def test_one_name_in_two_communities_is_told_apart_by_community(estate: Estate) -> None:
    other = await make_estate(await make_community(await make_district("771204"), "江心社区"), "望江园")
    await make_dwelling(other, "9", "1", "101")
    finding = await find("望江园9-1-101")
    assert finding.outcome is Outcome.WHICH_ESTATE
    assert words(finding) == ["望江园（江岸社区）", "望江园（江心社区）"]


async def test_without_a_name_the_estates_are_offered(estate: Estate) -> None:
    finding = await find("3-2-501")
    assert finding.outcome is Outcome.ESTATE_MISSING
    assert words(finding) == ["翠湖名邸", "望江园"]


async def test_without_a_name_the_only_estate_is_meant(database: str) -> None:
    estate = await make_estate(await make_community(await make_district()), "望江园")
    await make_dwelling(estate)
    assert await address(await find("3-2-501")) == "望江园3号楼2单元501"


@pytest.mark.parametrize("typed", ["望江园9-2-501", "望江园3-2-1205"])
async def test_a_dwelling_that_is_not_there_names_the_community(estate: Estate, typed: str) -> None:
    finding = await find(typed)
    assert finding.outcome is Outcome.UNKNOWN_DWELLING
    assert (finding.community, finding.phone) == ("江岸社区", "0XXX-7100-0002")


@pytest.mark.parametrize("typed", ["望江园3号楼", "望江园3号楼2单元", "望江园3-7", "望江园501室"])
async def test_half_an_address_is_asked_for_in_full(estate: Estate, typed: str) -> None:
    assert (await find(typed)).outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [("紫金东郡3-2-501", Outcome.ESTATE_UNKNOWN), ("", Outcome.UNREADABLE), ("我不知道", Outcome.UNREADABLE)],
)
async def test_what_means_no_place_is_said_to_mean_none(estate: Estate, typed: str, outcome: Outcome) -> None:
    assert (await find(typed)).outcome is outcome


async def test_a_choice_whose_estate_is_gone_is_unreadable(database: str) -> None:
    assert (await find_within(4711, "望江园3-2-501")).outcome is Outcome.UNREADABLE
    assert await place(4711) is None
