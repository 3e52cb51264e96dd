"""A notice from draft to withdrawal on the panel: the form, who may press what, what another branch sees."""

from datetime import timedelta

import pytest

from admin.layout import browser_time
from campaigns.actions.launch import launch_due
from clock import clock
from handlers.notices.jobs import repeat_due
from handlers.notices.texts import group_text
from main import RESOLVERS
from models.audit import AuditEntry
from models.campaigns import Campaign, Delivery
from models.notices import Notice, NoticeVersion
from models.reach import CampaignState, NoticeClass, NoticeState, Path
from models.states import StaffRole
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.notices import TITLE, WRITTEN, drafted, people, sent
from tests.factories import Community, make_estate


async def campaign_of(notice: Notice) -> Campaign:
    found = await Campaign.filter(subject__startswith=f"notice:{notice.id}:").order_by("-id").first()
    assert found
    return found


async def test_a_draft_is_kept_as_written_and_nothing_is_sent(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await drafted(admin, estate.code, 限定地点="幸福里3号楼", 年龄从="18", 租户="yes", 要回执="yes")
    assert (notice.state, notice.title, notice.topic) == (NoticeState.DRAFT, TITLE, NoticeClass.CONVENIENCE)
    assert notice.audience["roles"] == ["tenant"]
    assert notice.audience["age_min"] == 18
    assert notice.wants_receipt
    assert not notice.paths & (Path.SMS.bit | Path.TEMPLATE.bit)
    assert not await Campaign.exists()
    page = words(await admin.page(f"/admin/notices/{notice.id}"))
    for seen in (TITLE, "草稿", "换阀门", "值班负责人", "021-55550000", "租户", "18岁以上"):
        assert seen in page


async def test_the_form_of_a_draft_holds_what_was_written_and_changes_it(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await drafted(admin, estate.code, 限定地点="幸福里3号楼", 标签="楼长，党员")
    [form] = [one for one in forms(await admin.page(f"/admin/notices/{notice.id}/edit")) if "保存草稿" in one.buttons]
    assert form.values["tags"] == "楼长、党员"
    assert form.values["parts"] == "".join(notice.audience["places"])
    changed = {"标题": "后天停水", "标签": ""}
    await admin.follow(await admin.press(f"/admin/notices/{notice.id}/edit", "保存草稿", WRITTEN | changed))
    kept = await Notice.get(id=notice.id)
    assert kept.title == "后天停水"
    assert kept.audience["places"] == notice.audience["places"]
    assert "tags" not in kept.audience


MISTAKES = (
    ({"标题": ""}, "请填写标题。"),
    ({"标题": "水" * 61}, "标题最多60个字"),
    ({"正文": "水" * 2001}, "正文最多2000个字"),
    ({"责任人": ""}, "请填写责任人。"),
    ({"结束日期": "2020-01-01"}, "结束日期"),
    ({"结束日期": "明天"}, "结束日期不对"),
    ({"年龄从": "六十"}, "年龄从请写0到130的数字"),
    ({"年龄从": "60", "年龄到": "20"}, "年龄到比年龄从小"),
    ({"限定地点": "没有的楼"}, "「没有的楼」没有找到"),
    ({"定时发送": "2020-01-01T08:00"}, "定时发送的时间已经过去了"),
    ({"公众号消息和订阅通知": "", "模板消息": "", "公众号群发": ""}, "请至少选一种送达方式"),
    ({"类别": "posting"}, "公示要写明结束日期"),
    ({"类别": "work"}, "工作通知只发给有标签的人"),
)


async def test_a_mistake_is_said_and_nothing_is_kept(admin: Browser, community: Community) -> None:
    for wrong, said in MISTAKES:
        answer = await admin.press("/admin/notices/new", "新建通知", WRITTEN | {"范围": community.code} | wrong)
        assert (answer.status_code, said in answer.text) == (422, True), (wrong, words(answer.text)[:400])
    assert not await Notice.exists()


async def test_ways_that_a_class_may_not_use_are_left_out(admin: Browser, community: Community) -> None:
    urgent = await drafted(admin, community.code, 类别="urgent")
    assert urgent.paths & Path.TEMPLATE.bit
    assert not urgent.paths & Path.MASS.bit


async def look(browser: Browser, place: str, *, script: bool = False, **written: str) -> str:
    fields = {"topic": "convenience", "place": place, "way_chat": "yes", "token": await browser.token()} | written
    headers = {"HX-Request": "true"} if script else {}
    answer = await browser.http.post("/admin/notices/audience", data=fields, headers=headers)
    assert answer.status_code == 200
    return answer.text


async def test_whom_it_reaches_is_counted_while_it_is_written(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 3)
    piece = await look(admin, estate.code, script=True)
    assert "<html" not in piece
    assert "3 人，3 户" in words(f"<main>{piece}</main>")
    page = await look(admin, estate.code, title="半截")
    assert "3 人，3 户" in words(page)
    assert 'value="半截"' in page
    assert "没有符合的人" in await look(admin, estate.code, script=True, age_max="10")
    assert "没有找到" in await look(admin, estate.code, script=True, parts="月球")


async def test_nobody_counts_the_people_of_another_branch(
    signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    fields = {"topic": "convenience", "place": community.code, "way_chat": "yes"}
    assert (await stranger.post("/admin/notices/audience", **fields)).status_code == 404


async def test_a_repetition_that_missed_its_time_asks_and_can_be_passed_over_or_stopped(
    admin: Browser, community: Community
) -> None:
    await people(await make_estate(community), 1)
    notice = await sent(admin, community.code, 再发="weekly", 结束日期=f"{clock.today() + timedelta(days=60)}")
    page = f"/admin/notices/{notice.id}"
    clock.shift += timedelta(days=7, hours=1)
    await repeat_due(clock.now())
    await launch_due(RESOLVERS, clock.now())
    shown = words(await admin.page(page))
    assert "过了时间，等确认" in shown
    assert "现在发送" in shown
    assert "取消定时" not in shown
    await admin.follow(await admin.press(page, "这次不发"))
    assert (await Notice.get()).again_at
    assert "再发" in words(await admin.page(f"{page}/reach?sending={(await campaign_of(notice)).id}"))
    await admin.follow(await admin.press(page, "停止再发"))
    assert (await Notice.get()).again_at is None
    assert "没有下次了" in words(await admin.page(page))


async def test_three_people_bring_a_notice_out(signed_in: SignIn, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 2)
    editor, reviewer, approver = [
        await signed_in(role, community.code) for role in (StaffRole.EDITOR, StaffRole.REVIEWER, StaffRole.APPROVER)
    ]
    notice = await drafted(editor, estate.code)
    here = f"/admin/notices/{notice.id}"
    assert "发送" not in {word for form in forms(await editor.page(here)) for word in form.buttons}
    await editor.follow(await editor.press(here, "提交审核"))
    assert "已退回" in await reviewer.follow(await reviewer.press(here, "退回", {"原因": "写清楚几点"}))
    assert "退回原因：写清楚几点" in words(await editor.page(here))
    await editor.follow(await editor.press(here, "提交审核"))
    assert "发送" not in {word for form in forms(await approver.page(here)) for word in form.buttons}
    assert "1 条通知等您审核" in words(await reviewer.page("/admin/"))
    await reviewer.follow(await reviewer.press(here, "通过"))
    assert "1 条通知等您发送" in words(await approver.page("/admin/"))
    assert "开始发送了" in await approver.follow(await approver.press(here, "发送", {"定时发送": ""}))
    await launch_due({}, clock.now())
    assert await Delivery.all().count() == 2
    assert "未经三人审核" not in await approver.page(here)
    verbs = {entry.action async for entry in AuditEntry.filter(subject=f"notice:{notice.id}")}
    assert verbs >= {"notice.draft", "notice.submit", "notice.return", "notice.review", "notice.send"}


async def test_one_person_alone_is_named_as_such_and_pressing_twice_sends_once(
    admin: Browser, community: Community
) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await sent(admin, estate.code)
    assert "未经三人审核" in await admin.page(f"/admin/notices/{notice.id}")
    again = await admin.follow(await admin.post(f"/admin/notices/{notice.id}/send"))
    assert "刚才没有改动" in again
    assert await Campaign.all().count() == 1


async def test_sending_is_paused_gone_on_with_and_finally_taken_back(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await sent(admin, estate.code)
    here = f"/admin/notices/{notice.id}"
    await admin.follow(await admin.press(here, "暂停"))
    assert (await campaign_of(notice)).state is CampaignState.PAUSED
    assert "情况刚刚变了" in await admin.follow(await admin.post(f"{here}/pause"))
    await admin.follow(await admin.press(here, "继续"))
    assert (await campaign_of(notice)).state is CampaignState.RUNNING
    await admin.follow(await admin.press(here, "更正", {"正文": "改到后天。", "原因": "施工改期"}))
    assert (await Notice.get(id=notice.id)).body == "改到后天。"
    assert "换阀门" in await admin.page(here)
    assert await NoticeVersion.filter(notice_id=notice.id).count() == 1
    await admin.follow(await admin.press(here, "撤回", {"原因": "不停水了"}))
    page = words(await admin.page(here))
    assert "撤回原因：不停水了" in page
    assert not {"暂停", "更正", "撤回"} & {word for form in forms(await admin.page(here)) for word in form.buttons}


async def test_a_planned_one_is_called_off_before_anybody_gets_it(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    later = browser_time(clock.now() + timedelta(days=1))
    notice = await drafted(admin, estate.code, 定时发送=later)
    here = f"/admin/notices/{notice.id}"
    await admin.follow(await admin.press(here, "发送"))
    assert "自动发送" in words(await admin.page(here))
    await admin.follow(await admin.press(here, "取消定时"))
    assert (await Notice.get(id=notice.id)).state is NoticeState.WITHDRAWN
    await launch_due({}, clock.now() + timedelta(days=2))
    assert not await Delivery.exists()


async def test_one_that_missed_its_time_asks_and_is_sent_only_then(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await sent(admin, estate.code)
    await Delivery.all().delete()
    await Campaign.all().update(state=CampaignState.SCHEDULED, launch_at=clock.now() - timedelta(hours=3))
    await launch_due({}, clock.now())
    here = f"/admin/notices/{notice.id}"
    assert "过了时间，等确认" in words(await admin.page(here))
    assert "1 条通知过了时间没有发" in words(await admin.page("/admin/"))
    assert not await Delivery.exists()
    await admin.follow(await admin.press(here, "现在发送"))
    await launch_due({}, clock.now())
    assert await Delivery.all().count() == 1


async def test_another_branch_finds_nothing(
    signed_in: SignIn, admin: Browser, community: Community, elsewhere: Community
) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    notice = await sent(admin, estate.code)
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert TITLE not in await stranger.page("/admin/notices")
    for page in ("", "/edit", "/preview", "/group", "/poster", "/reach", "/reach.csv", "/unreached", "/doorstep"):
        assert (await stranger.get(f"/admin/notices/{notice.id}{page}")).status_code == 404, page
    for deed in ("send", "pause", "cancel", "withdraw", "correct", "told", "links", "test"):
        assert (await stranger.post(f"/admin/notices/{notice.id}/{deed}", reason="不该")).status_code == 404, deed


async def test_the_list_tells_how_far_each_has_come_in_one_line(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await people(estate, 2)
    await sent(admin, estate.code)
    assert "应送 2，已发 0，已读 0" in words(await admin.page("/admin/notices"))


async def test_the_preview_shows_chat_and_sms_and_a_test_gives_words_for_ones_own_phone(
    admin: Browser, community: Community
) -> None:
    notice = await drafted(admin, community.code)
    page = words(await admin.page(f"/admin/notices/{notice.id}/preview"))
    assert f"【便民】{TITLE}" in page
    assert "weixin://" not in page
    assert "还没有设置模板" in page
    told = await admin.follow(await admin.press(f"/admin/notices/{notice.id}", "试发"))
    assert f"试发 {notice.id} " in told


class TestGroups:
    LINK = "https://linli.example.cn/m/notices/123456789"

    @pytest.mark.parametrize("body", ["停水。", "水" * 2000])
    def test_the_text_fits_and_keeps_title_telephone_and_link(self, body: str) -> None:
        known = {"topic": NoticeClass.URGENT, "state": NoticeState.SENT, "phone": "021-55550000"}
        notice = Notice(title="题" * 60, body=body, starts_on=clock.today(), ends_on=None, **known)
        text = group_text(notice, self.LINK)
        assert len(text) <= 200
        assert "题" * 60 in text
        assert "021-55550000" in text
        assert text.endswith(self.LINK)

    async def test_only_what_was_sent_goes_into_a_group(self, admin: Browser, community: Community) -> None:
        estate = await make_estate(community)
        await people(estate, 1)
        draft = await drafted(admin, estate.code)
        assert (await admin.get(f"/admin/notices/{draft.id}/group")).status_code == 409
        notice = await sent(admin, estate.code)
        assert f"/notices/{notice.id}" in await admin.page(f"/admin/notices/{notice.id}/group")
        assert "data:image/png;base64" in await admin.page(f"/admin/notices/{notice.id}/poster")
