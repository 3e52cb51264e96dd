"""One dwelling and one building for the panel: filters, timeline, elevation, what is put right and stays so."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from clock import clock
from errors import Forbidden, Invalid, NotFound
from handlers.audit.queries import entries
from handlers.enquiries.queries.desk import count_waiting
from handlers.residency.actions.amend import amend_dwelling
from handlers.residency.actions.moves import move_building
from handlers.residency.queries.coverage import coverage_by_part
from handlers.residency.queries.dwelling import dwelling_sheet
from handlers.residency.queries.dwellings import Filters, choices, dwellings
from handlers.residency.queries.elevation import elevation
from handlers.residency.queries.timeline import timeline
from handlers.staff.rules import Viewer
from loading import load_folder
from models.audit import AuditEntry
from models.database import rows
from models.enquiries import Enquiry
from models.households import Correction, Delegation
from models.organisations import Building, Grid, GridPlacement, Organisation
from models.residency import Account, Binding, Dwelling, Membership
from models.states import BindingState, CorrectionKind, CorrectionState, DelegationState, EnquiryState, Level, StaffRole
from tests.admin.people import make_claim
from tests.factories import (
    make_code,
    make_community,
    make_district,
    make_dwelling,
    make_estate,
    make_home,
    make_owner,
    make_resident,
)
from tests.residency.districts import write_district


def viewer(code: str, role: StaffRole = StaffRole.ADMIN, level: Level = Level.COMMUNITY) -> Viewer:
    return Viewer("lin", "林工", role, code, level)


async def test_filters_narrow_the_list_and_never_widen_it(database: str) -> None:
    district = await make_district()
    here, elsewhere = await make_community(district), await make_community(district, "河西社区")
    estate = await make_estate(here)
    one, two, three = [await make_dwelling(estate, building) for building in ("3", "4", "5")]
    foreign = await make_dwelling(await make_estate(elsewhere, "河西里"))
    await make_claim(one, "李秀英", BindingState.ACTIVE)
    await make_claim(two, "王强")
    await Dwelling.filter(id=three.id).update(occupancy="空置")
    me = viewer(here.code)

    async def found(**wanted: object) -> list[int]:
        return [line.id for line in await dwellings(me, filters=Filters(**wanted))]  # type: ignore[arg-type]

    assert await found(bound=True) == [one.id]
    assert await found(bound=False) == [two.id, three.id]
    assert await found(occupancy="空置", grid=here.grid.id) == [three.id]
    assert await found(estate=estate.id, building=two.building_id) == [two.id]
    assert await found(community=elsewhere.organisation.id) == await found(building=foreign.building_id) == []
    offered = await choices(me, Filters(estate=foreign.estate_id, community=elsewhere.organisation.id))
    assert (offered.grids, offered.estates, offered.buildings) == ([], [], [])
    assert [one.name for one in offered.communities] == ["河东社区"]


async def test_the_timeline_holds_what_happened_newest_first(database: str) -> None:
    home = await make_home()
    me = viewer("880412")
    gone, elder = await make_resident("李秀英", home), await make_resident("王强", home)
    await Membership.filter(resident=gone).update(since=date(2020, 3, 1), until=date(2024, 5, 1))
    await make_code(home)
    refused = await make_claim(home, "赵六", BindingState.REFUSED)
    await Binding.filter(id=refused.id).update(decided_at=clock.now(), decided_by="lin")
    ended = await make_claim(home, "王强", BindingState.ENDED)
    await Binding.filter(id=ended.id).update(decided_at=clock.now(), ended_at=clock.now())
    now = clock.now()
    await Correction.create(
        dwelling=home,
        kind=CorrectionKind.PHONE,
        words="x",
        state=CorrectionState.ACCEPTED,
        created_at=now,
        decided_at=now,
    )
    await Delegation.create(
        elder=elder,
        dwelling=home,
        account_id=ended.account_id,
        delegate_name="王小强",
        state=DelegationState.ACTIVE,
        asked_at=now,
        asked_by="account:1",
        confirmed_at=now,
        expires_on=date(2030, 1, 1),
    )
    await GridPlacement.create(building_id=home.building_id, grid_id=home.grid_id, since=date(2026, 1, 1))
    grid = await Grid.create(code="880412001001002", name="二网格", community_id=home.community_id)
    await move_building(me, home.building_id, grid.id, clock.today())
    entries = await timeline(me, home.id)
    kinds = {"迁入", "迁出", "通知单", "登记申请", "登记退回", "登记成功", "登记解除", "信息更正", "代办", "换网格"}
    assert {entry.kind for entry in entries} == kinds
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    words = "\n".join(entry.words for entry in entries)
    assert "本楼从河东社区第1网格换到二网格" in words
    assert "李**" in words
    assert "李秀英" not in words
    unnamed = await timeline(viewer("880412", StaffRole.EDITOR), home.id)
    assert "李" not in "".join(entry.words for entry in unnamed)


async def test_people_are_shown_masked_and_only_to_those_who_look_after_them(database: str) -> None:
    home = await make_home()
    resident = await make_resident("李秀英", home)
    await make_owner("李秀英", home, resident)
    sheet = await dwelling_sheet(viewer("880412", StaffRole.WORKER), home.id)
    assert [(one.name, one.role) for one in sheet.members] == [("李**", "家属")]
    assert [(one.name, one.share) for one in sheet.owners] == [("李**", "1/1")]
    assert sheet.worker
    assert sheet.worker.worker == "何立春"
    plain = await dwelling_sheet(viewer("880412", StaffRole.EDITOR), home.id)
    assert (plain.members, plain.owners) == ([], [])
    with pytest.raises(NotFound):
        await dwelling_sheet(viewer("880413"), home.id)


async def test_every_dwelling_stands_in_one_cell_and_the_legend_counts_the_register(demo: str) -> None:
    for building in await Building.all():
        drawn = await elevation(building.id)
        standing = [door.id for floor in drawn.floors for doors in floor.cells for door in doors]
        register = await Dwelling.filter(building=building).values_list("id", flat=True)
        assert sorted(standing) == sorted(register)
        assert max(len(doors) for floor in drawn.floors for doors in floor.cells) == 1
        counted = await rows(
            "SELECT count(*) FILTER (WHERE occupancy = '空置') AS vacant, count(*) FILTER (WHERE occupancy = '出租')"
            " AS rented FROM dwelling WHERE building_id = $1",
            building.id,
        )
        assert (drawn.counts["空置"], drawn.counts["出租"]) == (counted[0]["vacant"], counted[0]["rented"])
        assert drawn.counts["已绑定"] + drawn.counts["未绑定"] == len(register)


async def test_floors_go_down_below_ground_and_entrances_stand_side_by_side(database: str) -> None:
    estate = await make_estate(await make_community(await make_district()))
    homes = {
        (entrance, room): await make_dwelling(estate, "3", entrance, room)
        for entrance, room in (("1", "501"), ("1", "502"), ("2", "502"), ("2", "-101"), ("", "底商1"))
    }
    for (_, room), home in homes.items():
        floor = {"5": 5, "-": -1}.get(room[0])
        await Dwelling.filter(id=home.id).update(floor=floor, occupancy="出租" if floor == -1 else "自住")
    await make_claim(homes["1", "501"], "李秀英", BindingState.ACTIVE)
    await make_claim(homes["1", "501"], "王强")
    drawn = await elevation(homes["1", "501"].building_id)
    assert [floor.name for floor in drawn.floors] == ["5层", "地下1层", "楼层未登记"]
    assert [(one.name, one.places) for one in drawn.entrances] == [
        ("", ("底商1",)),
        ("1", ("01", "02")),
        ("2", ("01", "02")),
    ]
    assert [[door.room for doors in floor.cells for door in doors] for floor in drawn.floors] == [
        ["501", "502", "502"],
        ["-101"],
        ["底商1"],
    ]
    assert drawn.floors[0].cells[1][0].words == ("已绑定", "待审核")
    assert drawn.counts == {"已绑定": 1, "未绑定": 4, "待审核": 1, "出租": 1, "空置": 0}


async def test_what_is_put_right_is_noted_and_no_ledger_undoes_it(database: str, tmp_path: Path) -> None:
    write_district(tmp_path, communities=1, buildings=1, floors=1)
    await load_folder(tmp_path, clock.now(), lambda _: None)
    home = await Dwelling.all().order_by("id").first()
    assert home
    me = viewer("990205", StaffRole.WORKER)
    for wrong in (Decimal(0), Decimal(-3), Decimal(10**8)):
        with pytest.raises(Invalid):
            await amend_dwelling(me, home.id, "空置", wrong, "商品房")
    with pytest.raises(Forbidden):
        await amend_dwelling(viewer("990205", StaffRole.EDITOR), home.id, "空置", None, "")
    with pytest.raises(NotFound):
        await amend_dwelling(viewer("990206"), home.id, "空置", None, "")
    assert await amend_dwelling(me, home.id, "空置", Decimal("91.25"), "商品房")
    assert not await amend_dwelling(me, home.id, "空置", Decimal("91.2500"), "商品房")
    entry = await AuditEntry.get(action="dwelling.amend")
    assert entry.detail["fields"] == ["occupancy", "area"]
    assert (entry.detail["before"]["area"], entry.detail["after"]["area"]) == ("88.5000", "91.2500")
    report = await load_folder(tmp_path, clock.now(), lambda _: None)
    assert report.counts["dwellings.csv"].updated == 0
    again = await Dwelling.get(id=home.id)
    assert (again.occupancy, again.area) == ("空置", Decimal("91.2500"))


class TestCity:
    """A city above districts: named in org.yaml with a code, it is an organisation like others."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        write_district(tmp_path, communities=1, buildings=1, floors=1)
        org = tmp_path / "org.yaml"
        org.write_text("city:\n  code: '9902'\n  name: 安澜市\n" + org.read_text("utf-8"), "utf-8")
        return tmp_path

    async def test_its_viewers_see_everything_below_by_districts(self, database: str, folder: Path) -> None:
        await load_folder(folder, clock.now(), lambda _: None)
        again = await load_folder(folder, clock.now(), lambda _: None)
        assert again.counts["org.yaml"].new == again.counts["org.yaml"].updated == 0
        city = await Organisation.get(level=Level.CITY)
        assert (await Organisation.get(code="990205").select_related("parent")).parent == city
        me = viewer("9902", level=Level.CITY)
        assert [(part.name, part.dwellings) for part in await coverage_by_part(me)] == [("河东区", 4)]
        assert len(await dwellings(me)) == 4
        assert [part.name for part in await coverage_by_part(me, "990205")] == ["第990205001001社区"]
        with pytest.raises(NotFound):
            await coverage_by_part(me, "9903")

    async def test_a_district_keeps_its_city_when_a_file_no_longer_names_it(self, database: str, folder: Path) -> None:
        await load_folder(folder, clock.now(), lambda _: None)
        org = folder / "org.yaml"
        org.write_text("city: 安澜市\n" + org.read_text("utf-8").split("安澜市\n", 1)[1], "utf-8")
        again = await load_folder(folder, clock.now() + timedelta(days=1), lambda _: None)
        assert again.counts["org.yaml"].updated == 0

    async def test_what_belongs_to_no_place_is_theirs_to_see_as_a_districts(self, database: str) -> None:
        await AuditEntry.create(at=clock.now(), actor="clock", action="poll.open", subject="poll:1")
        account = await Account.create(app_id="wx", openid="oLi", created_at=clock.now())
        await Enquiry.create(account=account, state=EnquiryState.WAITING, opened_at=clock.now(), last_at=clock.now())
        for code, level, found in (("9902", Level.CITY, 1), ("990205001", Level.SUBDISTRICT, 0)):
            me = viewer(code, level=level)
            assert (len(await entries(me)), await count_waiting(me)) == (found, found), level
