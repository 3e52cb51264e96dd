"""What can be found by Chinese words: a document's bigrams and words as a tsvector built in Python."""

from typing import Any

from tortoise import fields
from tortoise.fields.base import Field
from tortoise.models import Model


class WordsField(Field[str]):
    """A tsvector, written as PostgreSQL's own text form (`'松涛' '涛苑'`)."""

    SQL_TYPE = "TSVECTOR"
    field_type = str

    def to_python_value(self, value: Any) -> Any:
        return value


class SearchEntry(Model):
    """One thing that can be found: `kind` and `subject_id` name it, `place` is its community's code or longer."""

    id: int = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    subject_id: int = fields.BigIntField()
    place = fields.CharField(max_length=40)
    words = WordsField()

    class Meta(Model.Meta):
        table = "search_entry"
        unique_together = (("kind", "subject_id"),)
