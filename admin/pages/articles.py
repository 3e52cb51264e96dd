"""问答文章: what is answered to which questions, whom it helped, and what residents asked that nobody could answer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from starlette.responses import Response

from admin.access import Visit, require, require_post
from clock import clock
from errors import Conflict, Invalid
from handlers.articles import queries
from handlers.articles.actions.articles import ArticleDraft, change_article, withdraw_article, write_article
from handlers.articles.actions.asked import settle_missed
from handlers.staff.rules import Permission
from models.articles import Article
from models.states import ArticleState
from web.forms import clean, lines, missing, one_line, row_id

ARTICLES = "/admin/articles"
FIELDS = (
    "category",
    "question",
    "phrasings",
    "keywords",
    "answer",
    "short",
    "service",
    "owner",
    "review_on",
    "version",
)
LABELS = {
    "category": "分类",
    "question": "标准问题",
    "phrasings": "别的问法",
    "keywords": "关键词",
    "answer": "答案",
    "short": "大字版答案",
    "service": "关联服务",
    "owner": "负责人",
    "review_on": "复查日期",
}


async def articles(visit: Visit) -> Response:
    """The list, by category or by words; beside it what to write next."""
    category, words = (one_line(visit.request.query_params.get(name, "")) for name in ("category", "words"))
    found = await queries.article_lines(visit.viewer, clock.today(), category=category, words=words[:40])
    return await visit.show(
        "articles/list.html",
        articles=found,
        categories=await queries.categories(visit.viewer),
        category=category,
        words=words,
        missed=await queries.count_missed(visit.viewer),
        writes=visit.viewer.may(Permission.ARTICLES_EDIT),
    )


async def missed(visit: Visit) -> Response:
    """What to write next: questions without an answer, those about the same together."""
    groups = await queries.missed_groups(visit.viewer)
    return await visit.show("articles/missed.html", groups=groups, writes=visit.viewer.may(Permission.ARTICLES_EDIT))


async def new(visit: Visit) -> Response:
    asked = one_line(visit.request.query_params.get("question", ""))[:60]
    known = {"question": asked, "owner": visit.viewer.name}
    return await _form(visit, dict.fromkeys(FIELDS, "") | known)


async def write(visit: Visit) -> Response:
    """Keep a new article; a form with mistakes comes back as it was."""
    return await _keep(visit, lambda draft: write_article(visit.viewer, draft, clock.now()))


async def article(visit: Visit) -> Response:
    """One article as its form, with what it said before."""
    found, _ = await queries.article(visit.viewer, _id(visit))
    return await _form(visit, _written(found), article=found)


async def change(visit: Visit) -> Response:
    found, _ = await queries.article(visit.viewer, _id(visit))
    version = row_id(visit.field("version"))
    return await _keep(visit, lambda draft: change_article(visit.viewer, found.id, version, draft, clock.now()), found)


async def withdraw(visit: Visit) -> Response:
    back = bool(visit.field("back"))
    await withdraw_article(visit.viewer, _id(visit), clock.now(), back=back)
    return await visit.go(f"{ARTICLES}/{_id(visit)}", "已恢复，马上能答。" if back else "已停用，不再用来回答。")


async def settle(visit: Visit) -> Response:
    """Take questions off the list."""
    wanted = [row_id(one) for one in visit.field("ids").split(",")[:300]]
    settled = await settle_missed(visit.viewer, wanted)
    return await visit.go(f"{ARTICLES}/missed", f"已划掉 {settled} 条。")


async def _keep(
    visit: Visit, keep: Callable[[ArticleDraft], Awaitable[Article]], known: Article | None = None
) -> Response:
    values = {name: clean(visit.form.get(name, "")) for name in FIELDS}
    if problems := _problems(values):
        return await _form(visit, values, problems, known)
    try:
        kept = await keep(_draft(values))
    except Invalid as refusal:
        return await _form(visit, values, {_field_of(refusal.message): refusal.message}, known)
    except Conflict as refusal:
        return await visit.go(f"{ARTICLES}/{_id(visit)}", refusal.message, bad=True)
    return await visit.go(f"{ARTICLES}/{kept.id}", "已保存，居民马上问得到。")


def _problems(values: Mapping[str, str]) -> dict[str, str]:
    found = missing({name: LABELS[name] for name in ("category", "question", "answer")}, values)
    if len(values["category"]) > 20:
        found["category"] = "分类最多20个字。"
    if len(values["owner"]) > 40:
        found["owner"] = "负责人最多40个字。"
    if len(values["service"]) > 40:
        found["service"] = "关联服务最多40个字。"
    if values["review_on"] and _day(values["review_on"]) is None:
        found["review_on"] = "复查日期不对，请从日历里选一天。"
    return found


def _draft(values: Mapping[str, str]) -> ArticleDraft:
    questions = [one_line(values["question"]), *lines(values["phrasings"])]
    words = values["keywords"].replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
    return ArticleDraft(
        category=one_line(values["category"]),
        questions=tuple(dict.fromkeys(questions)),
        answer=values["answer"],
        short=one_line(values["short"]),
        keywords=tuple(dict.fromkeys(word.strip() for word in words if word.strip())),
        service=one_line(values["service"]),
        owner=one_line(values["owner"]),
        review_on=_day(values["review_on"]),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _field_of(sentence: str) -> str:
    """The field that a refusal speaks of."""
    words = {"问法": "phrasings", "关键词": "keywords", "大字版": "short", "答案": "answer", "问题": "question"}
    return next((name for word, name in words.items() if word in sentence), "question")


def _written(article: Article) -> dict[str, str]:
    return {
        "category": article.category,
        "question": article.questions[0],
        "phrasings": "\n".join(article.questions[1:]),
        "keywords": "、".join(article.keywords),
        "answer": article.answer,
        "short": article.short,
        "service": article.service,
        "owner": article.owner,
        "review_on": f"{article.review_on or ''}",
        "version": f"{article.version}",
    }


async def _form(
    visit: Visit, values: Mapping[str, str], problems: Mapping[str, str] | None = None, article: Article | None = None
) -> Response:
    versions = (await queries.article(visit.viewer, article.id))[1] if article else []
    own = article is None or visit.viewer.sees(article.organisation.code)
    return await visit.show(
        "articles/form.html",
        422 if problems else 200,
        values=values,
        problems=problems or {},
        article=article,
        in_use=article is not None and article.state is ArticleState.PUBLISHED,
        versions=versions,
        categories=await queries.categories(visit.viewer),
        writes=own and visit.viewer.may(Permission.ARTICLES_EDIT),
    )


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["article_id"])


ROUTES = (
    require(Permission.ARTICLES_VIEW, "/articles", articles),
    require(Permission.ARTICLES_VIEW, "/articles/missed", missed),
    require_post(Permission.ARTICLES_EDIT, "/articles/missed", settle),
    require(Permission.ARTICLES_EDIT, "/articles/new", new),
    require_post(Permission.ARTICLES_EDIT, "/articles", write),
    require(Permission.ARTICLES_VIEW, "/articles/{article_id}", article),
    require_post(Permission.ARTICLES_EDIT, "/articles/{article_id}", change),
    require_post(Permission.ARTICLES_EDIT, "/articles/{article_id}/withdraw", withdraw),
)
