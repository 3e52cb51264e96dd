"""Which of an account's templates says what, and which of our fields fills which of its keys."""

import json
from collections.abc import Mapping

from models.database import rows
from models.reach import Purpose, TemplateKind

_MAP = """
INSERT INTO message_template (app_id, purpose, kind, template_id, mapping) VALUES ($1, $2, $3, $4, $5::jsonb)
ON CONFLICT (app_id, purpose, kind) DO UPDATE
  SET template_id = excluded.template_id, mapping = excluded.mapping, enabled = TRUE, failure = ''
RETURNING id
"""


async def map_template(
    app_id: str, purpose: Purpose, kind: TemplateKind, template_id: str, mapping: Mapping[str, str]
) -> None:
    """Use a template for a purpose; one that the platform had refused is tried again.

    Args:
        mapping: from the template's keys to our fields, as {"thing1": "title"}.
    """
    await rows(_MAP, app_id, purpose.value, kind.value, template_id, json.dumps(dict(mapping)))
