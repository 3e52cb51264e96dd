"""Writing a new vote, and changing one that is a draft: the form, what is wrong with it, the draft that comes of it."""

from collections.abc import Awaitable, Callable
from itertools import groupby

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.pages import vote_forms as forms
from admin.pages.vote_terms import term_fields
from clock import clock
from errors import Conflict, Invalid
from handlers.staff.rules import Permission, Viewer
from handlers.votes.actions.drafts import Draft, draft_poll, edit_poll
from handlers.votes.queries.polls import places, poll_of
from handlers.votes.registers import written_place
from models.states import PollKind, PollState
from models.votes import Poll
from web.forms import row_id

VOTES = "/admin/votes"


async def new(visit: Visit) -> Response:
    return await _form(visit, forms.empty(forms.kind_of(visit.request.query_params.get("kind", ""))))


async def draft(visit: Visit) -> Response:
    """Keep a draft; a form with mistakes comes back as it was, with the place of each."""
    return await _keep(visit, lambda written: draft_poll(visit.viewer, written, clock.now()))


async def edit(visit: Visit) -> Response:
    """The form of a draft as it stands."""
    poll = await poll_of(visit.viewer, _id(visit))
    if poll.state is not PollState.DRAFT:
        return await visit.go(f"{VOTES}/{poll.id}", f"这个投票已是「{poll.state.label}」，不能再编辑。", bad=True)
    place, parts = await written_place(poll)
    return await _form(visit, forms.written(poll, place, parts), poll=poll)


async def save(visit: Visit) -> Response:
    """Keep a changed draft."""
    poll = await poll_of(visit.viewer, _id(visit))
    return await _keep(visit, lambda written: edit_poll(visit.viewer, poll.id, written, clock.now()), poll)


async def _keep(visit: Visit, keep: Callable[[Draft], Awaitable[Poll]], poll: Poll | None = None) -> Response:
    values = forms.sent(visit.form)
    if poll:
        values["kind"] = poll.kind.value
    if problems := forms.problems(values):
        return await _form(visit, values, problems, poll)
    try:
        kept = await keep(forms.draft_of(values))
    except Invalid as refusal:
        return await _form(visit, values, {forms.field_of(refusal.message): refusal.message}, poll)
    except Conflict:
        return await visit.go(f"{VOTES}/{_id(visit)}", "这个投票已经提交或发布，刚才没有改动。", bad=True)
    return await visit.go(f"{VOTES}/{kept.id}", "草稿已保存，发布前居民看不到。")


async def _form(
    visit: Visit, values: dict[str, str], problems: dict[str, str] | None = None, poll: Poll | None = None
) -> Response:
    kind = forms.kind_of(values["kind"])
    matter = int(values["matter"]) if values["matter"].isascii() and values["matter"].isdecimal() else None
    return await visit.show(
        "votes/new.html",
        422 if problems else 200,
        poll=poll,
        kind=kind,
        kinds=list(PollKind),
        help=forms.KIND_HELP[kind],
        values=values,
        problems=problems or {},
        places=await _places(visit.viewer),
        terms=term_fields(kind, matter),
        **forms.choices_of(kind),
    )


async def _places(viewer: Viewer) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places to choose from, (code, name), by community."""
    found = groupby(await places(viewer), key=lambda place: place["community"])
    return [(community, [(place["code"], place["name"]) for place in group]) for community, group in found]


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["poll_id"])


ROUTES = (
    require(Permission.VOTES_EDIT, "/votes/new", new),
    require_post(Permission.VOTES_EDIT, "/votes", draft),
    require(Permission.VOTES_EDIT, "/votes/{poll_id}/edit", edit),
    require_post(Permission.VOTES_EDIT, "/votes/{poll_id}/edit", save),
)
