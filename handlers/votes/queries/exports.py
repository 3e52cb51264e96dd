"""Sealed lists to take out and check elsewhere: the public one, and the auditor's with what each choice weighs.

They are written piece by piece, a line of the list on a line of the file, so that a million ballots are never held at
once; `handlers.votes.recount` reads them.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from errors import Conflict, NotFound
from handlers.staff.rules import Permission, Viewer
from handlers.votes import chains, recount
from handlers.votes.finished import PUBLIC
from handlers.votes.queries.polls import poll_of
from handlers.votes.seals import last_seals
from models.database import rows
from models.states import Electorate, PollKind
from models.votes import Poll

PAGE = 2_000
FACTS = (
    *("id", "title", "kind", "electorate", "matter", "secret", "scope", "organiser", "legal_effect", "legal_basis"),
    *("choices", "max_choices", "abstain", "dimensions", "scale", "terms"),
    *("opens_at", "closes_at", "closed_at", "counted_at", "certified_at", "result"),
)
"""What a list says of its poll; no name of anybody."""
HOW_TO = """怎样核对这次投票

1. 电脑上要有 Python 3.9 或更新的版本，不用联网。
2. 解开压缩包，在这个文件夹里运行：python recount.py {name}
3. 最后一行是「全部对得上」，就是没有人改过、少过、换过票。
4. 再把「最后的封印」和结果公告上的核对，两处要一样。
"""
_RECEIPTS = """
SELECT number, receipt, answer, encode(seal, 'hex') AS seal FROM sealed_receipt
WHERE poll_id = $1 AND number > $2 ORDER BY number LIMIT $3
"""
_ANSWERS = """
SELECT number, answer, encode(seal, 'hex') AS seal FROM sealed_choice
WHERE poll_id = $1 AND number > $2 ORDER BY number LIMIT $3
"""
_WEIGHED = """
SELECT number, answer, heads, area::numeric(16, 4)::text AS area, encode(seal, 'hex') AS seal FROM sealed_choice
WHERE poll_id = $1 AND number > $2 ORDER BY number LIMIT $3
"""


async def public_list(poll_id: int) -> AsyncIterator[bytes]:
    """What anybody may check, as pieces of one JSON file: receipts, and of a named vote what each of them chose.

    Of a secret vote a second list holds the answers alone, in an order of its own; nothing joins the two. Weights are
    never public: an area tells whose flat it is. Nor are secret scores that
    too few gave to publish their mean.

    Raises:
        NotFound: the result has not been posted.
    """
    poll = await Poll.get_or_none(id=poll_id)
    if poll is None or poll.state not in PUBLIC:
        raise NotFound
    lists = {chains.RECEIPTS: _RECEIPTS}
    if poll.secret and poll.result and poll.kind is PollKind.SCORE and not poll.result["quorate"]:
        poll.result = poll.result | {"means": []}
    elif poll.secret and poll.electorate is not Electorate.OWNER:
        lists[chains.CHOICES] = _ANSWERS
    return _written("public", poll, lists)


async def auditor_list(viewer: Viewer, poll_id: int) -> AsyncIterator[bytes]:
    """What an auditor counts anew, as pieces of one JSON file: what was chosen, with its weight.

    To be noted first by `actions.filing.note_taken`.

    Raises:
        Forbidden, NotFound: not an auditor, or another branch's poll.
        Conflict: it has not been counted.
    """
    viewer.require(Permission.AUDIT_VIEW)
    poll = await poll_of(viewer, poll_id)
    if poll.result is None:
        raise Conflict("还没有计票，没有名单可以导出。")
    return _written("auditor", poll, {chains.CHOICES: _WEIGHED})


async def _written(which: str, poll: Poll, lists: dict[str, str]) -> AsyncIterator[bytes]:
    sealed = {of: asdict(end) for of, end in (await last_seals(poll.id)).items()}
    facts = {"format": recount.FORMAT, "list": which, "poll": _facts(poll), "sealed": sealed}
    yield _json(facts)[:-1].encode()
    for of, statement in lists.items():
        yield f',\n"{of}":['.encode()
        async for piece in _lines(poll.id, statement):
            yield piece
        yield b"\n]"
    yield b"}\n"


async def _lines(poll_id: int, statement: str) -> AsyncIterator[bytes]:
    after, between = 0, "\n"
    while page := await rows(statement, poll_id, after, PAGE):
        yield (between + ",\n".join(_json(list(row.values())) for row in page)).encode()
        after, between = page[-1]["number"], ",\n"


def _facts(poll: Poll) -> dict[str, Any]:
    values = {name: getattr(poll, name) for name in FACTS}
    return values | {name: value.isoformat() for name, value in values.items() if name.endswith("_at") and value}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
