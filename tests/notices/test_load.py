"""Notices of a folder: taken over once as sent ones, nothing pushed, bad rows named with line and reason."""

from pathlib import Path as File

from clock import clock
from handlers.notices.actions.sending import correct_notice
from loading import load_folder
from models.campaigns import Campaign, Delivery
from models.notices import Notice
from models.reach import NoticeClass, NoticeState, Path
from models.residency import Dwelling
from tests.campaigns.conftest import Recorder, Town
from tests.notices.conftest import Office

DEMO = File(__file__).parent.parent.parent / "demo"
GOOD = """
notices:
- {id: N1, cls: 公示, title: 拟享受低保家庭, body: 张××（2号楼）。, owner: 街道办, owner_person: 王主任, phone: 7000001,
   from: -1, to: 6, channels: [公众号, 公示栏], places: ['880412001001']}
"""
BAD = """- {id: N2, cls: 公告, title: 错, body: 错, owner: 社区, owner_person: 王, places: ['880412001001']}
- {id: N3, cls: 便民, title: 错, body: 错, owner: 社区, owner_person: 王, places: ['770000001001']}
- {id: N4, cls: 便民, title: 错, body: 错, owner: 社区, places: ['880412001001']}
- {id: N5, cls: 公示, title: 错, body: 身份证11010519491231002X, owner: 社区, owner_person: 王, phone: 7000001, to: 3,
   places: ['880412001001']}
"""


async def test_the_demonstration_s_notices_are_there_and_nobody_was_written_to(demo: str) -> None:
    assert await Notice.all().count() == 10
    assert await Notice.filter(state=NoticeState.SENT).count() == 10
    assert await Campaign.all().count() == await Delivery.all().count() == 0
    urgent = await Notice.get(key="990103:N01")
    assert urgent.topic is NoticeClass.URGENT
    assert not urgent.paths & Path.MASS.bit
    assert urgent.paths & Path.SMS.bit
    assert "7号楼" in urgent.scope
    again = await load_folder(DEMO / "notices.yaml", clock.now(), lambda _: None)
    assert (again.counts["notices.yaml"].new, again.counts["notices.yaml"].unchanged) == (0, 10)
    assert await Dwelling.all().count() == 2400


async def test_bad_rows_are_left_out_with_line_and_reason(office: Office, town: Town, tmp_path: File) -> None:
    file = tmp_path / "notices.yaml"
    file.write_text(GOOD + BAD, "utf-8")
    lines: list[str] = []
    report = await load_folder(file, clock.now(), lines.append)
    assert lines[0] == "notices.yaml：新增 1，更新 0，未变 0"
    assert [line.split("，")[0] for line in report.not_loaded] == [
        "notices.yaml 第5行：未装载",
        "notices.yaml 第6行：未装载",
        "notices.yaml 第7行：未装载",
        "notices.yaml 第8行：未装载",
    ]
    assert [
        words in line
        for words, line in zip(("公告", "places", "owner_person", "证件号码"), report.not_loaded, strict=True)
    ]
    assert (await Notice.get()).key == "880412:N1"


async def test_a_loaded_notice_that_is_corrected_is_told_to_its_audience(
    office: Office, town: Town, recorder: Recorder, tmp_path: File
) -> None:
    await town.settle("oA", wrote_hours_ago=1)
    (tmp_path / "notices.yaml").write_text(GOOD, "utf-8")
    await load_folder(tmp_path / "notices.yaml", clock.now(), lambda _: None)
    notice = await Notice.get()
    await correct_notice(office.approver, notice.id, notice.title, "李××（3号楼）。", "名字写错了", clock.now())
    await office.drive()
    assert "名字写错了" in recorder.sent[0].text
