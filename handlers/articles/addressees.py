"""For whom an article is: everybody who lives below the body that wrote it, as long as it is in use."""

from errors import NotFound
from handlers.articles.rules import concerns
from handlers.residency.visitors import Visitor
from models.articles import Article
from models.states import ArticleState


def places_of(visitor: Visitor) -> set[str]:
    """Codes of the communities where a visitor lives, or asks to be registered."""
    return {home.community_code for home in visitor.claims}


async def own_article(visitor: Visitor, article_id: int) -> Article:
    """An article in use that is for this visitor.

    Raises:
        NotFound: there is none, it was taken out of use, or it is others'.
    """
    article = await Article.get_or_none(id=article_id, state=ArticleState.PUBLISHED).select_related("organisation")
    if article is None or not concerns(article.organisation.code, places_of(visitor)):
        raise NotFound
    return article
