"""The first page: what waits for whom, and how far the community is connected."""

from models.states import StaffRole
from tests.admin.browser import words
from tests.admin.conftest import SignIn
from tests.admin.people import make_claim, make_households
from tests.admin.polls import closed, drafted, published
from tests.factories import Community, make_dwelling, make_estate


async def test_coverage_counts_dwellings_with_somebody_bound(signed_in: SignIn, community: Community) -> None:
    estate = await make_estate(community)
    homes = await make_households(estate, 2)
    await make_claim(homes[0], "李秀英")
    for room in ("901", "902", "903"):
        await make_dwelling(estate, room=room)
    page = words(await (await signed_in(StaffRole.WORKER, community.code)).page("/admin/"))
    assert "已连接 2 户 / 总户 5（40.0%）" in page
    assert "河东社区第1网格 2 户 5 户 3 户 40.0%" in page


async def test_a_street_sees_its_communities_and_a_community_only_itself(
    signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    await make_households(await make_estate(community), 1)
    await make_dwelling(await make_estate(elsewhere, "河西里"))
    street = words(await (await signed_in(StaffRole.WORKER, community.code[:9])).page("/admin/"))
    assert "已连接 1 户 / 总户 2（50.0%）" in street
    assert "河东社区 1 户 1 户 0 户 100.0%" in street
    assert "河西社区 0 户 1 户 1 户 0.0%" in street
    own = words(await (await signed_in(StaffRole.WORKER, elsewhere.code)).page("/admin/"))
    assert "已连接 0 户 / 总户 1（0.0%）" in own
    assert "河东" not in own


async def test_each_role_sees_what_waits_for_it(signed_in: SignIn, community: Community) -> None:
    admin = await signed_in(StaffRole.ADMIN, community.code)
    await drafted(admin, community.code)
    await closed(admin, community, [0])
    await make_claim(await make_dwelling(await make_estate(community, "河东里")), "张无名")
    waiting = {"1份投票草稿等您发布", "1个投票已截止，等您计票", "1份住址登记待审核"}
    expected = {
        StaffRole.APPROVER: {"1个投票已截止，等您计票"},
        StaffRole.WORKER: {"1份住址登记待审核"},
        StaffRole.MODERATOR: set[str](),
        StaffRole.ADMIN: waiting,
    }
    for role, sentences in expected.items():
        page = words(await (await signed_in(role, community.code)).page("/admin/")).replace(" ", "")
        assert {sentence for sentence in waiting if sentence in page} == sentences
        assert ("现在没有等您处理的事" in page) == (not sentences)


async def test_open_votes_stand_with_their_turnout(signed_in: SignIn, community: Community) -> None:
    admin = await signed_in(StaffRole.ADMIN, community.code)
    assert "现在没有正在进行的投票" in await admin.page("/admin/")
    estate = await make_estate(community)
    await make_households(estate, 3)
    poll = await published(admin, estate.code)
    page = words(await admin.page("/admin/"))
    assert f"{poll.title}" in page
    assert "0 户 / 3 户" in page
