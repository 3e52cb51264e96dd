"""How what is sent of a vote arrives: who has voted since, and whom to go round to; and what came from above."""

import re

import pytest

from campaigns.actions.launch import launch_due
from clock import clock
from handlers.votes.queries.standing import not_voted
from models.audit import AuditEntry
from models.campaigns import Campaign, Delivery
from models.notices import Notice
from models.organisations import Organisation
from models.reach import DeliveryState
from models.residency import Dwelling
from models.states import Level, StaffRole
from models.votes import Poll
from tests.admin.browser import Browser, forms, words
from tests.admin.conftest import SignIn
from tests.admin.notices import TITLE, people, sent
from tests.admin.people import make_households
from tests.admin.polls import cast, published
from tests.factories import Community, make_estate


@pytest.fixture
async def homes(community: Community) -> list[Dwelling]:
    return await make_households(await make_estate(community), 3)


@pytest.fixture
async def poll(admin: Browser, homes: list[Dwelling]) -> Poll:
    """One that is open and was told to three households, none of whom could be reached."""
    found = await published(admin, (await homes[0].estate).code)
    await launch_due({"not_voted": not_voted}, clock.now())
    await Delivery.all().update(state=DeliveryState.PERMANENT)
    return found


async def test_the_funnel_of_a_vote_ends_with_who_has_voted(admin: Browser, poll: Poll, homes: list[Dwelling]) -> None:
    here = f"/admin/votes/{poll.id}"
    assert "消息送达情况" in words(await admin.page(here))
    assert "已参加 0 0 0.0%" in words(await admin.page(f"{here}/reach"))
    await cast(poll.id, homes[0], 0)
    page = words(await admin.page(f"{here}/reach"))
    people = await Delivery.filter(dwelling_id=homes[0].id).count()
    assert f"已参加 {people} 1 " in page
    assert "同意" not in page
    table = (await admin.get(f"{here}/reach.csv")).text
    assert "已参加人数,已参加户数" in table
    left = words(await admin.page(f"{here}/unreached"))
    assert homes[0].address not in left
    assert homes[1].address in left


async def test_who_has_no_path_for_a_vote_is_gone_round_to(admin: Browser, poll: Poll, homes: list[Dwelling]) -> None:
    here = f"/admin/votes/{poll.id}"
    sheet = words(await admin.page(f"{here}/doorstep?building={homes[0].building_id}"))
    assert "在社区公众号回复「投票」就能投" in sheet
    tick = {"dwelling": str(homes[0].id), "how": "paper"}
    assert "告知过了" in await admin.follow(await admin.post(f"{here}/told", **tick))
    assert "还有 2 户" in words(await admin.page(f"{here}/unreached"))
    await admin.follow(await admin.post(f"{here}/untold", dwelling=str(homes[0].id)))
    done = [entry.action async for entry in AuditEntry.filter(subject=f"poll:{poll.id}").order_by("id")]
    assert done[-3:] == ["poll.take", "poll.reach", "poll.unreach"]


async def test_a_link_is_shown_once(admin: Browser, poll: Poll, homes: list[Dwelling]) -> None:
    answer = await admin.post(f"/admin/votes/{poll.id}/links", building=str(homes[0].building_id))
    shown = await admin.follow(answer)
    assert re.search(r"/m/doorstep/[\w-]{20,}", shown)
    again = await admin.page(answer.headers["location"])
    assert "/m/doorstep/" not in again
    assert "再生成一个" in again


async def test_a_vote_of_another_branch_is_nobodys_to_walk(
    signed_in: SignIn, poll: Poll, homes: list[Dwelling], elsewhere: Community
) -> None:
    stranger, here = await signed_in(StaffRole.ADMIN, elsewhere.code), f"/admin/votes/{poll.id}"
    for page in ("reach", "reach.csv", "unreached", "doorstep", f"links?building={homes[0].building_id}"):
        assert (await stranger.get(f"{here}/{page}")).status_code == 404, page
    for deed in ("told", "untold", "links"):
        tick = {"dwelling": str(homes[0].id), "building": str(homes[0].building_id), "how": "call"}
        assert (await stranger.post(f"{here}/{deed}", **tick)).status_code == 404, deed
    looker = await signed_in(StaffRole.REVIEWER, (await poll.organisation).code)
    assert (await looker.get(f"{here}/reach")).status_code == 200
    assert (await looker.get(f"{here}/unreached")).status_code == 403


async def test_a_notice_that_asks_for_a_vote_counts_those_who_voted_since(
    admin: Browser, poll: Poll, homes: list[Dwelling]
) -> None:
    await cast(poll.id, homes[0], 0)
    notice = await sent(admin, (await homes[0].estate).code)
    assert "已参加" not in words(await admin.page(f"/admin/notices/{notice.id}/reach"))
    await Notice.filter(id=notice.id).update(about=f"poll:{poll.id}")
    assert "已参加 0 0 " in words(await admin.page(f"/admin/notices/{notice.id}/reach"))
    await cast(poll.id, homes[1], 1)
    page = words(await admin.page(f"/admin/notices/{notice.id}/reach"))
    people = await Delivery.filter(campaign__subject=f"notice:{notice.id}:1", dwelling_id=homes[1].id).count()
    assert f"已参加 {people} 1 " in page


async def test_a_result_asks_for_nothing(admin: Browser, poll: Poll) -> None:
    opening = await Campaign.get(subject=f"poll:{poll.id}:open")
    await Campaign.filter(id=opening.id).update(subject=f"poll:{poll.id}:result", purpose="poll_result")
    page = words(await admin.page(f"/admin/votes/{poll.id}/reach?sending={opening.id}"))
    assert "已参加" not in page


class TestFromAbove:
    @pytest.fixture
    async def street(self, community: Community) -> Organisation:
        street = await community.organisation.parent
        assert street
        return street

    async def test_what_the_street_sent_here_is_listed_apart_and_can_only_be_read(
        self, signed_in: SignIn, admin: Browser, community: Community, street: Organisation
    ) -> None:
        estate = await make_estate(community)
        await people(estate, 2)
        above = await signed_in(StaffRole.ADMIN, street.code)
        notice = await sent(above, street.code)
        assert TITLE not in await admin.page("/admin/notices")
        listed = words(await admin.page("/admin/notices?from=above"))
        assert TITLE in listed
        assert street.name in listed
        assert "送达情况" in listed
        page = await admin.page(f"/admin/notices/{notice.id}")
        assert "上级通知" in words(page)
        assert not [
            word for form in forms(page) for word in form.buttons if word not in ("退出", "标准", "大", "开始值班")
        ]
        assert "应送到 2 2" in words(await admin.page(f"/admin/notices/{notice.id}/reach"))
        for deed in ("withdraw", "correct", "pause"):
            assert (await admin.post(f"/admin/notices/{notice.id}/{deed}", reason="不该")).status_code == 404

    async def test_what_went_elsewhere_or_nowhere_yet_is_not_listed(
        self, signed_in: SignIn, admin: Browser, elsewhere: Community, street: Organisation
    ) -> None:
        estate = await make_estate(elsewhere, "河西里")
        await people(estate, 1)
        there = await signed_in(StaffRole.ADMIN, elsewhere.code)
        await sent(there, estate.code)
        await Notice.all().update(organisation_id=street.id)
        assert "上级还没有发到这里的通知" in await admin.page("/admin/notices?from=above")
        assert TITLE in await there.page("/admin/notices?from=above")
        await Campaign.all().delete()
        assert "送达情况" not in await there.page("/admin/notices?from=above")
        await Notice.all().update(state="review")
        assert TITLE not in await there.page("/admin/notices?from=above")

    async def test_the_top_of_the_tree_has_nothing_above_it(self, signed_in: SignIn, street: Organisation) -> None:
        await Organisation.filter(id=street.id).update(level=Level.CITY)
        assert "上级通知" not in await (await signed_in(StaffRole.ADMIN, street.code)).page("/admin/notices")
