"""Residency in chat: 登记住址, 我的, 不是我家人, and those who follow, scan and leave."""

from typing import ClassVar

from bot.dialogue import Choice, Dialogue, Reply, Step, Turn, asks, commits
from bot.router import Routes
from handlers.conversations.chat import news_first
from handlers.residency import claims, texts
from handlers.residency.actions.bind import end_bindings, report_stranger
from handlers.residency.registration import Registration
from handlers.residency.visitors import Home, Visitor

REGISTER = "登记住址"
_WITH_ADDRESS = r"(?:绑定|登记住址)(?!码).*[0-9零〇一二三四五六七八九十][室户号房]?"


@asks()
async def my_homes(turn: Turn) -> Reply:
    """「我的」: homes, what waits, and what a worker has turned down."""
    visitor: Visitor = turn.visitor
    parts = [_home(home) for home in visitor.homes]
    parts += [texts.pending_home(home.address, home.binding_id, home.phone) for home in visitor.pending]
    if visitor.account_id:
        parts += [
            texts.refused_home(binding.dwelling.address, binding.reason)
            for binding in await claims.refused(visitor.account_id)
        ]
    if not parts:
        return Reply(texts.NOT_REGISTERED, (Choice(REGISTER),))
    return Reply(texts.homes(parts), (Choice(texts.ANOTHER_HOME, REGISTER), Choice("菜单")))


def _home(home: Home) -> str:
    role = texts.standing(home.role.label, verified=home.verified, adult=home.adult)
    return texts.home(home.address, role, home.binding_id, texts.grid_worker(home.grid_worker, home.phone))


@commits()
async def unlink(turn: Turn) -> None:
    """Unfollowed, or consent withdrawn with the platform: nothing can be said any more."""
    await end_bindings(turn.message.app_id, turn.message.sender, texts.UNLINKED[turn.message.event])


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
        listed = (Choice(home.address, str(home.dwelling_id)) for home in visitor.homes)
        return turn.ask("which", texts.WHICH_HOME, *listed)

    @commits()
    async def which(self, turn: Turn) -> Reply:
        visitor: Visitor = turn.visitor
        home = next((home for home in visitor.homes if str(home.dwelling_id) == turn.choice), None)
        return await self._report(turn, home) if home else turn.again(texts.CHOOSE_NUMBER)

    async def _report(self, turn: Turn, home: Home) -> Reply:
        number = await report_stranger(turn.visitor.account_id, home.dwelling_id)
        return Reply(texts.reported(home.address, number, home.phone))


def routes(menu: Step) -> Routes:
    """What residency answers to; `menu` is the main menu, shown to who follows and who has just registered."""
    routes = Routes()
    registration = routes.dialogue(Registration(menu))
    dispute = routes.dialogue(Dispute())
    routes.command(registration.start, REGISTER, "绑定", key="bind", dialogue=registration)
    routes.pattern(registration.start, _WITH_ADDRESS, dialogue=registration)
    routes.command(news_first(my_homes), "我的", key="me")
    routes.command(dispute.start, "不是我家人", dialogue=dispute)
    routes.event(registration.follow, "subscribe", dialogue=registration)
    routes.event(registration.scan, "scan", dialogue=registration)
    routes.event(unlink, *texts.UNLINKED)
    return routes
