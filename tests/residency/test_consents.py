"""A separate consent in front of a step that needs sensitive data, in a dialogue of another capability."""

from dataclasses import replace
from typing import ClassVar

from redis import asyncio as aioredis

from bot.dialogue import Dialogue, Reply, Turn, asks
from bot.router import Router, Routes
from handlers.articles.knowledge import Knowledge
from handlers.residency.consents import AsksConsent
from main import compose_bot
from models.households import ConsentRecord
from models.residency import Account
from models.states import ConsentPurpose
from tests.conftest import APP_ID
from tests.phone import Phone
from tests.residency.transcripts import make_registered_home, registers, says


class Visiting(AsksConsent):
    """Asks for a health condition, which wants a consent of its own."""

    name: ClassVar[str] = "test.visiting"

    @asks()
    async def start(self, turn: Turn) -> Reply | None:
        return await self._consented(turn.having(kind="上门"), ConsentPurpose.HEALTH, self.condition)

    @asks()
    async def condition(self, turn: Turn) -> Reply:
        return Reply(f"请说说身体情况，{turn.data['kind']}时用。")


def with_visiting(router: Router) -> Router:
    routes = Routes()
    dialogue: Dialogue = routes.dialogue(Visiting())
    routes.command(dialogue.step("start")[0], "上门照顾", dialogue=dialogue)
    router.dialogues[dialogue.name] = dialogue
    router._words["上门照顾"] = routes.commands[0]
    return router


async def test_a_sensitive_step_asks_once_and_a_refusal_leaves_a_person(database: str, redis: aioredis.Redis) -> None:
    bot = compose_bot(redis, Knowledge())
    bot = replace(bot, router=with_visiting(bot.router))
    await make_registered_home()
    p = Phone(bot, APP_ID, "oLi")
    await registers(p, "李秀英")
    asked = await says(p, "上门照顾")
    for shown in ("健康信息", "单独同意", "为了什么", "怎么撤回"):
        assert shown in asked
    assert "请回复「同意」或「不同意」" in await says(p, "嗯")
    refused = await says(p, "不同意")
    assert "人工" in refused
    assert "窗口" in refused
    assert await ConsentRecord.filter(purpose=ConsentPurpose.HEALTH).count() == 0
    assert "请说说身体情况，上门时用" in await says(p, "上门照顾", "同意")
    assert "请说说身体情况" in await says(p, "上门照顾")
    account = await Account.get()
    assert await ConsentRecord.filter(account_id=account.id, purpose=ConsentPurpose.HEALTH).count() == 1
