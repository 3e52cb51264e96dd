"""议事 on the panel: written down, reviewed, met about, decided by two people, appraised; what is late stands first."""

from datetime import timedelta

import pytest

from clock import clock
from models.consultations import Consultation, ConsultationRules, Meeting, MeetingFile
from models.deliberation import Stage
from models.interviews import Undertaking
from models.organisations import Estate
from models.states import StaffRole
from tests.admin.browser import Browser, words
from tests.admin.conftest import SignIn
from tests.factories import Community, make_estate
from tests.files.uploads import photograph

LIST = "/admin/consultations"
WRITTEN = {"标题": "电动车停哪里", "是什么问题": "车棚不够。", "方案": "改造\n新建", "参与方": "居民\n物业"}


@pytest.fixture
async def editor(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.EDITOR, community.code)


@pytest.fixture
async def approver(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.APPROVER, community.code)


async def written(editor: Browser, community: Community, **more: str) -> str:
    """The page of a topic as the form makes it."""
    place = (await make_estate(community, f"幸福{await Estate.all().count()}里")).code
    answer = await editor.press(f"{LIST}/new", "保存", WRITTEN | {"范围": place} | more)
    assert answer.status_code == 303, answer.text[-400:]
    return answer.headers["location"]


async def test_a_topic_goes_its_whole_road_by_the_buttons_of_its_page(
    editor: Browser, approver: Browser, community: Community
) -> None:
    page = await written(editor, community, 跳过收集的原因="居民代表会提出")
    assert "列入议事</button>" not in await editor.page(page)
    await approver.press(page, "列入议事", {"答复": "列入，请大家来谈。"})
    refused = await approver.follow(await approver.press(page, "开始协商"))
    assert "请填写原因" in refused
    await approver.press(page, "开始协商", {"原因": "楼道已经起火"})
    assert "楼道已经起火" in words(await editor.page(page))
    meeting = {"地点": "议事厅", "到会人数": "23", "共识": "先改一号车棚", "不同意见": "7号楼三户"}
    await editor.press(f"{page}/meetings", "保存", meeting)
    await approver.press(page, "进入表决或共识", {"原因": "都同意了"})
    await editor.press(page, "保存意见书", {"协商意见": "先改一号车棚。", "不同意见": "7号楼三户要求移到北门。"})
    await approver.press(page, "公布决定")
    await editor.press(page, "加任务", {"做什么": "改一号车棚", "谁负责": "物业", "哪天前": "2027-05-01"})
    await approver.press(page, "请居民评议", {"原因": "已经改好"})
    found = await Consultation.get()
    assert found.stage is Stage.APPRAISAL
    shown = words(await editor.page(page))
    for told in ("居民代表会提出", "都同意了", "已经改好", "7号楼三户", "改一号车棚", "23 人到会"):
        assert told in shown, told
    assert "轮次" in (await editor.get(f"{page}/appraisal.csv")).text


async def test_a_signed_page_is_for_staff_and_a_mistaken_task_is_put_off_and_finished(
    editor: Browser, community: Community, admin: Browser
) -> None:
    page = await written(editor, community, 跳过收集的原因="居民代表会提出")
    await admin.press(page, "列入议事", {"答复": "列入。"})
    await editor.press(f"{page}/meetings", "保存", {"地点": "议事厅", "到会人数": "9", "共识": "先改"})
    meeting = await Meeting.get()
    token, sent = {"token": await editor.token()}, {"file": ("签字.jpg", photograph(), "image/jpeg")}
    await editor.http.post(f"/admin/meetings/{meeting.id}/files", data=token, files=sent)
    kept = await MeetingFile.get().select_related("file")
    assert kept.file.purpose == "meeting"
    assert "只有工作人员看得到" in await editor.page(page)
    await editor.press(page, "加任务", {"做什么": "画线", "谁负责": "物业", "哪天前": "2027-05-01"})
    await editor.press(page, "推迟", {"新的日期": "2027-06-01", "推迟的原因": "下雨"})
    await editor.press(page, "完成", {"办理结果": "画好了"})
    task = await Undertaking.get()
    assert (str(task.first_due_on), str(task.due_on), task.outcome) == ("2027-05-01", "2027-06-01", "画好了")
    assert "完成 100%" in words(await editor.page(page))


async def test_what_can_not_be_kept_is_told_and_nothing_is_lost(editor: Browser, community: Community) -> None:
    for label, value in (("标题", "车"), ("方案", "\n".join("甲乙丙丁戊己庚辛壬癸子")), ("限定楼栋", "不知道3号楼")):
        place = (await make_estate(community, f"幸福{await Estate.all().count()}里")).code
        answer = await editor.press(f"{LIST}/new", "保存", WRITTEN | {"范围": place, label: value})
        assert answer.status_code == 422, label
        assert "车棚不够" in answer.text
    assert await Consultation.all().count() == 0


async def test_what_is_overdue_stands_first_and_on_the_overview_of_all_above(
    editor: Browser, community: Community, signed_in: SignIn
) -> None:
    page = await written(editor, community, 跳过收集的原因="居民代表会提出")
    await written(editor, community)
    await Consultation.filter(stage=Stage.REVIEW).update(review_due_on=clock.today() - timedelta(days=1))
    street = await signed_in(StaffRole.SUPERVISOR, community.code[:9])
    shown = words(await street.page(LIST))
    assert "审题超期" in shown
    assert "其中1个已超期" in words(await street.page("/admin/"))
    assert "审题超期" in words(await street.page(page))
    assert "还没有议题" not in shown
    assert "收集议题 1" in words(await street.page(f"{LIST}?stage=collecting"))


async def test_rules_are_set_by_those_who_decide_and_hold_for_new_topics(
    editor: Browser, approver: Browser, community: Community
) -> None:
    assert "保存" not in words(await editor.page(f"{LIST}/rules"))
    refused = await approver.follow(await approver.press(f"{LIST}/rules", "保存", {"公示邀请天数": "3"}))
    assert "7到60" in refused
    await approver.press(f"{LIST}/rules", "保存", {"附议户数": "1", "最少附议": "1", "公示邀请天数": "10"})
    assert (await ConsultationRules.get()).terms == {"endorse_most": 1, "endorse_least": 1, "post_days": 10}
    await written(editor, community)
    found = await Consultation.get()
    assert (found.endorse_need, found.terms["post_days"]) == (1, 10)
