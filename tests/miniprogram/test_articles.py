"""常见问题 on the residents' pages: found, read in large type, judged as in chat, nobody else's to be seen."""

import pytest

from clock import clock
from handlers.articles.actions.articles import ArticleDraft, withdraw_article, write_article
from handlers.staff.rules import Viewer
from models.articles import Article, ArticleRating, MissedQuestion
from models.organisations import Organisation
from models.states import Level, StaffRole
from tests.admin.browser import forms
from tests.factories import make_community, make_district, make_dwelling, make_estate
from tests.miniprogram.conftest import Handset, Handsets, make_account
from tests.miniprogram.test_pages import bind

CARE = {"linli_care": "on"}


async def written(body: Organisation, question: str, **more: str) -> Article:
    viewer = Viewer("lin", "林工", StaffRole.EDITOR, body.code, Level(body.level))
    draft = ArticleDraft("环境安全", (question,), "请到一楼，" * 9 + "带身份证。", **more)
    return await write_article(viewer, draft, clock.now())


@pytest.fixture
async def ours(database: str, handset: Handsets) -> dict[str, Article]:
    district = await make_district()
    here, there = await make_community(district), await make_community(district, "河西社区")
    await bind(await make_account("oLi"), await make_dwelling(await make_estate(here)), "李秀英")
    await make_account("oZhao")
    return {
        "district": await written(district.district, "旧衣服往哪里捐？", short="放一楼的捐衣箱。"),
        "here": await written(here.organisation, "河东的快递柜在哪？"),
        "there": await written(there.organisation, "河西的快递柜在哪？"),
    }


async def enter(handset: Handsets, openid: str) -> Handset:
    phone = handset()
    await phone.enter(openid)
    return phone


async def test_a_question_is_found_by_category_by_its_words_and_by_other_words(
    ours: dict[str, Article], handset: Handsets
) -> None:
    li = await enter(handset, "oLi")
    assert "常见问题" in (await li.http.get("/m/")).text
    assert "环境安全" in (await li.http.get("/m/articles")).text
    link = f'/m/articles/{ours["district"].id}"'
    assert link in (await li.http.get("/m/articles?about=环境安全")).text
    assert link in (await li.http.get("/m/articles?words=捐")).text
    guessed = (await li.http.get("/m/articles?words=旧的衣服想捐到哪里去")).text
    assert "您是不是想问" in guessed
    assert link in guessed
    assert "没有找到" in (await li.http.get("/m/articles?words=%25")).text


async def test_the_short_form_comes_first_in_large_type_only(ours: dict[str, Article], handset: Handsets) -> None:
    li = await enter(handset, "oLi")
    path = f"/m/articles/{ours['district'].id}"
    assert "捐衣箱" not in (await li.http.get(path)).text
    li.http.cookies.update(CARE)
    page = (await li.http.get(path)).text
    assert page.index("捐衣箱") < page.index("带身份证")
    assert '<p class="chosen">' not in (await li.http.get(f"/m/articles/{ours['here'].id}")).text


async def test_each_reads_the_articles_of_their_own_branch_and_a_stranger_those_of_the_district(
    ours: dict[str, Article], handset: Handsets
) -> None:
    li, stranger = await enter(handset, "oLi"), await enter(handset, "oZhao")
    for phone, seen in ((li, {"district", "here"}), (stranger, {"district"})):
        found = (await phone.http.get("/m/articles?words=在哪")).text + (
            await phone.http.get("/m/articles?words=捐")
        ).text
        for name, article in ours.items():
            assert (article.questions[0] in found) is (name in seen), name
            status = (await phone.http.get(f"/m/articles/{article.id}")).status_code
            assert status == (200 if name in seen else 404), name
    viewer = Viewer("lin", "林工", StaffRole.EDITOR, "880412", Level.DISTRICT)
    await withdraw_article(viewer, ours["here"].id, clock.now())
    assert (await li.http.get(f"/m/articles/{ours['here'].id}")).status_code == 404


async def test_whether_it_helped_is_kept_once_and_what_did_not_is_to_be_written(
    ours: dict[str, Article], handset: Handsets
) -> None:
    li = await enter(handset, "oLi")
    path = f"/m/articles/{ours['here'].id}"
    for _ in range(2):
        assert "没帮上您" in (await li.follow(await li.press(path, "没帮助"))).text
    assert (await MissedQuestion.get()).text == "河东的快递柜在哪？"
    assert "谢谢" in (await li.follow(await li.press(path, "有帮助"))).text
    assert (await ArticleRating.get()).helped
    own = forms((await li.http.get(path)).text)[0].values["token"]
    foreign = await li.http.post(f"/m/articles/{ours['there'].id}", data={"token": own, "helped": "yes"})
    assert foreign.status_code == 404
    assert await ArticleRating.all().count() == 1
