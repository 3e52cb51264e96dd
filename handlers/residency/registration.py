"""登记住址: from consent over address, role, name and code to a bound home, or to a worker's queue."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from bot.dialogue import ONE_DAY, Choice, Dialogue, Reply, Step, Turn, asks, commits
from clock import BEIJING
from errors import Conflict
from handlers.conversations.actions import show_unseen
from handlers.residency import claims, disclosures, places, rules, texts
from handlers.residency.actions.bind import Claim, bind_with_code, request_binding
from handlers.residency.actions.consents import give_consent
from handlers.residency.actions.unbind import welcome_back
from handlers.residency.codes import SCENE, fold_code
from handlers.residency.people import masked_name
from handlers.residency.places import DWELLING, Finding, Outcome, Place
from handlers.residency.registers import on_register
from handlers.residency.visitors import Visitor, visitor_within
from models.residency import Binding
from models.states import MemberRole
from settings import get_settings

_COMMAND = re.compile(r"\s*(?:绑定|登记住址)[\s:：,，]*", re.ASCII)
_ROLES = tuple(Choice(role.label, role.value) for role in MemberRole)


class Registration(Dialogue):
    """The dialogue of conversations.md, 登记住址; `menu` shows what can be done once registered."""

    name: ClassVar[str] = "residency.binding"
    lasts: ClassVar[timedelta] = ONE_DAY

    def __init__(self, menu: Step) -> None:
        self._menu = menu

    @asks()
    async def start(self, turn: Turn) -> Reply:
        """「绑定」, also with the address behind it."""
        command = _COMMAND.match(turn.message.text)
        address = turn.message.text[command.end() :].strip() if command else ""
        return await self._agreed(turn.having(address=address))

    @commits()
    async def follow(self, turn: Turn) -> Reply:
        """Someone follows the account, perhaps by scanning a letter."""
        returned = await welcome_back(turn.message.app_id, turn.message.sender)
        if turn.message.scene.startswith(SCENE):
            return await self._from_letter(turn)
        menu = await self._menu(turn) or Reply("")
        return replace(menu, text=f"{texts.WELCOME_BACK if returned else texts.WELCOME}\n{menu.text}")

    @asks()
    async def scan(self, turn: Turn) -> Reply | None:
        """A follower scans a QR code: a letter's, or one that is not for registering."""
        return await (self._from_letter(turn) if turn.message.scene.startswith(SCENE) else self._menu(turn))

    async def _from_letter(self, turn: Turn) -> Reply:
        code = fold_code(turn.message.scene.removeprefix(SCENE)) or ""
        dwelling_id = await claims.dwelling_of_code(code, turn.now)
        if dwelling_id is None:
            reply = await self._agreed(turn)
            return replace(reply, text=f"{texts.QR_UNKNOWN}\n\n{reply.text}")
        return await self._agreed(turn.having(dwelling=dwelling_id, code=code))

    async def _agreed(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if visitor.account_id is None or visitor.consent_version != rules.CONSENT_VERSION:
            return turn.ask("consent", disclosures.consent(get_settings()), texts.AGREE)
        return await self._located(turn.having(account=visitor.account_id))

    @commits()
    async def consent(self, turn: Turn) -> Reply:
        if turn.words in texts.DECLINE_WORDS:
            return Reply(texts.CONSENT_DECLINED)
        if turn.words not in texts.AGREE_WORDS:
            return turn.again(texts.CONSENT_EXPECTED)
        account_id = await give_consent(turn.message.app_id, turn.message.sender)
        return await self._located(turn.having(account=account_id))

    async def _located(self, turn: Turn) -> Reply:
        """Go on from what is known of the place: the letter's dwelling, the words sent with the command, or nothing."""
        if dwelling_id := turn.data.get("dwelling"):
            return await self._found(turn, dwelling_id)
        if address := turn.data.get("address"):
            return await self._meant(turn, await places.find(address), address)
        return turn.ask("address", texts.ADDRESS_ASKED)

    @asks()
    async def address(self, turn: Turn) -> Reply:
        text = turn.message.text
        if turn.choice is None:
            return await self._meant(turn, await places.find(text), text)
        kind, _, number = turn.choice.partition(":")
        if kind == DWELLING:
            return await self._found(turn, int(number))
        finding = await places.find_within(int(number), turn.data["address"])
        return await self._meant(turn, finding, turn.data["address"])

    async def _meant(self, turn: Turn, finding: Finding, address: str) -> Reply:
        if finding.outcome is Outcome.FOUND:
            return await self._found(turn, finding.dwelling_id)
        text = places.explained(finding)
        if finding.options:
            options = [Choice(option.words, option.value) for option in finding.options]
            return turn.ask("address", text, *options, tail=texts.OTHER_ADDRESS, address=address)
        return turn.again(text) if turn.step == "address" else turn.ask("address", text)

    async def _found(self, turn: Turn, dwelling_id: int) -> Reply:
        place = await _place(dwelling_id)
        visitor: Visitor = turn.visitor
        if any(home.dwelling_id == dwelling_id for home in visitor.homes):
            return Reply(f"{place.address}\n{rules.AlreadyBound.message}", (Choice("我的"),))
        other = await places.served_by(turn.message.app_id, place.community_code)
        if other is not None:
            elsewhere = texts.served_elsewhere(place.address, place.community, place.phone, other)
            return turn.ask("address", elsewhere, code="")
        account_id = turn.data["account"]
        if rules.is_locked(await claims.locked_until(account_id, dwelling_id), turn.now):
            return turn.ask("address", texts.locked(place.address), code="")
        waiting = any(home.dwelling_id == dwelling_id for home in visitor.pending)
        lines = [texts.found(place.address), *([texts.STILL_PENDING] if waiting else [])]
        scanned = turn.data.get("code", "") if turn.data.get("dwelling") == dwelling_id else ""
        known = turn.having(dwelling=dwelling_id, code=scanned, reason="")
        if names := await claims.registered_there(dwelling_id, account_id):
            lines.append(texts.household([masked_name(name) for name in names]))
            kin = (texts.FAMILY, texts.NEWCOMER, texts.MISTAKEN, texts.CHANGED)
            return known.ask("household", "\n".join(lines), *kin, tail=texts.OTHER_ADDRESS)
        return known.ask("role", "\n".join([*lines, texts.ROLE_ASKED]), *_ROLES, tail=texts.OTHER_ADDRESS)

    async def _corrected(self, turn: Turn) -> Reply:
        """Instead of a choice another address may be sent: the first one was mistyped."""
        finding = await places.find(turn.message.text)
        if finding.outcome is Outcome.FOUND:
            return await self._found(turn, finding.dwelling_id)
        return turn.again(texts.CHOOSE_NUMBER)

    @asks()
    async def household(self, turn: Turn) -> Reply:
        """Somebody is registered there already: family goes on, everyone else goes to a worker."""
        if turn.choice is None:
            return await self._corrected(turn)
        reason = texts.QUEUED_AS.get(turn.choice, "")
        asked = texts.goes_to_worker(texts.ROLE_ASKED) if reason else texts.ROLE_ASKED
        return turn.ask("role", asked, *_ROLES, reason=reason)

    @asks()
    async def role(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return await self._corrected(turn)
        if turn.choice == MemberRole.TENANT:
            return turn.ask("lease", texts.LEASE_ASKED, texts.LEASE_UNKNOWN, role=turn.choice)
        return turn.ask("called", texts.NAME_ASKED, role=turn.choice, lease=None)

    @asks()
    async def lease(self, turn: Turn) -> Reply:
        if turn.choice == texts.LEASE_UNKNOWN:
            return turn.ask("called", texts.NAME_ASKED, lease=None)
        ends_on = rules.read_lease_end(turn.message.text, _day(turn))
        if ends_on is None:
            return turn.again(texts.LEASE_EXPECTED)
        return turn.ask("called", f"{texts.lease(ends_on)}。\n{texts.NAME_ASKED}", lease=ends_on.isoformat())

    @commits()
    async def called(self, turn: Turn) -> Reply:
        name = rules.read_name(turn.message.text)
        if name is None:
            return turn.again(texts.NAME_EXPECTED)
        person = await on_register(turn.data["dwelling"], name)
        if person is None:
            return turn.ask("of_age", texts.OF_AGE_ASKED, texts.YES, texts.NO, name=name)
        adult = rules.is_adult(person.birth_on, _day(turn))
        return await self._prove(turn.having(name=name, adult=adult))

    @commits()
    async def of_age(self, turn: Turn) -> Reply:
        match _answer(turn):
            case texts.YES:
                return await self._prove(turn.having(adult=True))
            case texts.NO:
                return turn.ask("of_least_age", texts.LEAST_AGE_ASKED, texts.YES, texts.NO)
            case _:
                return turn.again(texts.YES_OR_NO)

    @commits()
    async def of_least_age(self, turn: Turn) -> Reply:
        match _answer(turn):
            case texts.YES:
                return await self._prove(turn.having(adult=False))
            case texts.NO:
                return Reply(rules.TooYoung.message)
            case _:
                return turn.again(texts.YES_OR_NO)

    async def _prove(self, turn: Turn) -> Reply:
        """To a worker, or bound by the letter that was scanned, or on to the code."""
        if turn.data["reason"]:
            return await self._request(turn, turn.data["reason"])
        if turn.data.get("code"):
            return await self._bind(turn, turn.data["code"])
        return turn.ask("code", texts.CODE_ASKED, texts.NO_CODE)

    @commits()
    async def code(self, turn: Turn) -> Reply:
        if turn.choice or turn.words in texts.NO_CODE_WORDS:
            return await self._request(turn, texts.NO_CODE_REASON)
        text = turn.message.text
        if not rules.resembles_code(text):
            return turn.again(texts.CODE_EXPECTED)
        return await self._bind(turn, fold_code(text) or text)

    async def _bind(self, turn: Turn, code: str) -> Reply:
        try:
            binding = await bind_with_code(_claim(turn), code)
        except rules.AddressLocked:
            place = await _place(turn.data["dwelling"])
            return turn.ask("address", texts.locked(place.address), code="")
        except (rules.WrongCode, rules.CodeExpired, rules.CodeSpent) as refusal:
            return turn.ask("code", refusal.message, texts.NO_CODE, code="")
        return await self._registered(turn, binding)

    async def _request(self, turn: Turn, reason: str) -> Reply:
        binding = await request_binding(_claim(turn), reason)
        place = await _place(binding.dwelling_id)
        return Reply(texts.submitted(place.address, binding.id, place.phone), (Choice("我的"),), confirmed=True)

    async def _registered(self, turn: Turn, binding: Binding) -> Reply:
        place = await _place(binding.dwelling_id)
        role = texts.standing(binding.role.label, verified=binding.verified, adult=binding.adult)
        worker = texts.grid_worker(place.grid_worker, place.phone)
        said = texts.registered(place.address, role, binding.id, worker)
        visitor = await visitor_within(turn.message.app_id, turn.message.sender)
        menu = await self._menu(replace(turn, visitor=visitor)) or Reply("")
        news = await show_unseen(binding.account_id, turn.now)
        return Reply(f"{news}\n\n{said}".strip(), menu.choices, finished=True, confirmed=True)


def _answer(turn: Turn) -> str | None:
    """「是」 or 「否」, in their usual words."""
    if turn.words in texts.YES_WORDS:
        return texts.YES
    return texts.NO if turn.words in texts.NO_WORDS else None


def _claim(turn: Turn) -> Claim:
    data = turn.data
    lease = data.get("lease")
    return Claim(
        account_id=data["account"],
        dwelling_id=data["dwelling"],
        name=data["name"],
        role=MemberRole(data["role"]),
        adult=data["adult"],
        lease_ends_on=date.fromisoformat(lease) if lease else None,
    )


async def _place(dwelling_id: int) -> Place:
    found = await places.place(dwelling_id)
    if found is None:
        raise Conflict
    return found


def _day(turn: Turn) -> date:
    return turn.now.astimezone(BEIJING).date()
