"""What moderators decide of a text: published, returned, hidden, shown again, or published with something taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from errors import Invalid, NotFound
from handlers.audit.actions import record
from handlers.conversations.actions import notify
from handlers.moderation import rules, texts
from handlers.moderation.actions.posting import fingerprint_of
from handlers.moderation.actions.unlawful import kept_until
from handlers.moderation.phases import STAFF, looked_at
from handlers.moderation.rules import Draft, Verdict
from handlers.moderation.wordlist import found_in, watched_words
from handlers.staff.rules import Permission, Viewer
from models.deliberation import ModerationReason, PostKind, PostState
from models.events import Event
from models.participation import Participant, Post, PostReport

DECIDED = "PostDecided"
VERBS = {
    (PostState.HELD, PostState.PUBLISHED): "post.publish",
    (PostState.HELD, PostState.RETURNED): "post.return",
    (PostState.PUBLISHED, PostState.HIDDEN): "post.hide",
    (PostState.HIDDEN, PostState.PUBLISHED): "post.show",
    (PostState.RETURNED, PostState.PUBLISHED): "post.show",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a text, and why; `seen` is the state it had when it was looked at."""

    seen: PostState
    state: PostState
    reason: ModerationReason | None = None
    remark: str = ""


async def locked(viewer: Viewer, post_id: int) -> Post:
    """The post with its organisation, held against other decisions until this transaction ends.

    Raises:
        Forbidden: the role decides nothing. NotFound: there is none, or it is outside the viewer's scope.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    post = await Post.select_for_update(no_key=True).get_or_none(id=post_id)
    if post is None:
        raise NotFound
    await post.fetch_related("organisation")
    if not viewer.sees(post.organisation.code):
        raise NotFound
    return post


async def decide(viewer: Viewer, post_id: int, decision: Decision, now: datetime) -> Post:
    """Decide one text; its author is told why and how to appeal.

    Raises:
        Forbidden, NotFound: as `locked`.
        DecidedAlready: somebody was faster.
        Invalid: reason or remark is missing.
    """
    async with in_transaction():
        post = await locked(viewer, post_id)
        _check_seen(post, decision)
        reason, remark = None, " ".join(decision.remark.split())
        if decision.state is not PostState.PUBLISHED:
            reason, remark = rules.check_remark(decision.reason, decision.remark)
        elif decision.seen is not PostState.HELD and not remark:
            raise Invalid("请写明为什么恢复，作者会看到。")
        await settle(post, decision.state, viewer.login, now, reason, remark[: rules.LONGEST_REMARK])
        verb = VERBS[(decision.seen, decision.state)]
        await _note(viewer, verb, post, decision.seen)
        await tell(post, texts.decided(post))
    return post


async def publish_all(viewer: Viewer, post_ids: Sequence[int], now: datetime) -> int:
    """Publish several held texts; those that somebody has decided meanwhile are left. Returns how many."""
    done = 0
    for post_id in post_ids:
        try:
            await decide(viewer, post_id, Decision(PostState.HELD, PostState.PUBLISHED), now)
            done += 1
        except rules.DecidedAlready:
            continue
    return done


async def rectify(viewer: Viewer, post_id: int, text: str, decision: Decision, now: datetime) -> Post:
    """Publish a copy with something taken out, as a name; the author gets both, and what stood there is kept.

    Raises:
        Invalid: nothing was taken out, something was added, or reason or remark is missing.
        Otherwise as `decide`.
    """
    async with in_transaction():
        post = await locked(viewer, post_id)
        _check_seen(post, decision)
        reason, remark = rules.check_remark(decision.reason, decision.remark)
        plain = rules.tidy(text)
        rules.check_cut(post.text, plain)
        await _check_words(post, plain, now)
        post.rewritten, post.text = post.rewritten or post.text, plain
        post.fingerprint = fingerprint_of(plain)
        if post.state is PostState.HELD:
            await settle(post, PostState.PUBLISHED, viewer.login, now, reason, remark)
        else:
            post.reason, post.remark, post.decided_at, post.decided_by = reason, remark, now, viewer.login
            await post.save()
            await _announce(post, now)
        await _note(viewer, "post.rectify", post, decision.seen)
        await tell(post, texts.rectified(post))
    return post


async def _check_words(post: Post, plain: str, now: datetime) -> None:
    found = found_in(plain, await watched_words(post.organisation.code))
    last = looked_at(Draft(post.kind, plain, len(post.text), now, found=found), STAFF)[-1][1]
    if last.verdict is Verdict.REFUSE:
        raise Invalid(last.said)


async def settle(
    post: Post, state: PostState, login: str, now: datetime, reason: ModerationReason | None, remark: str
) -> None:
    """Take the step of a locked post, with what follows from it, in the transaction under way.

    Raises:
        DecidedAlready: the step is not possible.
    """
    post.state = rules.move(post.state, state, post.decided_by)
    post.update_from_dict({"reason": reason, "remark": remark, "decided_at": now, "decided_by": login})  # pyright: ignore[reportUnknownMemberType]
    if state is PostState.PUBLISHED:
        post.published_at, post.keep_until = post.published_at or now, None
    elif reason is ModerationReason.UNLAWFUL:
        post.keep_until = post.keep_until or kept_until(now)
    await post.save()
    await PostReport.filter(post_id=post.id, settled_at=None).update(settled_at=now, settled_by=login)
    if post.kind is PostKind.NICKNAME and post.author_id:
        await _rename(post, post.author_id)
    await _announce(post, now)


async def _announce(post: Post, now: datetime) -> None:
    """Tell whoever shows the text what became of it."""
    payload = {"post": post.id, "kind": post.kind.value, "state": post.state.value}
    await Event.create(name=DECIDED, payload=payload, created_at=now)


async def _rename(post: Post, author_id: int) -> None:
    """A nickname that is published is the author's; one that is no more goes from all that stands under it."""
    if post.state is PostState.PUBLISHED:
        await Participant.filter(id=author_id).update(nickname=post.text)
        return
    await Participant.filter(id=author_id, nickname=post.text).update(nickname="")
    await Post.filter(author_id=author_id, nickname=post.text).update(nickname=rules.NOBODY)


async def keep_shown(viewer: Viewer, post_id: int, now: datetime) -> None:
    """Reports were looked at, and the text stays.

    Raises:
        NotFound: not the viewer's. Conflict: nobody reports it any more.
    """
    async with in_transaction():
        post = await locked(viewer, post_id)
        if not await PostReport.filter(post_id=post.id, settled_at=None).exists():
            raise rules.DecidedAlready(post.state, post.decided_by)
        await PostReport.filter(post_id=post.id, settled_at=None).update(settled_at=now, settled_by=viewer.login)
        await _note(viewer, "post.keep", post, post.state)


async def mark_reported(viewer: Viewer, post_id: int, now: datetime) -> None:
    """Unlawful content was reported to the authorities (《网络安全法》第四十九条); done twice it is done once.

    Raises:
        NotFound: not the viewer's, or nothing that is kept for report.
    """
    async with in_transaction():
        post = await locked(viewer, post_id)
        if post.keep_until is None:
            raise NotFound
        if post.reported_at:
            return
        post.reported_at, post.reported_by = now, viewer.login
        await post.save(update_fields=("reported_at", "reported_by"))
        await _note(viewer, "post.mark_reported", post, post.state)


async def tell(post: Post, said: str) -> None:
    """Tell the author in chat, where there is one who can be told."""
    if post.author_id and (author := await Participant.get(id=post.author_id)).account_id:
        await notify(author.account_id, said)


def _check_seen(post: Post, decision: Decision) -> None:
    if post.state is not decision.seen:
        raise rules.DecidedAlready(post.state, post.decided_by)


async def _note(viewer: Viewer, verb: str, post: Post, before: PostState) -> None:
    why = post.reason.label if post.reason else ""
    place, subject = post.organisation.code, f"post:{post.id}"
    await record(viewer.actor, verb, subject, place=place, before=before, after=post.state, reason=why)
