"""工作人员: logins given, changed and stopped by administrators of the branch, never their own, never another's."""

import asyncio

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from admin.layout import COOKIE
from admin.sessions import PanelSessions
from errors import Conflict, Forbidden, NotFound
from handlers.staff.actions import appointments
from handlers.staff.actions.logins import add_staff
from handlers.staff.queries import viewer
from handlers.staff.rules import PERMISSIONS, Permission, needs_second_factor
from models.audit import AuditEntry
from models.staff import StaffMember
from models.states import StaffRole
from tests.admin.browser import PASSWORD, Browser, words
from tests.admin.conftest import SignIn
from tests.admin.phones import set_up_phone
from tests.factories import Community

STAFF = "/admin/staff"


@pytest.fixture
async def chief(admin: Browser, redis: Redis) -> Browser:
    """The community's administrator, who has just given a code."""
    await PanelSessions(redis).step_up(admin.http.cookies[COOKIE])
    return admin


@pytest.fixture
async def lin(community: Community) -> StaffMember:
    await add_staff("lin", PASSWORD, StaffRole.EDITOR, community.code, "林工")
    return await StaffMember.get(login="lin")


async def test_a_new_login_signs_in_with_the_password_that_was_shown_once(
    chief: Browser, panel: FastAPI, community: Community
) -> None:
    written = {"账号": "Wang.Fang", "姓名": "王芳", "角色": "worker", "单位": community.code}
    shown = await chief.follow(await chief.press(f"{STAFF}/new", "添加账号", written))
    first = shown.split('<code class="secret">')[1].split("</code>")[0]
    member = await StaffMember.get(login="wang.fang")
    assert "已经显示过了" in await chief.page(f"{STAFF}/{member.id}/password")
    browser = Browser(panel)
    await browser.sign_in("wang.fang", first)
    assert (await browser.get("/admin/")).headers["location"] == "/admin/account"
    sent = {"原密码": first, "新密码": "quite-another-one", "再写一遍": "quite-another-one"}
    await browser.press("/admin/account", "换密码", sent)
    assert "王芳 社区工作者" in words(await browser.page("/admin/inbox")) or (await browser.get("/admin/")).is_success


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"账号": "王芳"}, "账号要3到40个字符"),
        ({"账号": "lin"}, "已经有人用了"),
        ({"姓名": " "}, "请填写姓名"),
        ({"角色": "emperor"}, "请选择角色"),
        ({"单位": "880412001002"}, "没有这个单位"),
    ],
)
async def test_a_faulty_form_adds_nobody(
    chief: Browser, lin: StaffMember, community: Community, elsewhere: Community, wrong: dict[str, str], said: str
) -> None:
    before = await StaffMember.all().count()
    written = {"账号": "wang", "姓名": "王芳", "角色": "worker", "单位": community.code}
    refused = await chief.press(f"{STAFF}/new", "添加账号", written | wrong)
    assert refused.status_code == 422
    assert said in refused.text
    assert await StaffMember.all().count() == before


async def test_staff_changes_ask_for_a_code(admin: Browser, lin: StaffMember) -> None:
    for path in ("", f"/{lin.id}", f"/{lin.id}/password", f"/{lin.id}/factor", f"/{lin.id}/deactivate"):
        asked = await admin.post(f"{STAFF}{path}", reason="离岗", login="x", name="y", role="worker")
        assert asked.status_code == 403
        assert "确认是您本人" in asked.text
    assert (await StaffMember.get(id=lin.id)).active


async def test_whoever_is_stopped_changed_or_reset_is_out_at_once(
    chief: Browser, panel: FastAPI, lin: StaffMember, community: Community
) -> None:
    page, changed = f"{STAFF}/{lin.id}", {"姓名": "林工", "角色": "approver", "单位": community.code}
    for button, written in (("保存修改", changed), ("停用", {"停用的原因": "离岗"}), ("重设密码", {})):
        await StaffMember.filter(id=lin.id).update(active=True, must_change_password=False)
        await add_staff("lin", PASSWORD, StaffRole.EDITOR, community.code, "林工")
        browser = Browser(panel)
        await browser.sign_in("lin")
        assert (await browser.get("/admin/")).status_code == 200
        await chief.follow(await chief.press(page, button, written))
        assert (await browser.get("/admin/")).headers["location"].startswith("/admin/login"), button
    assert (await Browser(panel).sign_in("lin")).status_code == 401


async def test_a_stopped_login_comes_back_with_its_password(chief: Browser, panel: FastAPI, lin: StaffMember) -> None:
    await chief.press(f"{STAFF}/{lin.id}", "停用", {"停用的原因": "离岗"})
    assert (await Browser(panel).sign_in("lin")).status_code == 401
    assert "已停用" in words(await chief.page(f"{STAFF}?q=林工"))
    await chief.press(f"{STAFF}/{lin.id}", "恢复")
    assert (await Browser(panel).sign_in("lin")).status_code == 303
    assert [entry.reason for entry in await AuditEntry.filter(action="staff.deactivate")] == ["离岗"]


async def test_a_lost_phone_is_taken_off_with_a_reason(chief: Browser, panel: FastAPI, lin: StaffMember) -> None:
    browser = Browser(panel)
    await browser.sign_in("lin")
    await set_up_phone(browser, "lin")
    page = f"{STAFF}/{lin.id}"
    assert (await chief.post(f"{page}/factor", reason=" ")).status_code == 422
    assert "验证码已停用" in await chief.follow(await chief.press(page, "重设验证码", {"重设验证码的原因": "手机丢了"}))
    assert (await Browser(panel).sign_in("lin")).headers["location"] == "/admin/"


async def test_a_locked_login_is_let_in_again(chief: Browser, panel: FastAPI, lin: StaffMember) -> None:
    for number in range(5):
        await Browser(panel, f"192.0.2.{number}").sign_in("lin", "wrong")
    assert (await Browser(panel, "192.0.2.99").sign_in("lin")).status_code == 429
    await chief.press(f"{STAFF}/{lin.id}", "解除锁定")
    assert (await Browser(panel, "192.0.2.99").sign_in("lin")).status_code == 303


async def test_nobody_changes_their_own_login(chief: Browser, community: Community) -> None:
    own = await StaffMember.get(login=f"admin-{community.code}")
    assert (await chief.get(f"{STAFF}/{own.id}")).headers["location"] == "/admin/account"
    sent = {"name": "我", "role": "auditor", "place": community.code, "reason": "x"}
    for path in ("", "/password", "/factor", "/deactivate", "/unlock", "/sessions"):
        refused = await chief.post(f"{STAFF}/{own.id}{path}", **sent)
        assert refused.status_code == 403, path
        assert "不能改自己的账号" in refused.text
    assert (await StaffMember.get(id=own.id)).role is StaffRole.ADMIN


async def test_logins_of_another_branch_are_not_there(
    chief: Browser, elsewhere: Community, community: Community
) -> None:
    await add_staff("foreign", PASSWORD, StaffRole.EDITOR, elsewhere.code, "外人")
    await add_staff("above", PASSWORD, StaffRole.EDITOR, community.code[:9], "上级")
    assert "foreign" not in (page := await chief.page(STAFF))
    assert "above" not in page
    sent = {"name": "x", "role": "editor", "place": community.code, "reason": "x"}
    for login in ("foreign", "above"):
        member = await StaffMember.get(login=login)
        assert (await chief.get(f"{STAFF}/{member.id}")).status_code == 404
        for path in ("", "/password", "/factor", "/deactivate", "/reactivate", "/unlock", "/sessions"):
            assert (await chief.post(f"{STAFF}/{member.id}{path}", **sent)).status_code == 404, path


async def test_nobody_is_moved_out_of_the_administrators_branch(
    chief: Browser, lin: StaffMember, elsewhere: Community
) -> None:
    sent = {"name": "林工", "role": "editor", "place": elsewhere.code}
    assert (await chief.post(f"{STAFF}/{lin.id}", **sent)).status_code == 404
    assert (await chief.post(f"{STAFF}/{lin.id}", **sent | {"place": elsewhere.code[:9]})).status_code == 404


async def test_two_administrators_stopping_each_other_at_once_leave_one(
    signed_in: SignIn, community: Community
) -> None:
    top = community.code[:6]
    for login in ("one", "two"):
        await add_staff(login, PASSWORD, StaffRole.ADMIN, top)
    one, two = await viewer("one"), await viewer("two")
    assert one
    assert two
    ids = {member.login: member.id for member in await StaffMember.filter(login__in=("one", "two"))}
    done = await asyncio.gather(
        appointments.deactivate(one, ids["two"], "x"),
        appointments.deactivate(two, ids["one"], "x"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in done].count(str) == 1
    assert any(isinstance(outcome, Conflict | Forbidden | NotFound) for outcome in done)
    assert await StaffMember.filter(role=StaffRole.ADMIN, active=True, organisation__code=top).count() == 1


async def test_the_last_administrator_at_the_top_stays(community: Community) -> None:
    top = community.code[:6]
    await add_staff("one", PASSWORD, StaffRole.ADMIN, top)
    await add_staff("two", PASSWORD, StaffRole.ADMIN, top)
    one, two = await viewer("one"), await StaffMember.get(login="two")
    assert one
    await appointments.deactivate(one, two.id, "x")
    first = await StaffMember.get(login="one")
    helper = await viewer("one")
    assert helper
    await appointments.reactivate(one, two.id)
    second = await viewer("two")
    assert second
    await StaffMember.filter(id=two.id).update(active=False)
    with pytest.raises(Conflict):
        await appointments.deactivate(second, first.id, "x")
    with pytest.raises(Conflict):
        await appointments.change_appointment(second, first.id, "one", StaffRole.EDITOR, top)


async def test_deeds_are_recorded_where_they_happen_and_say_nothing_secret(
    chief: Browser, lin: StaffMember, community: Community
) -> None:
    shown = await chief.follow(await chief.press(f"{STAFF}/{lin.id}", "重设密码"))
    first = shown.split('<code class="secret">')[1].split("</code>")[0]
    entry = await AuditEntry.get(action="staff.reset_password")
    assert (entry.subject, entry.place, entry.actor) == ("staff:lin", community.code, f"staff:admin-{community.code}")
    assert first not in str(await AuditEntry.all().values())


def test_every_permission_is_explained_in_words() -> None:
    assert len({permission.label for permission in Permission}) == len(Permission)


def test_whoever_sees_people_unmasked_or_hands_out_rights_needs_a_second_factor() -> None:
    needing = {role for role in PERMISSIONS if needs_second_factor(role)}
    assert needing == {StaffRole.ADMIN, StaffRole.AUDITOR, StaffRole.WORKER}
