"""The demonstration: logins that work, residents who have registered, three who could, and nothing in production."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clock import clock
from demonstration import FOLDER, load_demonstration
from errors import ConfigurationError
from handlers.residency.codes import fold_code
from handlers.residency.people import name_key
from handlers.residency.queries.coverage import coverage
from handlers.staff.queries import authenticate
from models.organisations import GridAssignment
from models.residency import Account, Binding, DoorCode, Dwelling, Membership
from models.sealed import blind_index
from models.staff import StaffMember
from models.states import BindingState, MemberRole
from models.votes import Poll
from settings import Env, Settings
from tests.residency.districts import write_district


async def demonstrate(data_dir: Path, folder: Path = FOLDER) -> dict[str, Any]:
    await load_demonstration(folder, Settings(data_dir=data_dir), clock.now(), lambda _: None)
    return json.loads((data_dir / "demo.json").read_text("utf-8"))


async def tables() -> list[int]:
    return [await table.all().count() for table in (Account, Binding, DoorCode, StaffMember, Poll)]


async def test_coverage_is_as_promised_and_again_nothing_changes(demo: str, tmp_path: Path) -> None:
    first = await demonstrate(tmp_path)
    before = await tables()
    assert await coverage("990103") == (1080, 2400)
    assert [(await coverage(code))[0] for code in ("990103001001", "990103001002", "990103002001", "990103002002")] == [
        313,
        262,
        304,
        201,
    ]
    assert await demonstrate(tmp_path) == first
    assert await tables() == before


async def test_demonstration_residents_are_adults_with_the_role_of_the_register(demo: str, tmp_path: Path) -> None:
    await demonstrate(tmp_path)
    bindings = await Binding.all().prefetch_related("resident", "dwelling")
    assert {(binding.state, binding.verified) for binding in bindings} == {(BindingState.ACTIVE, True)}
    assert {binding.role for binding in bindings} == {MemberRole.OWNER, MemberRole.TENANT}
    for binding in bindings:
        assert binding.resident
        assert binding.resident.birth_on
        assert binding.resident.birth_on <= clock.today() - timedelta(days=18 * 365 + 4)
        assert binding.name == binding.resident.name
        assert (binding.dwelling.kind == "公租房") <= (binding.role is MemberRole.TENANT)
    account = await Account.get(id=bindings[0].account_id)
    assert account.following
    assert account.openid.startswith("demo-")
    assert account.consented_at


async def test_every_login_of_the_note_opens_the_panel(demo: str, tmp_path: Path) -> None:
    note = await demonstrate(tmp_path)
    assert note["panel"] == "http://127.0.0.1:8000/admin/"
    assert note["logins"][0]["login"] == "admin-990103"
    assert {login["role"] for login in note["logins"]} == {
        "admin",
        "auditor",
        "editor",
        "reviewer",
        "approver",
        "worker",
        "grid_worker",
    }
    for login in note["logins"][:3]:
        viewer = await authenticate(login["login"], login["password"])
        assert viewer
        assert (viewer.role, viewer.code, viewer.name) == (login["role"], login["org"], login["name"])
    assert await StaffMember.all().count() == len(note["logins"]) == 2 + 5 * 4
    assert await GridAssignment.exclude(login="").count() == 4


async def test_three_residents_can_register_where_a_vote_is_open(demo: str, tmp_path: Path) -> None:
    note = await demonstrate(tmp_path)
    places = (await Poll.get(key="990103:V2")).places
    assert len(note["residents"]) == 3
    for resident in note["residents"]:
        dwelling = await Dwelling.get(address=resident["address"])
        assert dwelling.code.startswith(tuple(places))
        assert not await Binding.exists(dwelling=dwelling)
        name = blind_index(name_key(resident["name"]), "name")
        assert await Membership.exists(dwelling=dwelling, resident__name_index=name, until__isnull=True)
        code = await DoorCode.get(dwelling=dwelling, replaced_at__isnull=True)
        assert code.code == fold_code(resident["code"])
        assert code.expires_at > clock.now()


async def test_who_has_registered_meanwhile_is_not_offered_again(demo: str, tmp_path: Path) -> None:
    first = (await demonstrate(tmp_path))["residents"][0]
    account = await Account.create(app_id="wx", openid="oA", created_at=clock.now())
    await Binding.create(
        account=account,
        dwelling=await Dwelling.get(address=first["address"]),
        role=MemberRole.OWNER,
        name=first["name"],
        state=BindingState.ACTIVE,
        created_at=clock.now(),
    )
    assert first not in (await demonstrate(tmp_path))["residents"]


async def test_a_login_that_is_there_keeps_its_password(demo: str, tmp_path: Path) -> None:
    await demonstrate(tmp_path)
    before = (await StaffMember.get(login="admin-990103")).password_hash
    await demonstrate(tmp_path)
    assert (await StaffMember.get(login="admin-990103")).password_hash == before


async def test_another_district_without_votes_is_demonstrated_too(database: str, tmp_path: Path) -> None:
    write_district(tmp_path, communities=2, buildings=1, floors=2)
    note = await demonstrate(tmp_path, tmp_path)
    assert note["logins"][0]["login"] == "admin-990205"
    assert len(note["residents"]) == 3
    assert await coverage("990205") == (0, 16)


async def test_production_refuses(database: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="生产环境"):
        await load_demonstration(FOLDER, Settings(env=Env.PRODUCTION, data_dir=tmp_path), clock.now(), lambda _: None)
    assert await StaffMember.all().count() == 0
    assert not os.listdir(tmp_path)
