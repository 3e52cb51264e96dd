"""Corrections that residents ask for, and 「不是我家人」; a worker decides, the register follows, the asker is told."""

from dataclasses import dataclass

from tortoise.transactions import in_transaction

from clock import clock
from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.residency import rules, texts, told
from handlers.residency.actions.residents import correct_resident
from handlers.residency.actions.trail import actor_of, community_code
from handlers.residency.actions.unbind import release
from handlers.residency.people import phone_key
from handlers.staff.rules import Permission, Viewer
from models.households import Correction
from models.residency import Binding, Dwelling
from models.states import BindingState, CorrectionKind, CorrectionState


@dataclass(frozen=True, slots=True)
class Decision:
    """What a worker makes of a correction; `value` is the name or phone as it shall stand on the register."""

    accept: bool
    answer: str
    value: str = ""


async def request_correction(account_id: int, binding_id: int, kind: CorrectionKind, words: str) -> Correction:
    """Ask a worker to put something right at one of the account's homes; the same again keeps its number.

    Raises:
        NotFound: the account is not bound there.
        TooManyCorrections: five wait already.
    """
    async with in_transaction():
        own = Binding.filter(id=binding_id, account_id=account_id, state=BindingState.ACTIVE)
        binding = await own.select_for_update().first()
        if binding is None:
            raise NotFound(texts.NO_SUCH_HOME)
        return await _ask(account_id, binding, kind, words)


async def report_stranger(account_id: int, dwelling_id: int) -> Correction:
    """Ask a worker to look at who joined a household last (「不是我家人」); nobody is removed by the machine.

    Raises:
        NotFound: the account is not bound there, or nobody else is.
        TooManyCorrections: five wait already.
    """
    async with in_transaction():
        active = await Binding.filter(dwelling_id=dwelling_id, state=BindingState.ACTIVE).order_by("-id")
        others = [binding for binding in active if binding.account_id != account_id]
        if not others or len(others) == len(active):
            raise NotFound(texts.NOBODY_ELSE)
        latest = await Binding.select_for_update().get(id=others[0].id)
        return await _ask(account_id, latest, CorrectionKind.STRANGER, "")


async def decide_correction(viewer: Viewer, correction_id: int, decision: Decision) -> Correction:
    """Close a correction with an answer; what is accepted is written to the register in the same transaction.

    An accepted 「不是我家人」 ends the binding in question, whose account is told.

    Raises:
        Forbidden: the role may not correct registers.
        NotFound: no such correction in the viewer's part of the tree.
        Invalid: no answer, or a name or phone that can't be one.
        Conflict: decided already.
    """
    viewer.require(Permission.RESIDENTS_EDIT)
    if not decision.answer.strip():
        raise Invalid(texts.ANSWER_MISSING)
    async with in_transaction():
        correction = await Correction.filter(id=correction_id).select_for_update().first()
        if correction is None or not viewer.sees(await community_code(correction.dwelling_id)):
            raise NotFound
        if correction.state is not CorrectionState.PENDING:
            raise Conflict(texts.decided_already(correction.state.label))
        if decision.accept:
            await _put_right(viewer, correction, decision.value)
        correction.state = CorrectionState.ACCEPTED if decision.accept else CorrectionState.REFUSED
        correction.decided_at, correction.decided_by = clock.now(), viewer.login
        correction.answer = decision.answer.strip()
        await correction.save()
        await _audit(viewer.actor, "correction.decide", correction, CorrectionState.PENDING)
        if correction.account_id:
            await notify(
                correction.account_id,
                told.correction(correction.id, correction.kind, correction.state, correction.answer),
            )
    return correction


async def _ask(account_id: int, binding: Binding, kind: CorrectionKind, words: str) -> Correction:
    waiting = await Correction.filter(account_id=account_id, state=CorrectionState.PENDING)
    for known in waiting:
        if (known.binding_id, known.kind, known.words) == (binding.id, kind, words):
            return known
    if len(waiting) >= rules.MOST_CORRECTIONS:
        raise rules.TooManyCorrections
    correction = await Correction.create(
        account_id=account_id,
        dwelling_id=binding.dwelling_id,
        resident_id=binding.resident_id,
        binding_id=binding.id,
        kind=kind,
        words=words,
        state=CorrectionState.PENDING,
        created_at=clock.now(),
    )
    await _audit(actor_of(account_id), "correction.request", correction, "")
    return correction


async def _put_right(viewer: Viewer, correction: Correction, value: str) -> None:
    match correction.kind:
        case CorrectionKind.STRANGER:
            await _part(viewer, correction)
        case CorrectionKind.NAME:
            await _rename(viewer, correction, value)
        case CorrectionKind.PHONE:
            await _reach(viewer, correction, value)
        case _:
            pass


async def _part(viewer: Viewer, correction: Correction) -> None:
    live = Binding.filter(id=correction.binding_id, state=BindingState.ACTIVE)
    if stranger := await live.select_for_update().first():
        await release(stranger, viewer.actor, texts.STRANGER_REASON)
        address = (await Dwelling.get(id=stranger.dwelling_id)).address
        await notify(stranger.account_id, told.ended(address, texts.STRANGER_REASON))


async def _rename(viewer: Viewer, correction: Correction, value: str) -> None:
    name = rules.read_name(value)
    if name is None:
        raise Invalid(texts.NAME_WANTED)
    await _write(viewer, correction, name=name)
    for binding in await Binding.filter(id=correction.binding_id, state=BindingState.ACTIVE):
        binding.name = name
        await binding.save(update_fields=("name",))


async def _reach(viewer: Viewer, correction: Correction, value: str) -> None:
    phone = phone_key(value)
    if not rules.resembles_phone(phone):
        raise Invalid(texts.PHONE_WANTED)
    await _write(viewer, correction, phone=phone)


async def _write(viewer: Viewer, correction: Correction, **particulars: str) -> None:
    """To the register, where it knows who asked; a later import does not undo it."""
    if correction.resident_id:
        await correct_resident(viewer, correction.resident_id, particulars, texts.on_request(correction.id))


async def _audit(actor: str, verb: str, correction: Correction, before: str) -> None:
    place = await community_code(correction.dwelling_id)
    detail = {"kind": correction.kind.value}
    subject = f"correction:{correction.id}"
    await record(actor, verb, subject, place=place, before=before, after=correction.state, detail=detail)
