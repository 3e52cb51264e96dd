"""观点 on the residents' pages: stances several at a time, own words, answers, and tables that anybody may save."""

import pytest

from clock import clock
from handlers.consultations.actions.speaking import answer_statement
from models.consultations import Consultation
from models.deliberation import PostState
from models.participation import Post, PostLike, PostReport
from models.statements import Stance, StatementReply
from tests.admin.browser import forms
from tests.consultations.quarrel import Quarrel, make_quarrel
from tests.miniprogram.conftest import Handset, Handsets

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def quarrel(database: str) -> Quarrel:
    return await make_quarrel()


async def enter(quarrel: Quarrel, handset: Handsets, openid: str = "oLi") -> Handset:
    await quarrel.neighbour(openid)
    phone = handset()
    await phone.enter(openid)
    return phone


async def test_some_statements_are_answered_at_once_and_the_next_ones_come(quarrel: Quarrel, handset: Handsets) -> None:
    statements = await quarrel.statements([f"办法{number}" for number in range(7)])
    li = await enter(quarrel, handset)
    path = f"/m/consultations/{quarrel.consultation.id}/stances"
    page = await li.http.get(path)
    assert page.text.count("<fieldset>") == 5
    form = next(form for form in forms(page.text) if form.action == path)
    sent = {"token": form.values["token"]} | dict.fromkeys(_asked(page.text), "1")
    assert (await li.http.post(path, data=sent)).status_code == 303
    assert await Stance.all().count() == 5
    page = await li.http.get(path)
    assert "已记下5条" in page.text
    assert page.text.count("<fieldset>") == 2
    stolen = {"token": form.values["token"], f"stance-{statements[0].id}": "7", "else": "1"}
    assert "还没有选" in (await li.http.post(path, data=stolen, follow_redirects=True)).text
    assert await Stance.filter(value=1).count() == 5


def _asked(text: str) -> set[str]:
    return {part.split('"')[0] for part in text.split('name="')[1:] if part.startswith("stance-")}


async def test_what_is_said_is_held_and_script_is_text(quarrel: Quarrel, handset: Handsets) -> None:
    await quarrel.statement(SCRIPT)
    li = await enter(quarrel, handset)
    path = f"/m/consultations/{quarrel.consultation.id}/statements"
    page = await li.http.get(path)
    assert SCRIPT not in page.text
    assert "&lt;script&gt;" in page.text
    form = next(form for form in forms(page.text) if form.action == path)
    for text, said in (("车" * 141, "140"), ("1、改车棚 2、清楼道", "一条只说一个意思"), ("车棚离楼太近", "收到")):
        assert said in (await li.http.post(path, data=form.values | {"text": text}, follow_redirects=True)).text
    assert [post.text for post in await Post.filter(state=PostState.HELD)] == ["车棚离楼太近"]
    assert "车棚离楼太近" not in (await li.http.get(path)).text


async def test_answers_stand_only_where_discussion_is_open(quarrel: Quarrel, handset: Handsets) -> None:
    statement = await quarrel.statement("车棚改成充电棚")
    li = await enter(quarrel, handset)
    path = f"/m/consultations/{quarrel.consultation.id}/statements"
    assert "回复这一条" not in (await li.http.get(path)).text
    await Consultation.filter(id=quarrel.consultation.id).update(discussion=True)
    zhao = await quarrel.neighbour("oZhao")
    reply = await answer_statement(zhao, quarrel.consultation.id, statement.id, "我家也这样想", clock.now())
    await Post.filter(id=reply.post_id).update(state=PostState.PUBLISHED, published_at=clock.now())
    page = await li.http.get(path)
    assert "我家也这样想" in page.text
    form = next(form for form in forms(page.text) if form.action.endswith("/replies"))
    await li.http.post(form.action, data=form.values | {"text": "同意楼上"})
    assert await StatementReply.all().count() == 2
    like = next(form for form in forms(page.text) if form.action.endswith("/like"))
    await li.http.post(like.action, data=like.values)
    assert "赞 1" in (await li.http.get(path)).text
    await li.http.post(like.action, data=like.values)
    assert not await PostLike.exists()
    report = next(form for form in forms(page.text) if form.action.endswith("/report"))
    await li.http.post(report.action, data=report.values | {"reason": "advertising"})
    await li.http.post(report.action, data=report.values | {"reason": "advertising"})
    assert await PostReport.all().count() == 1


async def test_another_place_s_topic_is_not_there_and_tables_are_for_anybody(
    quarrel: Quarrel, handset: Handsets
) -> None:
    statement = await quarrel.statement("=cmd()")
    await quarrel.neighbour("oLi")
    other = await make_quarrel("880413")
    stranger = await enter(other, handset, "oFar")
    path = f"/m/consultations/{quarrel.consultation.id}"
    for page in ("stances", "statements"):
        assert (await stranger.http.get(f"{path}/{page}")).status_code == 404
    visitor = handset()
    table = await visitor.http.get(f"{path}/statements.csv")
    assert table.status_code == 200
    assert table.text.startswith("\ufeff编号,观点")
    assert (await visitor.http.get(f"{path}/groups.csv")).status_code == 200
    assert (await visitor.http.get("/m/consultations/999999/statements.csv")).status_code == 404
    assert statement.id
