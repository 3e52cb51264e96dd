"""通知 in chat: the list, one notice, 「已阅」, and a notice tried on one's own phone before it is sent."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.listing import PUSHED
from bot.router import Routes
from errors import DomainError, NotFound
from handlers.notices import texts
from handlers.notices.actions.readings import acknowledge_notice, read_notice
from handlers.notices.addressees import Mine
from handlers.notices.queries.residents import files_of, last_version, notices_for, tried_notice, unread_count
from handlers.notices.registers import asked
from handlers.residency.visitors import Visitor
from models.notices import Notice
from models.reach import NoticeState
from settings import get_settings

GOT_IT = frozenset({texts.READ, "已读", "看过了", "知道了", texts.GOT_IT, "收到了", "好的收到", "收到谢谢"})


async def waiting(visitor: Visitor) -> str:
    """「2条通知」 for the main menu."""
    return texts.waiting(await unread_count(visitor))


class NoticeDialogue(Dialogue):
    """From 「通知」 to 「已阅」."""

    name: ClassVar[str] = "notices.notice"

    @commits()
    async def start(self, turn: Turn) -> Reply:
        """The list, unread first; a single unread one opens at once."""
        if refusal := _unbound(turn.visitor):
            return refusal
        found = await notices_for(turn.visitor, turn.now)
        unread = [mine for mine in found if mine.unread]
        if len(unread) == 1 or len(found) == 1:
            return await self._opened(turn, (unread or found)[0].notice.id)
        return self._listed(turn, found)

    @commits()
    async def all(self, turn: Turn) -> Reply:
        """「全部通知」: the list, however many of it are unread."""
        return _unbound(turn.visitor) or self._listed(turn, await notices_for(turn.visitor, turn.now))

    @commits()
    async def one(self, turn: Turn) -> Reply:
        """「通知 12」: the notice of this number."""
        return _unbound(turn.visitor) or await self._opened(turn, int(turn.words.split()[-1]))

    @commits()
    async def choose(self, turn: Turn) -> Reply:
        return turn.again(texts.SAY_NUMBER) if turn.choice is None else await self._opened(turn, int(turn.choice))

    @commits()
    async def answer(self, turn: Turn) -> Reply:
        """Under an open notice: 「已阅」, or the whole list."""
        if turn.choice == texts.ALL:
            return self._listed(turn, await notices_for(turn.visitor, turn.now))
        if turn.choice is None and turn.words not in GOT_IT:
            return turn.again(texts.SAY_READ if len(turn.offered) > 1 else texts.SAY_NUMBER)
        return await _acknowledged(turn, turn.data["notice"])

    @commits()
    async def acknowledge(self, turn: Turn) -> Reply:
        """「已阅」 by itself: to what was sent with that choice, or to what waits for a receipt."""
        if refusal := _unbound(turn.visitor):
            return refusal
        if sent := _sent(turn.message.list_id):
            return await _acknowledged(turn, sent)
        found = [mine for mine in await notices_for(turn.visitor, turn.now) if mine.wants_receipt]
        if not found:
            return Reply(texts.NO_RECEIPT, (Choice(texts.NOTICE),))
        if len(found) == 1:
            return await _acknowledged(turn, found[0].notice.id)
        return turn.ask("which", texts.WHICH, *map(_line, found))

    @commits()
    async def acknowledge_one(self, turn: Turn) -> Reply:
        """「已阅 12」: the notice of this number."""
        return _unbound(turn.visitor) or await _acknowledged(turn, int(turn.words.split()[-1]))

    @commits()
    async def which(self, turn: Turn) -> Reply:
        return turn.again(texts.SAY_NUMBER) if turn.choice is None else await _acknowledged(turn, int(turn.choice))

    def _listed(self, turn: Turn, found: list[Mine]) -> Reply:
        if not found:
            return Reply(texts.NONE, (Choice("菜单"),))
        return turn.ask("choose", texts.CHOOSE, *map(_line, found))

    async def _opened(self, turn: Turn, notice_id: int) -> Reply:
        try:
            mine = await read_notice(turn.visitor, notice_id, turn.now)
        except NotFound as refusal:
            return Reply(refusal.message, (Choice(texts.NOTICE),))
        notice = mine.notice
        said = await _card(turn.visitor, notice)
        if not mine.wants_receipt:
            return turn.ask("answer", said, Choice(texts.ALL), notice=notice.id)
        return turn.ask("answer", f"{said}\n{texts.ask_receipt(notice)}", *texts.choices(notice), notice=notice.id)


@commits()
async def got_it(turn: Turn) -> Reply | None:
    """Free text: 「收到」 with nothing open means the one notice that waits for a receipt; the rest is not ours."""
    if turn.words in GOT_IT and turn.visitor.homes:
        found = [mine for mine in await notices_for(turn.visitor, turn.now) if mine.wants_receipt and mine.read]
        if len(found) == 1:
            return await _acknowledged(turn, found[0].notice.id)
    return None


@asks()
async def try_out(turn: Turn) -> Reply:
    """「试发 12 K7Q2M9XD」: a notice that was not sent yet, as a resident would get it."""
    _, number, code = turn.words.split()
    notice = await tried_notice(int(number), code, turn.now)
    if notice is None:
        return Reply(texts.TRIAL_GONE)
    return Reply(texts.trial_copy(await _card(turn.visitor, notice)))


def _line(mine: Mine) -> Choice:
    return Choice(mine.notice.title, str(mine.notice.id), mine.standing)


def _unbound(visitor: Visitor) -> Reply | None:
    """Who has registered nowhere is asked to first; the notices follow by themselves."""
    if visitor.homes:
        return None
    said = texts.BIND_PENDING if visitor.pending else texts.BIND_FIRST
    return Reply(said, (Choice("登记住址"),), resume=texts.NOTICE)


def _sent(list_id: str) -> int | None:
    """The notice that a tapped choice was sent with."""
    number = list_id.removeprefix(PUSHED)
    return int(number) if number != list_id and number.isascii() and number.isdecimal() and len(number) < 19 else None


async def _acknowledged(turn: Turn, notice_id: int) -> Reply:
    try:
        new = await acknowledge_notice(turn.visitor, notice_id, turn.now)
    except DomainError as refusal:
        return Reply(refusal.message, (Choice(texts.NOTICE),))
    notice = await Notice.get(id=notice_id)
    return Reply(texts.acknowledged(notice) if new else texts.again(notice), (Choice(texts.NOTICE),), confirmed=new)


async def _card(visitor: Visitor, notice: Notice) -> str:
    page, asks = await _page(visitor, notice), await asked(notice, visitor.app_id)
    return texts.card(notice, await last_version(notice), page, asks=asks)


async def _page(visitor: Visitor, notice: Notice) -> str:
    """Where the rest of the notice stands, if a chat can't hold it."""
    if notice.state is NoticeState.WITHDRAWN or not (texts.needs_page(notice) or await files_of(notice.id)):
        return ""
    return f"{get_settings().pages_address(visitor.app_id)}/notices/{notice.id}"


def routes() -> Routes:
    routes = Routes()
    notices = routes.dialogue(NoticeDialogue())
    routes.command(notices.start, texts.NOTICE, "公告", "看通知", key="notice", dialogue=notices)
    routes.command(notices.all, texts.ALL, dialogue=notices)
    routes.command(notices.acknowledge, texts.READ, dialogue=notices)
    routes.pattern(notices.one, rf"{texts.NOTICE} [0-9]{{1,18}}", dialogue=notices)
    routes.pattern(notices.acknowledge_one, rf"{texts.READ} [0-9]{{1,18}}", dialogue=notices)
    routes.pattern(try_out, r"试发 [0-9]{1,18} [0-9a-z]{8}")
    return routes
