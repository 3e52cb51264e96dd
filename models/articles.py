"""Articles: what is answered to which questions, in which version, whom it helped, and what nobody could answer."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.desk import Missed
from models.organisations import Organisation
from models.residency import Account
from models.sealed import SealedField
from models.states import ArticleState


class Article(Model):
    """An answer and the questions it is for, the standard one first; everybody below `organisation` gets it.

    `short` is the same for large type. `service`, `action` and `hands_over` are kept from the file, for what is not
    built yet: the catalogue's item, what the article begins, that a person should follow. `owner` answers for it and
    looks at it again on `review_on`.
    """

    id: int = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=60, unique=True, null=True)
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="articles"
    )
    organisation_id: int
    category = fields.CharField(max_length=20)
    questions: fields.JSONField[list[str]] = fields.JSONField()
    keywords: fields.JSONField[list[str]] = fields.JSONField(default=list)
    answer = fields.TextField()
    short = fields.CharField(max_length=60, default="")
    service = fields.CharField(max_length=40, default="")
    action = fields.CharField(max_length=20, default="")
    hands_over = fields.BooleanField(default=False)
    state = fields.CharEnumField(ArticleState, max_length=12)
    version: int = fields.SmallIntField(default=1, db_default=1)
    owner = fields.CharField(max_length=40, default="")
    review_on = fields.DateField(null=True)
    changed_at = fields.DatetimeField()
    changed_by = fields.CharField(max_length=40)

    class Meta(Model.Meta):
        table = "article"
        indexes = (Index(fields=("organisation_id", "category")), Index(fields=("state", "review_on")))


class ArticleVersion(Model):
    """What an article said before it was changed."""

    id: int = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField(
        "models.Article", on_delete=fields.CASCADE, related_name="versions"
    )
    article_id: int
    number: int = fields.SmallIntField()
    questions: fields.JSONField[list[str]] = fields.JSONField()
    answer = fields.TextField()
    short = fields.CharField(max_length=60)
    replaced_at = fields.DatetimeField()
    replaced_by = fields.CharField(max_length=40)

    class Meta(Model.Meta):
        table = "article_version"
        unique_together = (("article", "number"),)


class ArticleRating(Model):
    """Whether an article helped an account; the last word counts."""

    id: int = fields.BigIntField(primary_key=True)
    article: fields.ForeignKeyRelation[Article] = fields.ForeignKeyField(
        "models.Article", on_delete=fields.CASCADE, related_name="ratings"
    )
    article_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.CASCADE, related_name="article_ratings"
    )
    account_id: int
    helped = fields.BooleanField()
    at = fields.DatetimeField()

    class Meta(Model.Meta):
        table = "article_rating"
        unique_together = (("article", "account"),)
        indexes = (Index(fields=("article_id", "at")),)


class MissedQuestion(Model):
    """A question that no article answered, or answered badly: what to write next. Sealed, nobody's name beside it."""

    id: int = fields.BigIntField(primary_key=True)
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", null=True, on_delete=fields.CASCADE, related_name="missed_questions"
    )
    organisation_id: int | None
    text = SealedField()
    why = fields.CharEnumField(Missed, max_length=12)
    article: fields.ForeignKeyNullableRelation[Article] = fields.ForeignKeyField(
        "models.Article", null=True, on_delete=fields.SET_NULL, related_name="missed"
    )
    article_id: int | None
    asked_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    settled_by = fields.CharField(max_length=40, default="", db_default="")

    class Meta(Model.Meta):
        table = "missed_question"
        indexes = (Index(fields=("organisation_id", "asked_at")), Index(fields=("settled_at", "asked_at")))
