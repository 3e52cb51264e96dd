"""存了什么: everything held of the person, readable, and the same as a file to take along."""

import json
from typing import Any, cast

from starlette.responses import Response

from clock import clock
from handlers.residency import disclosures
from handlers.residency.actions.accounts import record_export
from handlers.residency.queries.personal import personal_data
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import surface_of

MOST_EXPORTS, EXPORTS_SECONDS = 5, 3600


async def stored(visit: Visit) -> Response:
    parts = [(heading, _things(held)) for heading, held in (await personal_data(visit.account_id)).items()]
    return await visit.show("stored.html", parts=parts, periods=disclosures.periods(surface_of(visit.request).settings))


def _things(held: Any) -> list[list[tuple[str, str]]]:
    """What is held under one heading: of each thing a line a fact; what is empty is left out."""
    things = cast(list[dict[str, Any]], held if isinstance(held, list) else [held])
    return [[(name, words) for name, value in one.items() if (words := _words(value))] for one in things]


def _words(value: Any) -> str:
    if isinstance(value, dict):
        facts = cast(dict[str, Any], value)
        return "，".join(f"{name} {_words(inner)}" for name, inner in facts.items() if _words(inner))
    return "；".join(map(_words, cast(list[Any], value))) if isinstance(value, list) else str(value)


async def export(visit: Visit) -> Response:
    """All of it as a file, for the person alone; how often is limited, and each time is noted."""
    await visit.brake("export", MOST_EXPORTS, EXPORTS_SECONDS)
    data = json.dumps(await personal_data(visit.account_id), ensure_ascii=False, indent=2)
    await record_export(visit.account_id)
    name = f"my-data-{clock.today():%Y%m%d}.json"
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=saved)


ROUTES = (resident_page("/stored", stored), resident_post("/stored/export", export))
