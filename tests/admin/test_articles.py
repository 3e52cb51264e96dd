"""Articles in the panel: written, changed, taken out of use, by whom they concern; and what was asked in vain."""

import pytest

from clock import clock
from handlers.articles.actions.asked import note_missed
from models.articles import Article, ArticleVersion, MissedQuestion
from models.desk import Missed
from models.states import ArticleState, StaffRole
from tests.admin.browser import Browser
from tests.admin.conftest import SignIn
from tests.factories import Community

WRITTEN = {
    "分类": "环境安全",
    "标准问题": "旧衣服往哪里捐？",
    "别的问法": "旧衣服怎么处理\n衣服捐哪里",
    "关键词": "旧衣服、捐赠",
    "答案": "到社区一楼的捐衣箱。",
    "大字版答案": "放社区一楼的捐衣箱。",
    "关联服务": "HJ-01",
    "负责人": "林工",
    "复查日期": "2027-01-01",
}
NEW = "/admin/articles/new"


@pytest.fixture
async def editor(signed_in: SignIn, community: Community) -> Browser:
    return await signed_in(StaffRole.EDITOR, community.code)


async def test_an_article_is_written_found_changed_and_taken_out_of_use(editor: Browser) -> None:
    assert "居民马上问得到" in await editor.follow(await editor.press(NEW, "保存", WRITTEN))
    article = await Article.get()
    assert article.questions == ["旧衣服往哪里捐？", "旧衣服怎么处理", "衣服捐哪里"]
    assert article.keywords == ["旧衣服", "捐赠"]
    assert article.service == "HJ-01"
    assert "旧衣服往哪里捐？" in await editor.page("/admin/articles?words=捐衣箱")
    assert "没有找到文章" in await editor.page("/admin/articles?words=100%25")
    path = f"/admin/articles/{article.id}"
    stale = {"version": "1", "question": "别的", "answer": "别的", "category": "别的"}
    await editor.press(path, "保存", {"答案": "到物业门口。"})
    assert (await Article.get()).answer == "到物业门口。"
    assert (await ArticleVersion.get()).answer == WRITTEN["答案"]
    assert "同事刚改过这篇" in await editor.follow(await editor.post(path, **stale))
    await editor.press(path, "停用")
    assert (await Article.get()).state is ArticleState.WITHDRAWN
    assert "已停用" in await editor.page(path)
    await editor.press(path, "恢复")
    assert (await Article.get()).state is ArticleState.PUBLISHED


@pytest.mark.parametrize(
    ("label", "value"),
    [("标准问题", ""), ("答案", "长" * 501), ("大字版答案", "短" * 61), ("复查日期", "明天"), ("别的问法", "问" * 61)],
)
async def test_what_can_not_be_kept_is_told_and_nothing_is_lost(editor: Browser, label: str, value: str) -> None:
    page = await editor.press(NEW, "保存", WRITTEN | {label: value})
    assert page.status_code == 422
    assert WRITTEN["负责人"] in page.text
    assert not await Article.exists()


async def test_questions_asked_in_vain_stand_together_and_can_be_answered_or_struck(
    editor: Browser, community: Community
) -> None:
    for text in ("旧衣服捐哪里", "旧衣服捐哪里啊", "护照在哪办"):
        await note_missed(text, Missed.UNKNOWN, community.organisation.id, clock.now())
    page = await editor.page("/admin/articles/missed")
    assert page.index("旧衣服捐哪里") < page.index("护照在哪办")
    assert page.count("<tr>") == 3
    assert 'value="旧衣服捐哪里"' in await editor.page("/admin/articles/new?question=旧衣服捐哪里")
    await editor.press("/admin/articles/missed", "划掉")
    assert await MissedQuestion.filter(settled_at=None).count() == 1
