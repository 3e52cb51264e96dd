"""投票 on the residents' pages: the list, the question and its paper, the confirmation, the receipt, the roll.

What is chosen stands in no address and is kept nowhere here: it waits for 「确认」 in the voter's own browser, sealed.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from starlette.responses import RedirectResponse, Response

from clock import clock
from errors import DomainError, Invalid, NotFound
from handlers.consultations.queries.consultations import of_poll
from handlers.files.queries import content_of
from handlers.votes import card, finished, texts
from handlers.votes.actions.cast import cast_once, check_standing, is_cast, new_number, object_to_roll
from handlers.votes.answers import Answer, Shape, check_answer, spoken
from handlers.votes.queries.concerns import Concern, Voice, announced_polls, finished_polls, open_polls
from handlers.votes.queries.notices import attachments, changes_of
from handlers.votes.queries.progress import turnout
from handlers.votes.queries.standing import own_answer
from handlers.votes.rules import REFUSALS
from miniprogram.access import Visit, resident_page, resident_post
from miniprogram.layout import COOKIE, set_cookie
from models.sealed import seal, unseal
from models.states import CastChannel, LegalEffect, PollState
from models.votes import Poll
from web.forms import row_id

VOTES = "/m/votes"
CHOSEN, RECEIPT = "linli_chosen", "linli_receipt"
CHOSEN_SECONDS, RECEIPT_SECONDS = 1800, 900
MOST_OBJECTIONS, OBJECTIONS_SECONDS = 5, 3600


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a voter is about to confirm; the receipt is drawn already, so that what is sent again is cast once."""

    dwelling_id: int
    answer: Answer
    number: str


async def votes(visit: Visit) -> Response:
    now = clock.now()
    waiting = await open_polls(visit.visitor, now)
    parts = [
        ("请您投票", [one for one in waiting if not one.done and not _only_on_paper(one)]),
        ("法定投票，不在这里投", [one for one in waiting if _only_on_paper(one)]),
        ("已投", [one for one in waiting if one.done and not _only_on_paper(one)]),
        ("公示中", await announced_polls(visit.visitor, now)),
        ("已结束", await finished_polls(visit.visitor, now)),
    ]
    listed = [(heading, [_line(one, now) for one in concerns]) for heading, concerns in parts if concerns]
    return await visit.show("votes.html", parts=listed, bound=bool(visit.visitor.homes))


def _only_on_paper(concern: Concern) -> bool:
    return concern.poll.legal_effect is LegalEffect.STATUTORY


def _line(concern: Concern, now: datetime) -> tuple[str, str, str]:
    """Where a vote stands, its title, and the line under it."""
    poll = concern.poll
    path = f"/m/results/{poll.id}" if poll.state in finished.PUBLIC else f"{VOTES}/{poll.id}"
    return path, poll.title, card.summary(poll, now, done=concern.done)


async def vote(visit: Visit) -> Response:
    concern = await _concern(visit)
    if received := await _received(visit, concern.poll):
        return received
    if concern.poll.state in finished.PUBLIC:
        return RedirectResponse(f"/m/results/{concern.poll.id}", 303)
    return await _question(visit, concern)


async def _concern(visit: Visit) -> Concern:
    """The vote in the address, if it is one of this visitor's."""
    poll_id, now, visitor = row_id(visit.request.path_params["poll"]), clock.now(), visit.visitor
    for found in (open_polls, announced_polls, finished_polls):
        for concern in await found(visitor, now):
            if concern.poll.id == poll_id:
                return concern
    raise NotFound(texts.GONE)


async def _question(visit: Visit, concern: Concern, status: int = 200, problem: str = "") -> Response:
    """What is asked, with the paper for those voices that may cast one, and why not for the others."""
    poll, shape = concern.poll, card.shape(concern.poll)
    voices, refusals = await _voices(visit, concern)
    own = [await own_answer(voice.entry_id, visit.account_id) for voice in voices if voice.voted]
    return await visit.show(
        "vote.html",
        status,
        topic=await of_poll(poll.id),
        poll=poll,
        facts=card.facts(poll),
        standing=card.standing(poll, clock.now()),
        changes=card.corrections(await changes_of(poll.id)),
        files=await attachments(poll.id),
        shape=shape,
        how=card.how(shape),
        voices=voices,
        refusals=refusals,
        again=[texts.may_change(spoken(answer, shape)).split("\n") for answer in own if answer],
        written=visit.form,
        problem=problem,
    )


async def _voices(visit: Visit, concern: Concern) -> tuple[list[Voice], list[list[str]]]:
    """The voices for which a ballot may be cast now, and what the rules say no with for the others."""
    poll = concern.poll
    if poll.state is PollState.ANNOUNCED:
        return [], []
    if poll.state is not PollState.OPEN or poll.closes_at <= clock.now():
        return [], [finished.closed(poll).split("\n")]
    if poll.legal_effect is LegalEffect.STATUTORY:
        return [], [texts.statutory(poll, poll.contact or concern.homes[0].phone).split("\n")]
    if not concern.voices:
        return [], [texts.not_on_roll(poll, concern.homes[0]).split("\n")]
    may, refusals = list[Voice](), list[list[str]]()
    for voice in concern.voices:
        try:
            await check_standing(poll, voice.home, clock.now())
            may.append(voice)
        except REFUSALS as refusal:
            refusals.append(texts.refused(refusal, poll, voice.home).split("\n"))
    return may, refusals


async def choose(visit: Visit) -> Response:
    """The paper as it was filled in, on to its confirmation; nothing is cast yet."""
    concern = await _concern(visit)
    shape, [voices, _] = card.shape(concern.poll), await _voices(visit, concern)
    voice = next((one for one in voices if str(one.home.dwelling_id) == visit.field("home")), None)
    if voice is None:
        problem = "请选一处住址：为哪一户投？" if len(voices) > 1 else ""
        return await _question(visit, concern, 422 if problem else 409, problem)
    try:
        answer = written_answer(visit.form, shape)
        check_answer(answer, shape)
    except Invalid as refusal:
        return await _question(visit, concern, 422, refusal.message)
    kept = f"{voice.home.dwelling_id} {','.join(map(str, answer))} {new_number()}"
    response = RedirectResponse(f"{VOTES}/{concern.poll.id}/confirm", 303)
    _remember(visit, response, CHOSEN, concern.poll.id, kept, CHOSEN_SECONDS)
    return response


def written_answer(form: Mapping[str, str], shape: Shape) -> Answer:
    """The answer in a form: `choice` alone, `choice-0` … where there may be several, `score-0` … of a scoring.

    Raises:
        Invalid: something is missing, or is none of ours.
    """
    if shape.scores:
        given = [form.get(f"score-{at}", "") for at in range(len(shape.dimensions))]
        if "" in given:
            raise Invalid(f"还有没打分的：{shape.dimensions[given.index('')]}。")
    elif shape.most == 1:
        given = [form["choice"]] if "choice" in form else []
    else:
        given = [str(at) for at in range(len(shape.choices)) if f"choice-{at}" in form]
    if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in given):
        raise Invalid("没有这个选项。")
    return tuple(map(int, given))


async def ask_to_confirm(visit: Visit) -> Response:
    """What was chosen, once more; who has voted since, or comes back to this page, is told so."""
    concern = await _concern(visit)
    poll, chosen = concern.poll, _chosen(visit, concern.poll.id)
    if received := await _received(visit, poll):
        return received
    voices, _ = await _voices(visit, concern)
    voice = next((one for one in voices if chosen and one.home.dwelling_id == chosen.dwelling_id), None)
    if chosen is None or voice is None:
        return RedirectResponse(f"{VOTES}/{poll.id}", 303)
    shape = card.shape(poll)
    several = len(concern.voices) > 1
    lines = texts.chosen(chosen.answer, shape).split("\n")
    return await visit.show("vote_confirm.html", poll=poll, lines=lines, home=voice.home.address if several else "")


async def confirm(visit: Visit) -> Response:
    """Cast it; pressed twice, or sent again, it is cast once."""
    concern = await _concern(visit)
    poll, chosen = concern.poll, _chosen(visit, concern.poll.id)
    home = next((one for one in visit.visitor.homes if chosen and one.dwelling_id == chosen.dwelling_id), None)
    if chosen is None or home is None:
        return await visit.go(f"{VOTES}/{poll.id}", "离开太久了，刚才没有提交，请再选一次。", bad=True)
    try:
        receipt = await cast_once(poll.id, home, chosen.answer, clock.now(), CastChannel.PAGE, chosen.number)
    except DomainError as refusal:
        return _forget(visit, await _refused(visit, refusal, poll), poll.id)
    await visit.invite()
    return _told(visit, poll, receipt.number)


async def _received(visit: Visit, poll: Poll) -> Response | None:
    """On to the receipt, where a ballot was cast whose answer never came to this browser."""
    chosen = _chosen(visit, poll.id)
    return _told(visit, poll, chosen.number) if chosen and await is_cast(poll.id, chosen.number) else None


def _told(visit: Visit, poll: Poll, number: str) -> Response:
    response = RedirectResponse(f"{VOTES}/{poll.id}/done", 303)
    _remember(visit, response, RECEIPT, poll.id, number, RECEIPT_SECONDS)
    return _forget(visit, response, poll.id)


async def _refused(visit: Visit, refusal: DomainError, poll: Poll) -> Response:
    """Back to the question, which says why not."""
    return await visit.go(f"{VOTES}/{poll.id}", f"没有投成。{refusal.message}", bad=True)


async def done(visit: Visit) -> Response:
    """The receipt, for as long as this browser may show it."""
    poll = (await _concern(visit)).poll
    number = _kept(visit, RECEIPT, poll.id)
    return await visit.show("vote_done.html", poll=poll, number=number, changeable=poll.changeable and not poll.secret)


async def attachment(visit: Visit) -> Response:
    """A file that explains the vote."""
    wanted = row_id(visit.request.path_params["file"])
    found = next((one for one in await attachments((await _concern(visit)).poll.id) if one.id == wanted), None)
    if found is None:
        raise NotFound
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.file.name, safe='')}"}
    return Response(await content_of(found.file), headers=headers, media_type=found.file.content_type)


async def roll(visit: Visit) -> Response:
    """我在名册吗: each home that the vote concerns, and why not, with 「异议」."""
    concern = await _concern(visit)
    lines = [
        texts.roll_line(home, "" if home.dwelling_id in concern.listed else texts.why_not(concern.poll, home))
        for home in concern.homes
    ]
    voted = await turnout(concern.poll)
    return await visit.show("vote_roll.html", poll=concern.poll, turnout=voted, lines=lines, homes=concern.homes)


async def object_to(visit: Visit) -> Response:
    concern = await _concern(visit)
    path = f"{VOTES}/{concern.poll.id}/roll"
    home = next((one for one in concern.homes if str(one.dwelling_id) == visit.field("home")), None)
    if home is None:
        return await visit.go(path, "请选一处住址。", bad=True)
    await visit.brake("objection", MOST_OBJECTIONS, OBJECTIONS_SECONDS)
    number = await object_to_roll(visit.visitor, home, concern.poll.id, clock.now())
    return await visit.go(path, texts.objection(number, home.phone).replace("\n", ""))


def _chosen(visit: Visit, poll_id: int) -> Chosen | None:
    kept = _kept(visit, CHOSEN, poll_id).split()
    return Chosen(int(kept[0]), tuple(map(int, kept[1].split(","))), kept[2]) if kept else None


def _context(visit: Visit, name: str, poll_id: int) -> str:
    """What a value in the browser is sealed for: it opens for no other session, vote or use."""
    return f"{name}:{poll_id}:{visit.request.cookies[COOKIE]}"


def _remember(visit: Visit, response: Response, name: str, poll_id: int, value: str, seconds: int) -> None:
    sealed = seal(value, _context(visit, name, poll_id)).hex()
    set_cookie(visit.request, response, name, sealed, seconds, path=f"{VOTES}/{poll_id}")


def _kept(visit: Visit, name: str, poll_id: int) -> str:
    """What this session left in its browser for this vote; empty where there is nothing, or nothing of ours."""
    with suppress(ValueError, IndexError, InvalidTag, KeyError):
        return unseal(bytes.fromhex(visit.request.cookies.get(name, "")), _context(visit, name, poll_id))
    return ""


def _forget(visit: Visit, response: Response, poll_id: int) -> Response:
    set_cookie(visit.request, response, CHOSEN, "", 0, path=f"{VOTES}/{poll_id}")
    return response


ROUTES = (
    resident_page("/votes", votes),
    resident_page("/votes/{poll}", vote),
    resident_post("/votes/{poll}", choose),
    resident_page("/votes/{poll}/confirm", ask_to_confirm),
    resident_post("/votes/{poll}/confirm", confirm),
    resident_page("/votes/{poll}/done", done),
    resident_page("/votes/{poll}/files/{file}", attachment),
    resident_page("/votes/{poll}/roll", roll),
    resident_post("/votes/{poll}/roll", object_to),
)
