"""The queue of the panel: what stands there, what its buttons do, and what is handed over."""

import io
import json
from zipfile import ZipFile

import pytest

from clock import clock
from handlers.audit.actions import seal_tail
from handlers.moderation.actions.deciding import Decision, decide
from handlers.moderation.actions.posting import fingerprint_of
from models.audit import AuditEntry
from models.deliberation import ModerationReason, PostKind, PostState
from models.participation import Participant, Post
from models.states import StaffRole
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.factories import Community, make_dwelling, make_estate, make_resident
from tests.moderation.test_deciding import moderator

SCRIPT = "<script>alert(1)</script>建议装灯"
CHECKS = [{"phase": "people", "verdict": "hold", "reason": "", "said": "先审后发。", "basis": ""}]


async def make_post(community: Community, text: str = SCRIPT, **more: object) -> Post:
    author = await Participant.first()
    if author is None:
        home = await make_dwelling(await make_estate(community))
        resident = await make_resident("王秀英", home)
        author = await Participant.create(person=b"p" * 16, resident=resident, joined_at=clock.now())
    given = {"state": PostState.HELD, "kind": PostKind.STATEMENT} | more
    return await Post.create(
        organisation=community.organisation,
        author=author,
        nickname="梧桐树下",
        text=text,
        fingerprint=fingerprint_of(text),
        checks=CHECKS,
        created_at=clock.now(),
        due_at=clock.now(),
        **given,
    )


@pytest.fixture
async def browser(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.MODERATOR, community.code)


async def test_a_text_stands_as_text_beside_its_phases_and_its_masked_author(browser, community):
    await make_post(community)
    page = await browser.page("/admin/moderation?pile=overdue")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "王**" in page
    assert "王秀英" not in page
    assert "人工审核" in page
    assert "已超时" in page


async def test_one_is_published_and_several_at_once(browser, community):
    posts = [await make_post(community, f"第{n}句话") for n in range(3)]
    answer = await browser.post(f"/admin/moderation/{posts[0].id}/decide", seen="held", state="published")
    assert answer.status_code == 303
    late = await browser.follow(
        await browser.post(f"/admin/moderation/{posts[0].id}/decide", seen="held", state="published")
    )
    assert "刚刚处理过" in late
    fields = {f"pick_{post.id}": "1" for post in posts}
    assert "另有1条别人刚处理过" in await browser.follow(await browser.post("/admin/moderation/many", **fields))
    assert await Post.filter(state=PostState.PUBLISHED).count() == 3
    assert "没有等您审核" in await browser.page("/admin/moderation")


async def test_a_return_wants_a_reason_and_a_sentence(browser, community):
    post = await make_post(community)
    path = f"/admin/moderation/{post.id}/decide"
    assert "请选择理由" in await browser.follow(await browser.post(path, seen="held", state="returned", remark="说明"))
    assert "请写一句说明" in await browser.follow(
        await browser.post(path, seen="held", state="returned", reason="abuse")
    )
    assert "已退回" in await browser.follow(
        await browser.post(path, seen="held", state="returned", reason="abuse", remark="骂了具体的人")
    )
    assert "骂了具体的人" in await browser.page(f"/admin/moderation/{post.id}")


async def test_whoever_may_only_look_gets_no_buttons(signed_in: SignIn, community: Community):
    await make_post(community)
    auditor = await signed_in(StaffRole.AUDITOR, community.code)
    assert "退回</button>" not in await auditor.page("/admin/moderation")


async def test_evidence_holds_words_checks_and_seals_and_no_name(browser, community):
    post = await make_post(community)
    hide = Decision(PostState.HELD, PostState.RETURNED, ModerationReason.ABUSE, "骂人")
    await decide(moderator(community.code), post.id, hide, clock.now())
    await seal_tail()
    assert "请写明理由" in (await browser.post("/admin/moderation/evidence", post=str(post.id), reason="")).text
    answer = await browser.post("/admin/moderation/evidence", post=str(post.id), reason="派出所来函")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("发言.json"))
        table = archive.read("发言.csv").decode("utf-8-sig")
    [one] = told["发言"]
    assert (one["内容"], one["作者"], one["理由"]) == (SCRIPT, "王**", "人身攻击")
    assert one["操作记录"][0]["做了"] == "post.return"
    assert len(one["操作记录"][0]["封印"]) == 64
    assert "建议装灯" in table
    assert (await AuditEntry.get(action="post.evidence")).reason == "派出所来函"
    refused = await browser.post("/admin/moderation/evidence", post=str(post.id), reason="看一看", clear="1")
    assert refused.status_code == 403


async def test_words_are_listed_with_their_basis_added_and_removed(browser, community):
    assert "《民法典》第一千零二十四条" in await browser.page("/admin/moderation/words")
    word = {"word": "拼车群", "reason": "advertising", "basis": "《公约》第三条"}
    assert "已加进词表" in await browser.follow(await browser.post("/admin/moderation/words", **word))
    assert "不能放进词表" in await browser.follow(
        await browser.post("/admin/moderation/words", **word | {"word": "居委会"})
    )
    assert "拼车群" in await browser.page("/admin/moderation/words")
