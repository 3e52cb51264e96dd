"""Writing a notice, and changing one that is a draft: the form, whom it would reach, and audiences kept by name."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby
from typing import Any

from starlette.responses import Response

from admin.access import Visit, require, require_post
from admin.layout import panel_of, show_part
from admin.pages import notice_audiences as audiences
from admin.pages import notice_forms as forms
from campaigns.audience import Audience, audience_from
from campaigns.queries import Preview, preview
from clock import clock
from errors import Conflict, Invalid
from handlers.notices.actions.audiences import save_audience
from handlers.notices.actions.drafts import NoticeDraft, draft_notice, edit_notice
from handlers.notices.queries.audiences import lately_sent, saved_audience, saved_audiences
from handlers.notices.queries.staff import notice_of
from handlers.notices.registers import check_conditions
from handlers.staff.rules import Permission, Viewer
from handlers.votes.queries.polls import places, polls_of
from models.notices import Notice
from models.reach import NoticeClass, NoticeState, Path, Purpose, Repeat
from models.states import PollState
from web.forms import clean, one_line, row_id

NOTICES = "/admin/notices"


async def new(visit: Visit) -> Response:
    return await _form(visit, forms.empty(visit.viewer.code) | _usual(visit.viewer))


def _usual(viewer: Viewer) -> dict[str, str]:
    return {"body_responsible": viewer.organisation, "person_responsible": viewer.name}


async def draft(visit: Visit) -> Response:
    """Keep a draft; a form with mistakes comes back as it was, with the place of each."""
    return await _keep(visit, lambda written: draft_notice(visit.viewer, written, clock.now()))


async def edit(visit: Visit) -> Response:
    """The form of a draft as it stands."""
    notice = await notice_of(visit.viewer, _id(visit))
    if notice.state is not NoticeState.DRAFT:
        return await visit.go(f"{NOTICES}/{notice.id}", f"这条通知已是「{notice.state.label}」，不能再编辑。", bad=True)
    return await _form(visit, await forms.written(notice), notice=notice)


async def save(visit: Visit) -> Response:
    """Keep a changed draft."""
    notice = await notice_of(visit.viewer, _id(visit))
    return await _keep(visit, lambda written: edit_notice(visit.viewer, notice.id, written, clock.now()), notice)


async def _keep(
    visit: Visit, keep: Callable[[NoticeDraft], Awaitable[Notice]], notice: Notice | None = None
) -> Response:
    values = forms.sent(visit.form)
    if problems := forms.problems(values):
        return await _form(visit, values, problems, notice)
    try:
        kept = await keep(await forms.draft_of(visit.viewer, values))
    except Invalid as refusal:
        return await _form(visit, values, {forms.field_of(refusal.message): refusal.message}, notice)
    except Conflict:
        return await visit.go(f"{NOTICES}/{_id(visit)}", "这条通知已经提交或发送，刚才没有改动。", bad=True)
    return await visit.go(f"{NOTICES}/{kept.id}", "草稿已保存，发送前居民看不到。")


async def look(visit: Visit) -> Response:
    """Whom a form would reach as it is written now: a piece of the page for a script, or the whole form again."""
    values = forms.sent(visit.form)
    counted = await _counted(visit, values)
    if visit.request.headers.get("HX-Request"):
        return show_part(visit.request, "notices/_audience.html", **counted)
    return await _form(visit, values, notice=await _draft(visit), **counted)


async def _draft(visit: Visit) -> Notice | None:
    """The draft whose form this is; none while a new one is written."""
    number = clean(visit.form.get("notice", ""))
    return await notice_of(visit.viewer, row_id(number)) if number else None


async def use(visit: Visit) -> Response:
    """Fill the part of the form that says whom it is for with an audience that was kept; the rest stays as typed."""
    values = forms.sent(visit.form)
    if not values["saved"]:
        return await _form(visit, values, {"saved": "请先选一个常用人群。"}, await _draft(visit))
    audience = audience_from((await saved_audience(visit.viewer, row_id(values["saved"]))).audience)
    values |= await audiences.filled(audience, await audiences.body_of(audience, visit.viewer))
    return await _form(visit, values, notice=await _draft(visit), **await _counted(visit, values))


async def keep_audience(visit: Visit) -> Response:
    """Keep whom the form is for by a name; the form stays as typed."""
    values = forms.sent(visit.form)
    problems, name = audiences.problems(values), one_line(values["audience_name"])
    if not problems:
        try:
            await audiences.organisation_of(visit.viewer, values["place"])
            await save_audience(visit.viewer, name, await audiences.audience_of(values), clock.now())
        except (Conflict, Invalid) as refusal:
            problems = {forms.field_of(refusal.message) or "audience_name": refusal.message}
    if problems:
        return await _form(visit, values, problems, await _draft(visit))
    await visit.leave(f"已存为常用人群「{name}」，下次可以直接选。")
    return await _form(visit, values | {"audience_name": ""}, notice=await _draft(visit))


async def _counted(visit: Visit, values: Mapping[str, str]) -> dict[str, Any]:
    """The preview of what is written, or why there is none yet."""
    if problems := forms.audience_problems(values):
        return {"counted": None, "wanting": next(iter(problems.values()))}
    place = await audiences.organisation_of(visit.viewer, values["place"])
    try:
        audience = await audiences.audience_of(values)
        await check_conditions(visit.viewer, audience.only)
    except Invalid as refusal:
        return {"counted": None, "wanting": refusal.message}
    return {
        "counted": await would_reach(visit, audience, place, forms.topic_of(values), forms.paths_of_form(values)),
        "wanting": "",
    }


async def would_reach(
    visit: Visit, audience: Audience, place: str, topic: NoticeClass, paths: frozenset[Path]
) -> Preview:
    """Whom a notice of this body would reach now."""
    opted_out_of = "" if topic is NoticeClass.URGENT else topic.value
    resolvers = panel_of(visit.request).resolvers
    return await preview(audience, place, opted_out_of, Purpose.NOTICE, paths, clock.now(), resolvers)


async def _form(
    visit: Visit,
    values: dict[str, str],
    problems: dict[str, str] | None = None,
    notice: Notice | None = None,
    **counted: Any,
) -> Response:
    return await visit.show(
        "notices/new.html",
        422 if problems else 200,
        notice=notice,
        values=values,
        problems=problems or {},
        topics=[(one.value, one.label) for one in NoticeClass],
        places=await _places(visit.viewer),
        roles=[(name, word) for name, (_, word) in audiences.ROLES.items()],
        ways=[(name, word, meaning) for name, (_, word, meaning) in forms.WAYS.items()],
        repeats=[(one.value, one.label) for one in Repeat],
        saved=[(f"{one.id}", one.name) for one in await saved_audiences(visit.viewer)],
        **await _asked_after(visit.viewer, values),
        **{"counted": None, "wanting": ""} | counted,
    )


async def _asked_after(viewer: Viewer, values: Mapping[str, str]) -> dict[str, Any]:
    """The notices and votes that a condition, or what residents are asked for, can be about."""
    polls = await polls_of(viewer, states=(PollState.OPEN,)) if viewer.may(Permission.VOTES_VIEW) else []
    conditions = [
        ("没看过这条通知的户", [(f"not_read:{one.id}", one.title) for one in await lately_sent(viewer, clock.now())]),
        ("还没投这个投票的人", [(f"not_voted:{one.id}", one.title) for one in polls]),
    ]
    asks = [(f"poll:{one.id}", f"投票：{one.title}") for one in polls]
    if values["only"] and all(values["only"] != value for _, offered in conditions for value, _ in offered):
        conditions.append(("原来选的", [(values["only"], "原来选的那条，现在不在名单里")]))
    if values["about"] and all(values["about"] != value for value, _ in asks):
        asks.append((values["about"], "原来选的投票，现在不在名单里"))
    return {"conditions": [one for one in conditions if one[1]], "asks": asks}


async def _places(viewer: Viewer) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places to choose from, (code, name), by community; before them the viewer's whole area where it is larger."""
    found = [
        (community, [(place["code"], place["name"]) for place in group])
        for community, group in groupby(await places(viewer), key=lambda place: place["community"])
    ]
    known = {code for _, group in found for code, _ in group}
    own = [(viewer.organisation, [(viewer.code, f"{viewer.organisation}全部")])]
    return found if viewer.code in known else own + found


def _id(visit: Visit) -> int:
    return row_id(visit.request.path_params["notice_id"])


ROUTES = (
    require(Permission.NOTICES_EDIT, "/notices/new", new),
    require_post(Permission.NOTICES_EDIT, "/notices/audience", look),
    require_post(Permission.NOTICES_EDIT, "/notices/audience/use", use),
    require_post(Permission.NOTICES_EDIT, "/notices/audience/keep", keep_audience),
    require_post(Permission.NOTICES_EDIT, "/notices", draft),
    require(Permission.NOTICES_EDIT, "/notices/{notice_id}/edit", edit),
    require_post(Permission.NOTICES_EDIT, "/notices/{notice_id}/edit", save),
)
