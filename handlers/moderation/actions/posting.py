"""Texts for others to read: through the pipeline, held until people have looked (先审后发), or told what to change."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from clock import BEIJING
from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.calendar.queries import add_working_days
from handlers.moderation import rules
from handlers.moderation.actions.unlawful import keep_unlawful
from handlers.moderation.offence import offends
from handlers.moderation.phases import PIPELINE, STAFF, Phase, kept, looked_at
from handlers.moderation.rules import Check, Draft, Earlier, Verdict, tidy
from handlers.moderation.wordlist import found_in, watched_words
from handlers.staff.rules import Viewer
from models.deliberation import ModerationReason, PostKind, PostState
from models.organisations import Organisation
from models.participation import Participant, Post
from models.residency import Account
from settings import get_settings
from understanding.folding import bare

WAITING = "waiting"
_RECENT = timedelta(days=90)
LONGEST_SPEAKER = 20
LONGEST_SHOWN = 30
"""Of a name in front."""
LONGEST_STAFF_TEXT = 500


async def submit(
    participant: Participant,
    kind: PostKind,
    organisation_id: int,
    subject: str,
    text: str,
    now: datetime,
    *,
    longest: int,
    place_name: str = "",
    speaker: str = "居民",
) -> Post:
    """Hand in a text, inside the caller's transaction; it is HELD until a moderator has decided.

    Args:
        organisation_id: whose moderators decide.
        subject: what it belongs to, as "consultation:12".
        longest: characters, line breaks included.
        place_name: of the community, for who has no nickname yet.

    Raises:
        Invalid: a phase refuses; says what to change. Nothing is kept but what is unlawful, which is stored apart from
            the caller's transaction, as that may be undone.
    """
    place = await Organisation.get(id=organisation_id)
    # One text of a person after the other, or many at once would all be the first of this minute.
    author = await Participant.select_for_update(no_key=True).get(id=participant.id)
    draft = await _draft(author, place.code, Draft(kind, tidy(text), longest, now, subject=subject))
    done = looked_at(draft, PIPELINE)
    post = _post(draft, done, organisation_id, PostState.HELD)
    post.author_id, post.speaker, post.platform_check = author.id, speaker, draft.platform
    post.nickname = (author.nickname or f"{place_name}邻居")[:LONGEST_SHOWN]
    if done[-1][1].verdict is Verdict.REFUSE:
        if done[-1][1].reason is ModerationReason.UNLAWFUL:
            keep_unlawful(post, author, place.code, now)
        raise Invalid(done[-1][1].said)
    post.due_at = await due(now, rules.DUE_AFTER)
    await post.save()
    await record(f"account:{author.account_id}", "post.submit", f"post:{post.id}", place=place.code, after=post.state)
    return post


async def put_up(
    viewer: Viewer,
    kind: PostKind,
    organisation_id: int,
    subject: str,
    text: str,
    speaker: str,
    now: datetime,
) -> Post:
    """Publish what staff write down for a body that takes part (物业, 消防 …), inside the caller's transaction.

    Raises:
        NotFound: the organisation is not the viewer's.
        Invalid: too long, or a number or a word in it that may not be public; the speaker's tag is missing.
    """
    place = await Organisation.get_or_none(id=organisation_id)
    if place is None or not viewer.sees(place.code):
        raise NotFound
    tag, plain = " ".join(speaker.split()), tidy(text)
    if not 1 <= len(tag) <= LONGEST_SPEAKER:
        raise Invalid(f"请写明是谁说的，最多{LONGEST_SPEAKER}个字。")
    longest = max(rules.LONGEST[kind], LONGEST_STAFF_TEXT)
    found = found_in(plain, await watched_words(place.code))
    draft = Draft(kind, plain, longest, now, fingerprint_of(plain), subject, found=found)
    done = looked_at(draft, STAFF)
    if done[-1][1].verdict is Verdict.REFUSE:
        raise Invalid(done[-1][1].said)
    post = _post(draft, done, organisation_id, PostState.PUBLISHED)
    post.written_by, post.speaker, post.nickname, post.published_at = viewer.login, tag, tag, now
    await post.save()
    await record(viewer.actor, "post.put_up", f"post:{post.id}", place=place.code, after=post.state)
    return post


def _post(draft: Draft, done: Sequence[tuple[Phase, Check]], organisation_id: int, state: PostState) -> Post:
    return Post(
        kind=draft.kind,
        organisation_id=organisation_id,
        subject=draft.subject,
        text=draft.text,
        fingerprint=draft.fingerprint,
        state=state,
        checks=kept(done),
        created_at=draft.now,
    )


async def _draft(author: Participant, place: str, draft: Draft) -> Draft:
    """The text with what the phases may know of it."""
    return replace(
        draft,
        fingerprint=fingerprint_of(draft.text),
        earlier=await _earlier(author.id, draft.now),
        found=found_in(draft.text, await watched_words(place)),
        offends=offends(draft.text),
        platform=await _asked_of_platform(author),
    )


def fingerprint_of(text: str) -> str:
    """The digest of a text in one width and case, without marks."""
    return hashlib.blake2b(bare(text).encode(), digest_size=16).hexdigest()


async def due(now: datetime, working_days: int) -> datetime:
    """The end of the office's day so many working days from now."""
    day = await add_working_days(now.astimezone(BEIJING).date(), working_days)
    return datetime.combine(day, rules.DUE_AT, BEIJING)


async def _earlier(participant_id: int, now: datetime) -> list[Earlier]:
    found = Post.filter(author_id=participant_id, created_at__gt=now - _RECENT)
    return [
        Earlier(one.fingerprint, one.kind, one.subject, one.created_at, one.state)
        for one in await found.only("fingerprint", "kind", "subject", "created_at", "state")
    ]


async def _asked_of_platform(participant: Participant) -> str:
    """Only a mini-program's accounts can be asked about (wechat-platform.md §3.12)."""
    programs = get_settings().mini_programs
    asked = programs and await Account.filter(id=participant.account_id, app_id__in=programs).exists()
    return WAITING if asked else ""
