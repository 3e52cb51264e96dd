"""常见问题 on the residents' pages: by category or by words, an answer with its short form first in large type."""

from starlette.responses import Response

from clock import clock
from handlers.articles import texts
from handlers.articles.actions.asked import judge_article
from handlers.articles.addressees import own_article, places_of
from handlers.articles.queries import Topic, topics
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import surface_of
from web.forms import LONGEST_SEARCH, one_line, row_id

ARTICLES = "/m/articles"


async def articles(visit: Visit) -> Response:
    """The categories; of one its questions; or what was looked for, as chat would understand it where no word fits."""
    category, words = (
        one_line(visit.request.query_params.get(name, ""))[:LONGEST_SEARCH] for name in ("about", "words")
    )
    found = await topics(visit.visitor, category=category, words=words)
    likely = [] if found or not words else await _likely(visit, words)
    counted = dict[str, int]()
    for one in found:
        counted[one.category] = counted.get(one.category, 0) + 1
    return await visit.show(
        "articles.html",
        categories=counted.items() if not category and not words else (),
        found=(found or likely) if category or words else [],
        guessed=bool(likely),
        category=category,
        words=words,
    )


async def _likely(visit: Visit, words: str) -> list[Topic]:
    ids = await surface_of(visit.request).knowledge.likely(words, places_of(visit.visitor))
    known = {one.id: one for one in await topics(visit.visitor, among=ids)} if ids else {}
    return [known[number] for number in ids if number in known]


async def article(visit: Visit) -> Response:
    return await visit.show("article.html", article=await own_article(visit.visitor, _asked(visit)))


async def rate(visit: Visit) -> Response:
    """「有帮助」 or 「没帮助」, as in chat; the last word counts."""
    number, helped = _asked(visit), visit.field("helped") == "yes"
    await judge_article(visit.visitor, visit.account_id, number, helped, clock.now())
    return await visit.go(f"{ARTICLES}/{number}", texts.THANKS if helped else texts.SORRY.replace("\n", ""))


def _asked(visit: Visit) -> int:
    return row_id(visit.request.path_params["article"])


ROUTES = (
    resident_page("/articles", articles),
    resident_page("/articles/{article}", article),
    resident_post("/articles/{article}", rate),
)
