"""Homes change: somebody moves, a lease goes on, a WeChat account is changed for another."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Turn, asks, commits
from bot.router import Routes
from clock import BEIJING
from handlers.residency import rules, texts
from handlers.residency.actions.unbind import move_out, renew_lease
from handlers.residency.visitors import Home, Visitor
from models.states import MemberRole

REGISTER = "登记住址"


class Moving(Dialogue):
    """「我搬家了」: the new home is registered, the old one ends when the resident confirms."""

    name: ClassVar[str] = "residency.moving"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        if not turn.visitor.claims:
            return Reply(texts.NOT_REGISTERED, (Choice(REGISTER),))
        return Reply(texts.MOVED_HOW, (Choice(texts.NEW_HOME, REGISTER), Choice(texts.OLD_HOME)))

    @asks()
    async def leave(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        if not visitor.claims:
            return Reply(texts.NOT_REGISTERED, (Choice(REGISTER),))
        if len(visitor.claims) == 1:
            return self._confirm(turn, visitor.claims[0])
        return turn.ask("which", texts.WHICH_HOME, *_listed(visitor.claims))

    @asks()
    async def which(self, turn: Turn) -> Reply:
        home = _picked(turn, turn.visitor.claims)
        return self._confirm(turn, home) if home else turn.again(texts.CHOOSE_NUMBER)

    def _confirm(self, turn: Turn, home: Home) -> Reply:
        confirm = Choice(texts.CONFIRM, numbered=False)
        return turn.ask("confirm", texts.confirm_moving_out(home.address), confirm, binding=home.binding_id)

    @commits()
    async def confirm(self, turn: Turn) -> Reply:
        if turn.words not in texts.CONFIRM_WORDS:
            return turn.again(texts.CONFIRM_EXPECTED)
        address = await move_out(turn.visitor.account_id, turn.data["binding"])
        return Reply(texts.moved_out(address, turn.data["binding"]), (Choice(REGISTER), Choice("菜单")))


class Renewal(Dialogue):
    """「续租」: a tenant says until when the lease goes on."""

    name: ClassVar[str] = "residency.renewal"

    @asks()
    async def start(self, turn: Turn) -> Reply:
        rented = _rented(turn)
        if not rented:
            return Reply(texts.NO_TENANCY, (Choice(REGISTER), Choice("我的")))
        if len(rented) == 1:
            return turn.ask("until", texts.RENEWAL_ASKED, binding=rented[0].binding_id)
        return turn.ask("which", texts.WHICH_HOME, *_listed(rented))

    @asks()
    async def which(self, turn: Turn) -> Reply:
        home = _picked(turn, _rented(turn))
        if home is None:
            return turn.again(texts.CHOOSE_NUMBER)
        return turn.ask("until", texts.RENEWAL_ASKED, binding=home.binding_id)

    @commits()
    async def until(self, turn: Turn) -> Reply:
        ends_on = rules.read_lease_end(turn.message.text, turn.now.astimezone(BEIJING).date())
        if ends_on is None:
            return turn.again(texts.LEASE_EXPECTED)
        address = await renew_lease(turn.visitor.account_id, turn.data["binding"], ends_on)
        return Reply(texts.renewed(address, ends_on), (Choice("我的"),))


@asks()
async def changed(turn: Turn) -> Reply:
    """「换微信了」: what to do with the new account; nothing is done from the old one."""
    return Reply(texts.CHANGED_HOW, (Choice(REGISTER), Choice("人工")))


def _rented(turn: Turn) -> tuple[Home, ...]:
    visitor: Visitor = turn.visitor
    return tuple(home for home in visitor.homes if home.role is MemberRole.TENANT)


def _listed(homes: tuple[Home, ...]) -> list[Choice]:
    return [Choice(home.address, str(home.binding_id)) for home in homes]


def _picked(turn: Turn, homes: tuple[Home, ...]) -> Home | None:
    return next((home for home in homes if str(home.binding_id) == turn.choice), None)


def routes() -> Routes:
    routes = Routes()
    moving, renewal = routes.dialogue(Moving()), routes.dialogue(Renewal())
    routes.command(moving.start, "我搬家了", "搬家", "搬家了", "我要搬家", "我搬走了", "搬走了", "我搬了")
    routes.command(moving.leave, texts.OLD_HOME, "解除登记", "取消登记", "解绑", dialogue=moving)
    routes.command(renewal.start, "续租", "续租了", "租约续签", "续签", "延长租期", dialogue=renewal)
    account = ("微信", "微信号", "号", "手机", "手机号")
    routes.command(changed, *(f"{who}换{what}了" for who in ("", "我") for what in account), texts.CHANGED, "换微信")
    return routes
