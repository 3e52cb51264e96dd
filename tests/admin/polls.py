"""Votes as staff make them on the panel, brought to the state that a test needs."""

from clock import clock
from handlers.residency.visitors import visitor
from handlers.votes.actions.cast import cast_ballot
from handlers.votes.actions.conduct import close_poll
from models.organisations import Grid, Organisation
from models.residency import Binding, Dwelling, Membership
from models.votes import Poll
from tests.admin.browser import Browser
from tests.admin.people import make_households
from tests.factories import Community, make_estate

TITLE = "三号楼北侧建电动车棚"
WRITTEN = {"标题": TITLE, "选项": "同意\n不同意\n弃权", "说明": "约40个车位。"}


async def drafted(browser: Browser, place: str, **written: str) -> Poll:
    """A draft; where nobody lives yet, somebody moves in, for an empty roll is not published."""
    if not await Membership.exists() and (organisation := await Organisation.get_or_none(code=place)):
        community = Community(organisation, await Grid.get(community=organisation))
        await make_households(await make_estate(community, "无人里"), 1)
    await browser.follow(await browser.press("/admin/votes/new", "新建投票", WRITTEN | {"范围": place} | written))
    poll = await Poll.all().order_by("-id").first()
    assert poll
    return poll


async def published(browser: Browser, place: str) -> Poll:
    poll = await drafted(browser, place)
    await browser.follow(await browser.press(f"/admin/votes/{poll.id}", "发布"))
    return poll


async def closed(browser: Browser, community: Community, choices: list[int], abstaining_from: int = 0) -> Poll:
    """A vote in which these choices were cast by as many households, and `abstaining_from` others did not vote."""
    estate = await make_estate(community)
    dwellings = await make_households(estate, len(choices) + abstaining_from)
    poll = await published(browser, estate.code)
    for dwelling, choice in zip(dwellings, choices, strict=False):
        await cast(poll.id, dwelling, choice)
    await close_poll(poll.id, clock.now())
    return poll


async def cast(poll_id: int, dwelling: Dwelling, choice: int) -> None:
    """The household's ballot, as its bound account casts it in chat."""
    binding = await Binding.get(dwelling_id=dwelling.id).select_related("account")
    [home] = (await visitor(binding.account.app_id, binding.account.openid)).homes
    await cast_ballot(poll_id, home, (choice,), clock.now())
