"""Residency in chat: all its commands and dialogues, and those who follow, scan and leave."""

from collections.abc import Sequence

from bot.dialogue import Step, Turn, commits
from bot.router import Routes
from handlers.residency import corrections, leaving, mine, moving, texts
from handlers.residency.actions.unbind import end_bindings
from handlers.residency.registration import Registration

REGISTER = "登记住址"
_WITH_ADDRESS = r"(?:绑定|登记住址)(?!码).*[0-9零〇一二三四五六七八九十][室户号房]?"
_OTHER_WORDS = ("我要登记", "我要绑定", "我想登记", "我要登记住址", "登记", "怎么登记", "怎么绑定", "加入家庭")


@commits()
async def unlink(turn: Turn) -> None:
    """Unfollowed, or consent withdrawn with the platform: nothing can be said any more."""
    await end_bindings(turn.message.app_id, turn.message.sender, texts.UNLINKED[turn.message.event])


def routes(menu: Step) -> Sequence[Routes]:
    """What residency answers to; `menu` is the main menu, shown to who follows and who has just registered."""
    routes = Routes()
    registration = routes.dialogue(Registration(menu))
    routes.command(registration.start, REGISTER, "绑定", *_OTHER_WORDS, key="bind", dialogue=registration)
    routes.pattern(registration.start, _WITH_ADDRESS, dialogue=registration)
    routes.event(registration.follow, "subscribe", dialogue=registration)
    routes.event(registration.scan, "scan", dialogue=registration)
    routes.event(unlink, *texts.UNLINKED)
    return routes, mine.routes(), corrections.routes(), moving.routes(), leaving.routes()
