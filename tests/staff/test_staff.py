"""Staff who sign in: added, added again, taken away; and what a wrong login costs and tells."""

import pytest

from clock import clock
from errors import Invalid, NotFound
from handlers.staff import queries
from handlers.staff.actions.appointments import deactivate
from handlers.staff.actions.logins import add_staff
from handlers.staff.actions.signin import change_password, record_login
from handlers.staff.queries import authenticate, viewer
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.staff import StaffMember
from models.states import Level, StaffRole
from tests.factories import make_community, make_district

PASSWORD = "four-short-words"


@pytest.fixture
async def community(database: str) -> str:
    return (await make_community(await make_district())).code


async def test_staff_sign_in_with_their_password(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community, "林工")
    assert await authenticate("lin", PASSWORD) == Viewer(
        "lin", "林工", StaffRole.WORKER, community, Level.COMMUNITY, "河东社区"
    )
    assert await authenticate("lin", PASSWORD + "x") is None


async def test_a_password_is_kept_as_argon2_only(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    member = await StaffMember.get(login="lin")
    assert member.password_hash.startswith("$argon2id$")
    assert PASSWORD not in member.password_hash


async def test_adding_again_changes_password_role_and_organisation(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community, "林工")
    await add_staff("lin", "another-password", StaffRole.ADMIN, community[:6])
    assert await authenticate("lin", PASSWORD) is None
    assert await authenticate("lin", "another-password") == Viewer(
        "lin", "林工", StaffRole.ADMIN, community[:6], Level.DISTRICT, "临水区"
    )
    assert await StaffMember.all().count() == 1
    changes = await AuditEntry.filter(subject="staff:lin").order_by("id").values_list("action", "before", "after")
    assert changes == [("staff.add", "", "worker"), ("staff.update", "worker", "admin")]


async def test_nobody_is_added_to_an_organisation_that_does_not_exist(community: str) -> None:
    with pytest.raises(NotFound):
        await add_staff("lin", PASSWORD, StaffRole.WORKER, "000000")
    assert await StaffMember.all().count() == 0


@pytest.mark.parametrize(("login", "password"), [("Lin", PASSWORD), ("lin", "12345678")])
async def test_bad_logins_and_passwords_add_nobody(community: str, login: str, password: str) -> None:
    with pytest.raises(Invalid):
        await add_staff(login, password, StaffRole.WORKER, community)
    assert await StaffMember.all().count() == 0


async def test_an_unknown_login_is_checked_as_long_as_a_known_one(
    community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    checked: list[str] = []

    async def matches(password: str, password_hash: str) -> bool:
        checked.append(password_hash.rsplit("$", 2)[0])
        return True

    monkeypatch.setattr(queries, "matches", matches)
    assert await authenticate("lin", PASSWORD) is not None
    assert await authenticate("nobody", PASSWORD) is None
    assert len(checked) == 2
    assert checked[0] == checked[1], "same algorithm, same cost"


async def test_a_deactivated_login_is_out_at_once(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    assert await viewer("lin") is not None
    chief = Viewer("chen", "陈主任", StaffRole.ADMIN, community, Level.COMMUNITY)
    await deactivate(chief, (await StaffMember.get(login="lin")).id, "调离")
    assert await viewer("lin") is None
    assert await authenticate("lin", PASSWORD) is None
    with pytest.raises(NotFound):
        await record_login("lin", clock.now())
    assert (await AuditEntry.get(action="staff.deactivate")).reason == "调离"


async def test_adding_again_brings_a_deactivated_login_back(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    await StaffMember.filter(login="lin").update(active=False)
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    assert await viewer("lin") is not None


async def test_a_sign_in_is_noted(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    now = clock.now()
    await record_login("lin", now)
    assert (await StaffMember.get(login="lin")).last_login_at == now
    assert (await AuditEntry.get(action="staff.login")).place == community


async def test_a_password_is_changed_only_by_who_knows_it(community: str) -> None:
    await add_staff("lin", PASSWORD, StaffRole.WORKER, community)
    with pytest.raises(Invalid, match="原密码不对"):
        await change_password("lin", "not-my-password", "another-password")
    with pytest.raises(Invalid, match="太容易"):
        await change_password("lin", PASSWORD, "password")
    await change_password("lin", PASSWORD, "another-password")
    assert await authenticate("lin", PASSWORD) is None
    assert await authenticate("lin", "another-password") is not None
