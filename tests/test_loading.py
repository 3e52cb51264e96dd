"""A folder loaded as a whole: what is told, what is not built, and that a mistake anywhere writes nothing anywhere."""

import shutil
from pathlib import Path

import pytest

from clock import clock
from errors import Invalid
from handlers.residency.actions.upsert import Counts
from handlers.residency.ledgers.sheets import FlawedSheets
from loading import NOT_BUILT, load_folder
from models.organisations import Organisation
from models.residency import Dwelling, Resident
from models.votes import Poll
from tests.residency.districts import write_district

DEMO = Path(__file__).parents[1] / "demo"
VOTE = """votes:
- {id: V1, kind: 户代表表决, title: 门禁更换, options: [同意, 不同意], places: [990205001001], start: %s, end: 3,
   legal_effect: 征求意见}
- {id: V2, kind: 打分评议, title: 物业评议, options: [], places: [990205001001], start: -1, end: 3}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_district(tmp_path, communities=1, buildings=1, floors=2)
    (tmp_path / "votes.yaml").write_text(VOTE % -1, "utf-8")
    return tmp_path


async def test_every_file_is_told_with_its_figures(database: str, folder: Path) -> None:
    (folder / "offers.yaml").write_text("offers: []\n", "utf-8")
    (folder / "expect.yaml").write_text("{}", "utf-8")
    lines: list[str] = []
    report = await load_folder(folder, clock.now(), lines.append)
    assert report.district == "990205"
    assert lines[:5] == [
        "org.yaml：新增 6，更新 0，未变 0",
        "dwellings.csv：新增 8，更新 0，未变 0",
        "residents.csv：新增 16，更新 0，未变 0",
        "owners.csv：新增 8，更新 0，未变 0",
        "votes.yaml：新增 1，更新 0，未变 0",
    ]
    assert len(lines) == 7
    assert lines[5].startswith("votes.yaml V2")
    assert "未装载" in lines[5]
    assert lines[6] == "offers.yaml：未装载，这项功能还没有建成"


async def test_the_same_folder_again_reports_nothing_new(database: str, folder: Path) -> None:
    await load_folder(folder, clock.now(), lambda _: None)
    again = await load_folder(folder, clock.now(), lambda _: None)
    assert {(counts.new, counts.updated) for counts in again.counts.values()} == {(0, 0)}
    assert again.counts["votes.yaml"] == Counts(unchanged=1)
    assert (await Poll.get()).key == "990205:V1"


async def test_the_demonstration_names_every_file_that_is_not_built(demo: str) -> None:
    report = await load_folder(DEMO, clock.now(), lambda _: None)
    assert {line.split("：")[0] for line in report.not_loaded if not line.startswith("votes.yaml")} == {
        *NOT_BUILT,
        "settings.yaml",
    }
    assert not [line for line in report.not_loaded if line.startswith("votes.yaml")]
    assert report.counts["ballots_278.yaml"] == Counts(unchanged=302)
    assert report.counts["consultations.yaml"] == Counts(unchanged=3)


async def test_a_mistake_in_votes_leaves_nothing_behind(database: str, folder: Path) -> None:
    (folder / "votes.yaml").write_text(VOTE % "soon", "utf-8")
    with pytest.raises((ValueError, Invalid)):
        await load_folder(folder, clock.now(), lambda _: None)
    for table in (Organisation, Dwelling, Resident, Poll):
        assert await table.all().count() == 0


async def test_a_flat_under_a_second_code_is_refused_kindly(database: str, folder: Path) -> None:
    await load_folder(folder, clock.now(), lambda _: None)
    for file in ("dwellings.csv", "residents.csv", "owners.csv"):
        text = (folder / file).read_text("utf-8").replace("-01010101", "-01010999")
        (folder / file).write_text(text, "utf-8")
    with pytest.raises(FlawedSheets, match="第2行：这个房号已登记在另一个户室编码下"):
        await load_folder(folder, clock.now(), lambda _: None)
    assert await Dwelling.all().count() == 8


async def test_a_folder_that_is_not_there_is_told(database: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="没有这个文件夹"):
        await load_folder(tmp_path / "nowhere", clock.now(), lambda _: None)


async def test_a_folder_without_a_known_file_is_told(database: str, tmp_path: Path) -> None:
    shutil.copy(DEMO / "offers.yaml", tmp_path)
    with pytest.raises(Invalid, match="没有能装载的文件"):
        await load_folder(tmp_path, clock.now(), lambda _: None)
