"""信息有误 and 不是我家人: what a resident says is wrong, handed to a worker with a number."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from handlers.residency import texts
from handlers.residency.actions.corrections import report_stranger, request_correction
from handlers.residency.visitors import Home, Visitor
from models.states import CorrectionKind

REGISTER = "登记住址"
_KINDS = tuple(Choice(kind.label, kind.value) for kind in texts.CORRECTION_WORDS)
_SHORTEST, _LONGEST = 2, 200


class Correcting(Dialogue):
    """「信息有误」: which home, what kind, in what words, 确认."""

    name: ClassVar[str] = "residency.correction"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            return Reply(texts.NO_HOME_TO_REPORT, (Choice(REGISTER),))
        if len(visitor.homes) == 1:
            return turn.ask("kind", texts.WHAT_IS_WRONG, *_KINDS, binding=visitor.homes[0].binding_id)
        return turn.ask("home", texts.WHICH_HOME, *_listed(visitor.homes))

    @asks()
    async def home(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.CHOOSE_NUMBER)
        return turn.ask("kind", texts.WHAT_IS_WRONG, *_KINDS, binding=int(turn.choice))

    @asks()
    async def kind(self, turn: Turn) -> Reply:
        if turn.choice is None:
            return turn.again(texts.CHOOSE_NUMBER)
        return turn.ask("told", texts.CORRECTION_WORDS[CorrectionKind(turn.choice)], kind=turn.choice)

    @asks()
    async def told(self, turn: Turn) -> Reply:
        words = turn.message.text.strip()
        home = _of(turn)
        if home is None:
            return Reply(texts.NO_SUCH_HOME)
        if not _SHORTEST <= len(words) <= _LONGEST:
            return turn.again(texts.MORE_WORDS)
        label = CorrectionKind(turn.data["kind"]).label
        confirm = Choice(texts.CONFIRM, numbered=False)
        return turn.ask("confirm", texts.confirm_correction(label, words, home.address), confirm, words=words)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        home = _of(turn)
        if turn.words not in texts.CONFIRM_WORDS:
            return turn.again(texts.CONFIRM_EXPECTED)
        if home is None:
            return Reply(texts.NO_SUCH_HOME)
        kind = CorrectionKind(turn.data["kind"])
        correction = await request_correction(turn.visitor.account_id, home.binding_id, kind, turn.data["words"])
        return Reply(texts.correction_received(correction.id, kind.label, home.phone), (Choice("我的"),))


class Dispute(Dialogue):
    """「不是我家人」: a worker is asked to look at who joined the household last."""

    name: ClassVar[str] = "residency.dispute"

    @commits()
    async def start(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.homes:
            return Reply(texts.NO_HOME_TO_REPORT, (Choice(REGISTER),))
        if len(visitor.homes) == 1:
            return await self._report(turn, visitor.homes[0])
        return turn.ask("which", texts.WHICH_HOME, *_listed(visitor.homes))

    @commits()
    async def which(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        home = next((home for home in visitor.homes if str(home.binding_id) == turn.choice), None)
        return await self._report(turn, home) if home else turn.again(texts.CHOOSE_NUMBER)

    async def _report(self, turn: Turn, home: Home) -> Reply:
        correction = await report_stranger(turn.visitor.account_id, home.dwelling_id)
        return Reply(texts.reported(home.address, correction.id, home.phone))


def _listed(homes: tuple[Home, ...]) -> list[Choice]:
    return [Choice(home.address, str(home.binding_id)) for home in homes]


def _of(turn: Turn) -> Home | None:
    visitor: Visitor = turn.visitor
    return next((home for home in visitor.homes if home.binding_id == turn.data["binding"]), None)


def routes() -> Routes:
    routes = Routes()
    correcting, dispute = routes.dialogue(Correcting()), routes.dialogue(Dispute())
    words = ("信息有误", "信息错误", "信息错了", "更正", "更正信息", "我的信息有误", "登记有误")
    routes.command(correcting.start, *words, dialogue=correcting)
    routes.command(dispute.start, "不是我家人", "不是我家的人", "不是家人", dialogue=dispute)
    return routes
