"""我的: homes, household, what is stored, and a summary to take along; every line of its menu is a command too."""

from datetime import datetime

from bot.dialogue import Choice, Reply, Turn, asks
from bot.router import Routes
from clock import BEIJING
from handlers.conversations.chat import news_first
from handlers.residency import claims, disclosures, rules, texts
from handlers.residency.queries.consents import consents
from handlers.residency.queries.corrections import corrections_of
from handlers.residency.queries.households import household
from handlers.residency.queries.personal import dealings, live_bindings, people_of, register_lines
from handlers.residency.visitors import Home, Visitor
from models.residency import Binding
from models.states import CorrectionState
from settings import get_settings

REGISTER = "登记住址"
FAMILY, STORED, EXPORT = "家里人", "存了什么", "导出我的信息"
MENU = (
    *(Choice(words) for words in (FAMILY, STORED, "信息有误", EXPORT, "隐私和同意")),
    Choice(texts.ANOTHER_HOME, REGISTER),
    *(Choice(words) for words in ("代办", "我搬家了", "注销", "我的发言", "菜单")),
)
RECENT = 3
"""Corrections whose result is shown."""


@asks()
async def my_homes(turn: Turn) -> Reply:
    """「我的」: homes, what waits, what a worker has decided, and all that can be done with one's own data."""
    visitor: Visitor = turn.visitor
    parts = [_home(home) for home in visitor.homes]
    parts += [texts.pending_home(home.address, home.binding_id, home.phone) for home in visitor.pending]
    if visitor.account_id:
        parts += [
            texts.refused_home(binding.dwelling.address, binding.reason)
            for binding in await claims.refused(visitor.account_id)
        ]
    if not parts:
        return Reply(texts.NOT_REGISTERED, (Choice(REGISTER), Choice(STORED), Choice("注销")))
    parts += await _corrections(visitor)
    if visitor.consent_version != rules.CONSENT_VERSION:
        parts.append(disclosures.NEWER_TEXT)
    return Reply(texts.homes(parts), MENU, tail=texts.on_the_page(get_settings().pages_address(visitor.app_id)))


def _home(home: Home) -> str:
    role = texts.standing(home.role.label, verified=home.verified, adult=home.adult)
    worker = texts.grid_worker(home.grid_worker, home.phone)
    return texts.home(home.address, role, home.binding_id, worker, verified=home.verified)


async def _corrections(visitor: Visitor) -> list[str]:
    asked = await corrections_of(visitor.account_id) if visitor.account_id else []
    return [texts.correction_line(one.id, one.kind.label, one.state.label, one.answer or "") for one in asked[:RECENT]]


@asks()
async def my_family(turn: Turn) -> Reply:
    """「家里人」: who belongs to each home, masked, and who is on WeChat."""
    visitor: Visitor = turn.visitor
    if visitor.account_id is None or not visitor.homes:
        return Reply(texts.NO_HOME_TO_REPORT, (Choice(REGISTER),))
    told = [disclosures.family(home.address, await household(home, visitor.account_id)) for home in visitor.homes]
    return Reply("\n\n".join(told), (Choice("不是我家人"), Choice("信息有误"), Choice("我的")))


@asks()
async def stored(turn: Turn) -> Reply:
    """「存了什么」: field by field, how long, and who may see it."""
    visitor: Visitor = turn.visitor
    if visitor.account_id is None:
        return Reply(disclosures.NOT_STORED, (Choice(REGISTER),))
    held = await dealings(visitor.account_id)
    counts = disclosures.counts(held.messages, held.enquiry_lines, held.corrections, held.delegations)
    register = [line for person in await people_of(visitor.account_id) for line in register_lines(person)]
    text = disclosures.stored(await _given(visitor), register, counts, get_settings())
    return Reply(text, (Choice("信息有误"), Choice(EXPORT), Choice("我的")))


@asks()
async def export(turn: Turn) -> Reply:
    """「导出」: a summary of one's own data in one message."""
    visitor: Visitor = turn.visitor
    if visitor.account_id is None:
        return Reply(disclosures.NOT_STORED, (Choice(REGISTER),))
    register = [line for person in await people_of(visitor.account_id) for line in register_lines(person)]
    agreed = [
        disclosures.agreement(one.purpose.label, one.version, _day(one.given_at), _day(one.withdrawn_at))
        for one in await consents(visitor.account_id)
    ]
    waiting = await corrections_of(visitor.account_id)
    pending = len([one for one in waiting if one.state is CorrectionState.PENDING])
    held = await dealings(visitor.account_id)
    return Reply(
        disclosures.export(await _given(visitor), register, agreed, held.messages, pending),
        (Choice(STORED), Choice("我的")),
    )


async def _given(visitor: Visitor) -> list[str]:
    """What the resident has told of themselves, a line a fact."""
    bindings = await live_bindings(visitor.account_id) if visitor.account_id else []
    return [disclosures.CODE_OF_WECHAT, *(line for binding in bindings for line in _told(binding))]


def _told(binding: Binding) -> list[str]:
    role = texts.standing(binding.role.label, verified=binding.verified, adult=binding.adult)
    lines = [f"住址：{binding.dwelling.address}", f"姓名：{binding.name}，身份：{role}"]
    return lines + ([texts.lease(binding.lease_ends_on)] if binding.lease_ends_on else [])


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d}" if moment else ""


def routes() -> Routes:
    routes = Routes()
    routes.command(news_first(my_homes), "我的", key="me")
    routes.command(my_family, FAMILY, "家人", "我家人", "我的家人", "同住人")
    routes.command(stored, STORED, "存了我什么", "我的信息", "我的资料")
    routes.command(export, EXPORT, "导出", "导出信息", "导出资料")
    return routes
