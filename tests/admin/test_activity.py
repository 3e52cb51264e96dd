"""How many residents come each day: on the overview as a chart and a table, and as a download, of one's own places."""

from datetime import timedelta

from clock import clock
from handlers.facts.actions import ACTIVE_RESIDENTS
from models.facts import DailyFact
from models.states import StaffRole
from tests.admin.browser import words
from tests.admin.conftest import SignIn
from tests.factories import Community


async def fact(community: Community, value: int, days_ago: int = 0) -> None:
    day = clock.today() - timedelta(days=days_ago)
    await DailyFact.create(community=community.organisation, day=day, measure=ACTIVE_RESIDENTS, value=value)


async def test_the_last_days_are_shown_and_summed_over_ones_own_places(
    signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    await fact(community, 7)
    await fact(community, 3, days_ago=29)
    await fact(community, 99, days_ago=30)
    await fact(elsewhere, 5)
    own = await (await signed_in(StaffRole.WORKER, community.code)).page("/admin/")
    today, first = clock.today(), clock.today() - timedelta(days=29)
    assert f"{today} 7 人" in words(own)
    assert f"{first} 3 人" in words(own)
    assert "99 人" not in words(own)
    assert own.count("<rect") == 30
    street = await (await signed_in(StaffRole.SUPERVISOR, community.code[:9])).page("/admin/")
    assert f"{today} 12 人" in words(street)


async def test_the_download_holds_what_is_shown(signed_in: SignIn, community: Community, elsewhere: Community) -> None:
    await fact(community, 7)
    await fact(elsewhere, 5)
    answer = await (await signed_in(StaffRole.WORKER, community.code)).get("/admin/activity.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "日期,居民（人）"
    assert lines[-1] == f"{clock.today()},7"
    assert len(lines) == 31


async def test_a_role_without_dwellings_sees_no_figures(signed_in: SignIn, community: Community) -> None:
    moderator = await signed_in(StaffRole.MODERATOR, community.code)
    assert "每天来说话的居民" not in await moderator.page("/admin/")
    assert (await moderator.get("/admin/activity.csv")).status_code == 403
