"""Who lives where and stands for whom, as a worker writes it down: moves, roles, 户代表, guardians; history is kept."""

from datetime import date

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.residency import rules
from handlers.residency.actions.residents import Place, check_role, hold_residents, seen_dwelling, write_down
from handlers.staff.rules import Permission, Viewer
from models.households import Guardianship
from models.residency import Binding, Membership
from models.states import BindingState

HOME = "dwelling"
"""Named in `Resident.corrected`: where the person lives was put right here."""


async def move_in(viewer: Viewer, resident_id: int, place: Place, *, leaving: bool) -> int:
    """Let somebody live at a dwelling from a day on; the membership's id.

    Args:
        leaving: they leave the other homes in the viewer's part of the tree that day.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: they live there already.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    rules.check_stay(place.since, None, clock.today())
    check_role(place.role)
    async with in_transaction():
        [resident] = await hold_residents(viewer, resident_id)
        dwelling = await seen_dwelling(viewer, place.dwelling_id)
        stays = await Membership.filter(resident_id=resident.id).select_related("dwelling__community").order_by("id")
        here = [stay for stay in stays if stay.dwelling_id == dwelling.id]
        if any(stay.until is None for stay in here):
            raise Conflict("这位居民已登记住在这户。")
        if any(stay.until and stay.until > place.since for stay in here):
            raise Invalid("迁入日期早于上次迁出，请核对。")
        for stay in stays:
            if leaving and stay.until is None and viewer.sees(stay.dwelling.community.code):
                await _leave(viewer, stay, place.since)
        stay = await Membership.create(
            resident=resident, dwelling=dwelling, role=place.role, relation=place.relation, since=place.since
        )
        resident.corrected = sorted({*resident.corrected, HOME})
        await resident.save(update_fields=("corrected",))
        await write_down(viewer, "resident.move_in", resident.id, dwelling=dwelling.id, since=str(place.since))
    return stay.id


async def move_out(viewer: Viewer, membership_id: int, until: date) -> int:
    """Let somebody have left a dwelling on a day; the resident's id. The stay remains in the history.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: they had left before.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    async with in_transaction():
        stay = await _held_stay(viewer, membership_id)
        await _leave(viewer, stay, until)
        resident = await stay.resident
        resident.corrected = sorted({*resident.corrected, HOME})
        await resident.save(update_fields=("corrected",))
    return stay.resident_id


async def change_role(viewer: Viewer, membership_id: int, role: str, relation: str) -> int:
    """Let somebody be something else in their household; the resident's id.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: they have left.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    check_role(role)
    async with in_transaction():
        stay = await _held_stay(viewer, membership_id)
        if stay.until:
            raise Conflict("这位居民已经迁出，不能改身份。")
        if (stay.role, stay.relation) != (role, relation):
            stay.role, stay.relation = role, relation
            await stay.save(update_fields=("role", "relation"))
            await write_down(viewer, "resident.change_role", stay.resident_id, dwelling=stay.dwelling_id, role=role)
    return stay.resident_id


async def name_representative(viewer: Viewer, binding_id: int, *, named: bool) -> int | None:
    """Name a 户代表, who alone then casts the household's ballots, or name them no longer; the resident's id.

    Raises:
        Forbidden, NotFound.
        Conflict: the binding is not live, or its person is under age.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    async with in_transaction():
        found = await Binding.get_or_none(id=binding_id)
        dwelling = await seen_dwelling(viewer, found.dwelling_id if found else 0)
        household = await Binding.filter(dwelling_id=dwelling.id).order_by("id").select_for_update()
        binding = next(one for one in household if one.id == binding_id)
        if binding.state is not BindingState.ACTIVE or not binding.adult:
            raise Conflict("户代表要是已登记的成年居民。")
        # The one before goes first: the constraint knows only one at a time.
        for one in sorted(household, key=lambda one: one.id == binding.id):
            stands = named and one.id == binding.id
            if one.represents != stands and (named or one.id == binding.id):
                one.represents = stands
                await one.save(update_fields=("represents",))
        verb = "household.represent" if named else "household.dismiss"
        subject = f"binding:{binding.id}"
        await record(viewer.actor, verb, subject, place=dwelling.community.code, detail={"dwelling": dwelling.id})
    return binding.resident_id


async def add_guardian(viewer: Viewer, ward_id: int, guardian_id: int, relation: str, since: date) -> int:
    """Write down who acts in law for somebody; whoever does it has checked the papers (《民法典》第二十七、二十八条).

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: it stands there already.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    rules.check_stay(since, None, clock.today())
    if ward_id == guardian_id:
        raise Invalid("本人不能做自己的监护人。")
    if not relation or len(relation) > 20:
        raise Invalid("请填写与被监护人的关系，最多20个字。")
    async with in_transaction():
        _, guardian = await hold_residents(viewer, ward_id, guardian_id)
        if guardian.birth_on and rules.age(guardian.birth_on, clock.today()) < rules.FULL_AGE:
            raise Invalid("监护人要年满18周岁。")
        if await Guardianship.exists(ward_id=guardian_id, guardian_id=ward_id, until__isnull=True):
            raise Invalid("这位居民正由对方监护，请核对。")
        try:
            async with in_transaction():
                guardianship = await Guardianship.create(
                    ward_id=ward_id, guardian_id=guardian_id, relation=relation, since=since, checked_by=viewer.login
                )
        except IntegrityError as error:
            raise Conflict("这位监护人已经登记过。") from error
        await write_down(viewer, "guardianship.add", ward_id, guardian=guardian_id)
    return guardianship.id


async def end_guardian(viewer: Viewer, guardianship_id: int, until: date) -> int:
    """Let a guardianship have ended on a day; the ward's id.

    Raises:
        Forbidden, NotFound, Invalid.
        Conflict: it had ended.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    async with in_transaction():
        guardianship = await Guardianship.filter(id=guardianship_id).first()
        await hold_residents(viewer, guardianship.ward_id if guardianship else 0)
        guardianship = await Guardianship.select_for_update().get(id=guardianship_id)
        if guardianship.until:
            raise Conflict("这项监护已经结束。")
        rules.check_stay(guardianship.since, until, clock.today())
        guardianship.until = until
        await guardianship.save(update_fields=("until",))
        await write_down(viewer, "guardianship.end", guardianship.ward_id, guardian=guardianship.guardian_id)
    return guardianship.ward_id


async def _held_stay(viewer: Viewer, membership_id: int) -> Membership:
    """A stay at a dwelling of the viewer's, held after its person."""
    found = await Membership.get_or_none(id=membership_id)
    if found is None:
        raise NotFound
    await hold_residents(viewer, found.resident_id)
    stay = await Membership.filter(id=membership_id).select_for_update().first()
    if stay is None:
        raise NotFound
    await seen_dwelling(viewer, stay.dwelling_id)
    return stay


async def _leave(viewer: Viewer, stay: Membership, until: date) -> None:
    if stay.until:
        raise Conflict("这位居民已经迁出。")
    rules.check_stay(stay.since, until, clock.today())
    stay.until = until
    await stay.save(update_fields=("until",))
    await Binding.filter(resident_id=stay.resident_id, dwelling_id=stay.dwelling_id, represents=True).update(
        represents=False
    )
    await write_down(viewer, "resident.move_out", stay.resident_id, dwelling=stay.dwelling_id, until=str(until))
