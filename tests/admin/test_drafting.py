"""Writing a new vote: what the form offers, keeps, and refuses."""

from datetime import UTC, datetime, timedelta

from clock import clock
from models.states import PollState
from models.votes import Poll
from tests.admin.browser import Browser, forms, words
from tests.admin.polls import TITLE, WRITTEN, drafted
from tests.factories import Community, make_estate
from web.forms import beijing_time


async def test_the_form_offers_now_and_a_week_and_the_viewers_own_places(
    admin: Browser, community: Community, elsewhere: Community
) -> None:
    await make_estate(community, "幸福里")
    page = await admin.page("/admin/votes/new")
    [form] = [form for form in forms(page) if "新建投票" in form.buttons]
    opens_at, closes_at = beijing_time(form.values["opens_at"]), beijing_time(form.values["closes_at"])
    assert opens_at
    assert closes_at
    assert abs(opens_at - clock.now()) < timedelta(minutes=2)
    assert closes_at.date() - opens_at.date() == timedelta(days=7)
    assert closes_at.hour == 18
    assert "幸福里" in page
    assert elsewhere.code not in page


async def test_a_draft_is_kept_as_written_and_nobody_can_vote_yet(admin: Browser, community: Community) -> None:
    times = {"开始时间": "2031-05-01T08:00", "截止时间": "2031-05-08T20:00"}
    poll = await drafted(admin, community.code, 主办单位="河东社区居委会", 联系电话="12345", **times)
    assert (poll.state, poll.title, poll.choices) == (PollState.DRAFT, TITLE, ["同意", "不同意", "弃权"])
    assert poll.opens_at == datetime(2031, 5, 1, 0, tzinfo=UTC)
    assert poll.closes_at == datetime(2031, 5, 8, 12, tzinfo=UTC)
    page = words(await admin.page(f"/admin/votes/{poll.id}"))
    for seen in (TITLE, "草稿", "约40个车位。", "2031-05-01 08:00", "2031-05-08 20:00", "12345", "无记名"):
        assert seen in page


async def test_abstaining_is_known_by_its_usual_name_or_the_one_given(admin: Browser, community: Community) -> None:
    assert (await drafted(admin, community.code)).abstain == "弃权"
    assert (await drafted(admin, community.code, 选项="要\n不要")).abstain == ""
    assert (await drafted(admin, community.code, 选项="要\n不要\n都行", 弃权选项="都行")).abstain == "都行"


MISTAKES = (
    ("标题", "", "请填写标题。", "title"),
    ("标题", "车棚", "标题请写4到60个字。", "title"),
    ("标题", "车" * 61, "最多60个字", "title"),
    ("选项", "同意", "选项请写2到20个", "choices"),
    ("选项", "同意\n同意", "选项不能重复", "choices"),
    ("弃权选项", "随便", "「弃权」要写成选项之一", "choices"),
    ("范围", "", "请填写范围。", "place"),
    ("截止时间", "下周", "截止时间要写成日期和时间", "closes_at"),
    ("截止时间", "2020-01-01T08:00", "截止时间要晚于开始时间", "closes_at"),
)


async def test_a_mistake_is_named_with_a_link_to_its_field_and_nothing_is_lost_or_kept(
    admin: Browser, community: Community
) -> None:
    for label, text, problem, field in MISTAKES:
        written = WRITTEN | {"范围": community.code} | {label: text}
        refused = await admin.press("/admin/votes/new", "新建投票", written)
        assert refused.status_code == 422, problem
        assert f'<a href="#{field}">' in refused.text, problem
        assert problem in refused.text
        assert 'aria-invalid="true"' in refused.text
        [form] = [form for form in forms(refused.text) if "新建投票" in form.buttons]
        assert form.values[form.named(label)] == text
        assert form.values["explanation"] == WRITTEN["说明"]
    assert not await Poll.exists()


async def test_another_communitys_place_is_not_found(
    admin: Browser, community: Community, elsewhere: Community
) -> None:
    refused = await admin.press("/admin/votes/new", "新建投票", WRITTEN | {"范围": elsewhere.code})
    assert refused.status_code == 404
    assert not await Poll.exists()


async def test_nothing_written_is_taken_for_markup(admin: Browser, community: Community) -> None:
    evil = "<script>alert(1)</script>"
    written = {"标题": evil, "说明": evil, "选项": f"{evil}\n不", "主办单位": evil, "联系电话": evil}
    poll = await drafted(admin, community.code, **written)
    await admin.press(f"/admin/votes/{poll.id}", "发布")
    for path in ("/admin/", "/admin/votes", f"/admin/votes/{poll.id}", f"/admin/votes/{poll.id}/roll"):
        page = await admin.page(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    refused = await admin.press("/admin/votes/new", "新建投票", {"标题": f'"><b>{evil}', "选项": evil})
    assert "<script>alert" not in refused.text
    assert '"><b>' not in refused.text
