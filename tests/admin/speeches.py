"""An example of everything that moderation knows of one person's text."""

from datetime import timedelta

from clock import clock
from models.deliberation import AppealState, ModerationReason, PostKind, PostState
from models.participation import Appeal, Measure, Participant, Post, WatchedWord
from tests.factories import Community


async def make_talk(community: Community, resident_id: int, account_id: int, word: str) -> dict[str, int]:
    """A text that was returned and is appealed, its author stopped for a day, and a word that is watched for."""
    now, organisation = clock.now(), community.organisation
    author = await Participant.create(
        person=f"{community.code:>16}".encode(), resident_id=resident_id, account_id=account_id, joined_at=now
    )
    post = await Post.create(
        kind=PostKind.STATEMENT,
        organisation=organisation,
        author=author,
        text=f"{word}的一句话",
        fingerprint=word,
        state=PostState.RETURNED,
        reason=ModerationReason.UNLAWFUL,
        decided_by="another",
        decided_at=now,
        created_at=now,
        keep_until=now.date(),
    )
    why = {"reason": ModerationReason.ABUSE, "organisation": organisation}
    measure = await Measure.create(
        participant=author, remark="骂人", starts_at=now, ends_at=now + timedelta(days=1), set_by="another", **why
    )
    appeal = await Appeal.create(
        post=post, state=AppealState.OPEN, against="another", words=f"{word}不服", made_at=now, due_on=now.date()
    )
    watched = await WatchedWord.create(word=f"{word}词", basis="《公约》", added_by="another", added_at=now, **why)
    return {"post_id": post.id, "measure_id": measure.id, "appeal_id": appeal.id, "word_id": watched.id}
