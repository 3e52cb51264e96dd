"""Whom a notice is for: conditions, what it asks for, sending again, and audiences that a body keeps by name."""

from clock import clock
from handlers.notices.actions.audiences import MOST_SAVED
from handlers.votes.actions.conduct import close_poll
from models.audit import AuditEntry
from models.campaigns import SavedAudience
from models.notices import Notice
from models.reach import Repeat
from models.states import StaffRole
from tests.admin import polls
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.notices import TITLE, WRITTEN, drafted, people, sent
from tests.admin.people import make_households
from tests.factories import Community, make_estate

NEW = "/admin/notices/new"
SAVE = "存为常用人群"
CONDITIONS = {"限定地点": "幸福里3号楼", "年龄从": "18", "标签": "楼长、党员", "业主": "yes"}


async def test_a_draft_keeps_when_to_send_again_for_whom_and_what_to_do(admin: Browser, community: Community) -> None:
    estate = await make_estate(community)
    await make_households(estate, 2)
    poll = await polls.published(admin, community.code)
    before = await sent(admin, community.code)
    notice = await drafted(
        admin,
        community.code,
        再发="weekly",
        结束日期=f"{clock.today().replace(year=clock.today().year + 1, day=1)}",
        只发给还没看的户="yes",
        只发给=f"not_read:{before.id}",
        请居民做=f"poll:{poll.id}",
    )
    assert (notice.repeat, notice.repeat_unread, notice.about) == (Repeat.WEEKLY, True, f"poll:{poll.id}")
    assert notice.audience["only"] == [f"not_read:{before.id}"]
    edit = f"/admin/notices/{notice.id}/edit"
    [form] = [one for one in forms(await admin.page(edit)) if "保存草稿" in one.buttons]
    kept = {name: form.values[name] for name in ("repeat", "repeat_unread", "only", "about")}
    assert kept == {
        "repeat": "weekly",
        "repeat_unread": "yes",
        "only": f"not_read:{before.id}",
        "about": f"poll:{poll.id}",
    }
    page = words(await admin.page(f"/admin/notices/{notice.id}"))
    for seen in ("每周再发，只发给还没看的户", f"没看过「{TITLE}」的户", f"投票： {polls.TITLE}", "人，2 户"):
        assert seen in page
    assert f"请参加投票：{polls.TITLE}" in words(await admin.page(f"/admin/notices/{notice.id}/preview"))
    await close_poll(poll.id, clock.now())
    assert "现在不在名单里" in await admin.page(edit)
    answer = await admin.press(edit, "保存草稿")
    assert (answer.status_code, "现在不能投" in answer.text) == (422, True)


async def look(browser: Browser, place: str, only: str) -> tuple[int, str]:
    fields = {"topic": "convenience", "place": place, "way_chat": "yes", "only": only, "token": await browser.token()}
    answer = await browser.http.post("/admin/notices/audience", data=fields, headers={"HX-Request": "true"})
    return answer.status_code, words(f"<main>{answer.text}</main>")


async def test_a_condition_counts_and_that_of_another_branch_is_refused(
    admin: Browser, signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    estate = await make_estate(community)
    flats = await make_households(estate, 3)
    poll = await polls.published(admin, community.code)
    await polls.cast(poll.id, flats[0], 1)
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    await people(await make_estate(elsewhere, "外乡里"), 1)
    foreign = await sent(stranger, elsewhere.code)
    foreign_poll = await polls.published(stranger, elsewhere.code)
    assert "人，2 户" in (await look(admin, community.code, f"not_voted:{poll.id}"))[1]
    for only in (f"not_read:{foreign.id}", f"not_voted:{foreign_poll.id}", f"not_read:{10**17}"):
        assert (await look(admin, community.code, only))[0] == 404
        answer = await admin.press(NEW, "新建通知", WRITTEN | {"范围": community.code, "只发给": only})
        assert answer.status_code == 404
    for about in (f"poll:{foreign_poll.id}", "poll:x", "notice:1"):
        answer = await admin.press(NEW, "新建通知", WRITTEN | {"范围": community.code, "请居民做": about})
        assert answer.status_code == 404
    assert "没有这个人群条件" in (await look(admin, community.code, "not_dead:1"))[1]
    assert "没有这个人群条件" in (await look(admin, community.code, f"not_read:{'9' * 30}"))[1]
    options = await admin.page(NEW)
    assert f"not_voted:{poll.id}" in options
    assert f"not_read:{foreign.id}" not in options
    assert await Notice.filter(organisation__code=community.code).count() == 0


async def test_what_can_not_be_sent_again_is_said(admin: Browser, community: Community) -> None:
    today = clock.today()
    for wrong, said in (
        ({"再发": "weekly"}, "请写明结束日期"),
        ({"再发": "daily"}, "请选再发的方式"),
        ({"再发": "monthly", "结束日期": f"{today.replace(year=today.year + 2, day=1)}"}, "最多一年"),
        ({"再发": "day_before", "结束日期": f"{today}"}, "轮不到「结束前1天再发」"),
    ):
        answer = await admin.press(NEW, "新建通知", WRITTEN | {"范围": community.code} | wrong)
        assert (answer.status_code, said in answer.text) == (422, True), (wrong, words(answer.text)[:300])


async def saved(browser: Browser, place: str, name: str, **written: str) -> str:
    """The page that saving an audience answers with."""
    answer = await browser.press(NEW, SAVE, WRITTEN | {"范围": place, "人群名称": name} | written)
    assert answer.status_code in (200, 422)
    return answer.text


async def test_an_audience_is_kept_with_what_was_typed_and_fills_another_form(
    admin: Browser, community: Community
) -> None:
    estate = await make_estate(community)
    await people(estate, 1)
    page = await saved(admin, community.code, "三号楼的楼长", **CONDITIONS)
    assert "已存为常用人群「三号楼的楼长」" in page
    assert f'value="{TITLE}"' in page
    kept = await SavedAudience.get()
    [form] = [one for one in forms(page) if SAVE in one.buttons]
    assert form.values["audience_name"] == ""
    answer = await admin.press(NEW, "用这个人群", WRITTEN | {"标题": "半截", "选常用人群": f"{kept.id}"})
    [form] = [one for one in forms(answer.text) if SAVE in one.buttons]
    assert (form.values["title"], form.values["tags"], form.values["age_min"]) == ("半截", "楼长、党员", "18")
    assert (form.values["place"], [form.values["parts"]]) == (community.code, kept.audience["places"])
    await admin.follow(await admin.http.post("/admin/notices", data=form.values | {"role_tenant": ""}))
    assert (await Notice.get()).audience == kept.audience
    listed = words(await admin.page("/admin/audiences"))
    for seen in ("三号楼的楼长", "业主、楼长、党员 18岁以上"):
        assert seen in listed
    await admin.follow(await admin.press("/admin/audiences", "删除"))
    assert not await SavedAudience.exists()
    assert await AuditEntry.filter(action__startswith="audience.").order_by("id").values_list("action", flat=True) == [
        "audience.save",
        "audience.forget",
    ]


async def test_names_are_given_once_and_fifty_at_most(admin: Browser, community: Community) -> None:
    assert "已存为" in await saved(admin, community.code, "楼长")
    assert "已有叫「楼长」的常用人群" in await saved(admin, community.code, "楼长")
    assert "请给人群起个名称" in await saved(admin, community.code, "")
    assert "「没有的楼」没有找到" in await saved(admin, community.code, "新的", 限定地点="没有的楼")
    for number in range(1, MOST_SAVED):
        known = {"name": f"{number}", "audience": {"places": [community.code]}, "created_by": "admin"}
        await SavedAudience.create(organisation=community.organisation, created_at=clock.now(), **known)
    assert "最多50个" in await saved(admin, community.code, "第五十一个")
    assert await SavedAudience.all().count() == MOST_SAVED


async def test_an_audience_of_another_body_is_not_there(
    admin: Browser, signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    await saved(admin, community.code, "楼长")
    kept = await SavedAudience.get()
    stranger = await signed_in(StaffRole.ADMIN, elsewhere.code)
    assert "楼长" not in words(await stranger.page("/admin/audiences"))
    assert (await stranger.post("/admin/notices/audience/use", saved=f"{kept.id}")).status_code == 404
    assert (await stranger.post(f"/admin/audiences/{kept.id}/delete")).status_code == 404
    fields = {"place": community.code, "audience_name": "别处", "way_chat": "yes"}
    assert (await stranger.post("/admin/notices/audience/keep", **fields)).status_code == 404
    assert "已存为" in await saved(stranger, elsewhere.code, "楼长")
    assert await SavedAudience.all().count() == 2
