"""Menu, tags and followers kept in step, against the stand-in of the platform and with it away."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Mount

from accounts import Accounts, Served, first_account
from bot.client import WeChatClient, WeChatConfig
from bot.wire import Call
from handlers.residency.actions.unbind import release_all
from handlers.residency.queries.followers import Registered
from models.residency import Account, Binding
from models.states import BindingState
from settings import Settings
from simulator.app import SimulatorConfig, create_simulator
from tagging import REGISTERED, keep_tags, tag_names
from tests.bot.mock_platform import seal, unseal
from tests.campaigns.conftest import Town, town
from tests.factories import District, make_community, make_dwelling, make_estate
from upkeep import Upkeep, keep_followers, keep_menu

__all__ = ["town"]

ADDRESS = "http://platform.test"
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


class Platform:
    """The stand-in with the calls that reached it; `away` is how it answers while it is not there."""

    def __init__(self, settings: Settings, redis: Redis, folder: Path) -> None:
        config = SimulatorConfig(
            redis=redis,
            webhook_url=f"{ADDRESS}/nowhere",
            public_url=ADDRESS,
            app_id=settings.wechat_app_id,
            app_secret=settings.wechat_app_secret,
            token=settings.wechat_token,
            aes_key=settings.wechat_aes_key,
            mode="safe",
            demo_file=folder / "demo.json",
            deadline=0.01,
        )
        app = Starlette(routes=[Mount("/simulator", create_simulator(config))])
        self.calls: list[str] = []
        self.away: Exception | None = None
        inner = httpx.ASGITransport(app)

        async def answer(request: httpx.Request) -> httpx.Response:
            self.calls.append(request.url.path.removeprefix("/simulator/api/cgi-bin/"))
            if self.away:
                raise self.away
            return await inner.handle_async_request(request)

        self.phones = httpx.AsyncClient(transport=inner, base_url=f"{ADDRESS}/simulator")
        account = first_account(settings)
        wechat = WeChatConfig(account.app_id, account.app_secret, f"{ADDRESS}/simulator/api")
        self.client = WeChatClient(wechat, redis, seal, unseal, transport=httpx.MockTransport(answer))
        self.served = Served(account, self.client)

    async def phone(self, follow: bool = True) -> str:
        openid = (await self.phones.post("/phone/residents")).json()["openid"]
        if follow:
            await self.phones.post(f"/phone/{openid}/follow", json={})
        return openid

    async def press(self, openid: str, name: str) -> None:
        await self.phones.post(f"/phone/{openid}/{name}", json={})

    async def tags(self, openid: str) -> list[str]:
        """The names of a follower's tags, the last given last."""
        names = {tag.id: tag.name for tag in await self.client.tags()}
        shown = (await self.client._call(_tags_of(openid))).fields["tagid_list"]
        return [names[number] for number in shown]

    async def menu(self, openid: str) -> list[str]:
        """The second part of the menu that a phone shows."""
        shown = (await self.phones.get("/phone/live")).json()["residents"]
        menu = next(one["menu"] for one in shown if one["openid"] == openid)
        return [button["name"] for button in menu["button"][1]["sub_button"]]

    def called(self, *names: str) -> int:
        return sum(call.endswith(names) for call in self.calls)


def _tags_of(openid: str) -> Call:
    return Call("POST", "/cgi-bin/tags/getidlist", body={"openid": openid})


@pytest.fixture
def settings() -> Settings:
    return Settings(wechat_api_base=f"{ADDRESS}/simulator/api")


@pytest.fixture
async def platform(settings: Settings, redis: Redis, tmp_path: Path) -> AsyncGenerator[Platform]:
    made = Platform(settings, redis, tmp_path)
    yield made
    await made.phones.aclose()
    await made.client.aclose()


async def test_menus_are_pushed_once_and_whoever_is_registered_sees_their_own_first(
    town: Town, redis: Redis, platform: Platform, settings: Settings
) -> None:
    resident, stranger = await platform.phone(), await platform.phone()
    await town.settle(resident)
    for _ in range(2):
        await keep_menu(settings, redis, platform.served)
        await keep_tags(redis, platform.served)
    assert (await platform.menu(resident))[:2] == ["我的", "我的住户"]
    assert (await platform.menu(stranger))[0] == "登记住址"
    assert platform.called("menu/create") == platform.called("menu/addconditional") == 1
    await redis.set("upkeep:menu:" + settings.wechat_app_id, "changed 1")
    await keep_menu(settings, redis, platform.served)
    assert platform.called("menu/create") == platform.called("menu/addconditional") == 2
    assert len((await platform.client.get_menu())["conditionalmenu"]) == 1


async def test_tags_follow_homes_and_only_differences_are_told(town: Town, redis: Redis, platform: Platform) -> None:
    one, two, stranger = [await platform.phone() for _ in range(3)]
    await town.settle(one)
    await town.settle(two)
    await keep_tags(redis, platform.served)
    place = "河东社区"
    assert [await platform.tags(openid) for openid in (one, two, stranger)] == [[place, REGISTERED]] * 2 + [[]]
    assert platform.called("batchtagging", "batchuntagging") == 2
    await keep_tags(redis, platform.served)
    assert platform.called("batchtagging", "batchuntagging") == 2
    assert platform.called("user/tag/get") == 2
    await Binding.filter(account__openid=one).update(state=BindingState.ENDED)
    await keep_tags(redis, platform.served)
    assert [await platform.tags(openid) for openid in (one, two)] == [[], [place, REGISTERED]]


async def test_a_second_home_elsewhere_leaves_the_registered_tag_last(
    town: Town, redis: Redis, platform: Platform, settings: Settings
) -> None:
    openid = await platform.phone()
    await town.settle(openid)
    await keep_menu(settings, redis, platform.served)
    await keep_tags(redis, platform.served)
    street = await town.community.organisation.parent
    other = await make_community(District(await street.parent, street), "柳岸社区")
    dwelling = await make_dwelling(await make_estate(other, "柳岸苑"))
    await _again(await Binding.get(account__openid=openid), dwelling.id).save()
    await keep_tags(redis, platform.served)
    assert await platform.tags(openid) == ["河东社区", "柳岸社区", REGISTERED]
    assert (await platform.menu(openid))[0] == "我的"


def _again(binding: Binding, dwelling_id: int) -> Binding:
    return Binding(
        account_id=binding.account_id,
        dwelling_id=dwelling_id,
        resident_id=binding.resident_id,
        role=binding.role,
        name=binding.name,
        verified=True,
        state=BindingState.ACTIVE,
        created_at=NOW,
    )


async def test_one_whom_the_platform_does_not_know_keeps_nobody_else_from_their_tag(
    town: Town, redis: Redis, platform: Platform
) -> None:
    for number in range(8):
        await town.settle(f"oMadeUp{number}")
    openid = await platform.phone()
    await town.settle(openid)
    await keep_tags(redis, platform.served)
    assert await platform.tags(openid) == ["河东社区", REGISTERED]
    await keep_tags(redis, platform.served)
    before = platform.called("batchtagging")
    await keep_tags(redis, platform.served)
    assert platform.called("batchtagging") == before


async def test_a_day_later_the_platform_is_read_anew_and_strangers_lose_the_tag(
    town: Town, redis: Redis, platform: Platform
) -> None:
    openid, stranger = await platform.phone(), await platform.phone()
    await town.settle(openid)
    await keep_tags(redis, platform.served)
    tag = next(tag.id for tag in await platform.client.tags() if tag.name == REGISTERED)
    await platform.client.tag(tag, [stranger], on=True)
    await platform.client.tag(tag, [openid], on=False)
    for key in await redis.keys("upkeep:tagged:*:read"):
        await redis.delete(key)
    await keep_tags(redis, platform.served)
    assert await platform.tags(stranger) == []
    assert await platform.tags(openid) == ["河东社区", REGISTERED]


async def test_who_left_while_we_were_down_is_unlinked_and_who_came_back_is_queued(
    town: Town, redis: Redis, platform: Platform
) -> None:
    stays, leaves, returns = [await platform.phone() for _ in range(3)]
    stranger = await platform.phone()
    for openid in (stays, leaves, returns):
        await town.settle(openid)
    await town.settle("oUnknownToThePlatform")
    back = await Account.get(openid=returns)
    await release_all(back, "取消关注")
    await Account.filter(id=back.id).update(following=False)
    await platform.press(leaves, "unfollow")
    await keep_followers(redis, platform.served)
    following = dict(await Account.all().values_list("openid", "following"))
    assert following == {stays: True, leaves: False, returns: True, "oUnknownToThePlatform": True}
    assert stranger not in following
    states = {one.account_id: one.state for one in await Binding.all().order_by("id")}
    assert states[(await Account.get(openid=leaves)).id] is BindingState.ENDED
    assert states[back.id] is BindingState.PENDING
    calls = len(platform.calls)
    await keep_followers(redis, platform.served)
    assert len(platform.calls) == calls


@pytest.mark.parametrize("away", [httpx.ConnectError("away"), httpx.ReadError("reset")])
async def test_a_platform_that_is_away_changes_nothing_and_is_tried_again(
    town: Town, redis: Redis, platform: Platform, settings: Settings, away: Exception
) -> None:
    openid = await platform.phone()
    await town.settle(openid)
    accounts = Accounts(settings, redis)
    accounts.first = platform.served
    jobs = Upkeep(settings, redis, accounts).jobs()
    platform.away = away
    for job in jobs:
        await job.work(NOW)
    assert (await Account.get(openid=openid)).following
    platform.away = None
    for job in jobs:
        await job.work(NOW)
    assert await platform.tags(openid) == ["河东社区", REGISTERED]
    assert await redis.exists("upkeep:followers:" + settings.wechat_app_id)


async def test_an_account_that_may_not_use_the_interface_rests(
    database: str, redis: Redis, platform: Platform, settings: Settings
) -> None:
    accounts = Accounts(settings, redis)
    accounts.first = platform.served
    menus = Upkeep(settings, redis, accounts).jobs()[0]
    await platform.phones.post("/control/fault", json={"path": "/cgi-bin/menu/create", "errcode": 48001, "times": 9})
    for _ in range(3):
        await menus.work(NOW)
    assert platform.called("menu/create") == 1


def test_communities_of_one_name_have_tags_of_their_own_within_thirty_bytes() -> None:
    people = frozenset({1})
    names = tag_names(
        [
            Registered("990103001001", "松涛社区", people),
            Registered("990103002007", "松涛社区", people),
            Registered("990103002008", "名字特别特别长的一个社区居委会", people),
            Registered("990103002009", "名字特别特别长的一个社区居委会", people),
        ]
    )
    assert list(names.values()) == ["松涛社区", "松涛社区007", "名字特别特别长的一个", "名字特别特别长的一009"]
    assert all(len(name.encode()) <= 30 for name in names.values())
    assert len(tag_names([Registered(str(at), f"社区{at}", people) for at in range(150)])) == 99
