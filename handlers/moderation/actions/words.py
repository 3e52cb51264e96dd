"""Words that a place watches for beside those that come with the product, each with its basis; added and removed."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from errors import Conflict, Invalid, NotFound
from handlers.audit.actions import record
from handlers.staff.rules import Permission, Viewer
from models.deliberation import ModerationReason
from models.organisations import Organisation
from models.participation import WatchedWord
from understanding.folding import bare

LONGEST_WORD, LONGEST_BASIS, MOST = 30, 120, 500
_CRITICAL = (
    "居委会",
    "社区",
    "书记",
    "主任",
    "物业",
    "街道",
    "网格员",
    "党委",
    "政府",
    "业委会",
    "投诉",
    "举报",
    "不作为",
)


@dataclass(frozen=True, slots=True)
class NewWord:
    word: str
    refuses: bool
    reason: ModerationReason | None
    basis: str


async def add_word(viewer: Viewer, new: NewWord, now: datetime) -> WatchedWord:
    """Watch for a word in the viewer's organisation and all below it.

    Raises:
        Forbidden. Conflict: it is watched for already.
        Invalid: no word, reason or basis; or a word by which criticism would be held, which is never a reason.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    word, basis = " ".join(new.word.split()), " ".join(new.basis.split())
    if not len(bare(word)) >= 2 or len(word) > LONGEST_WORD:
        raise Invalid(f"词要2到{LONGEST_WORD}个字。")
    if new.reason is None or not basis or len(basis) > LONGEST_BASIS:
        raise Invalid("请选择理由，写明依据的法律条文或公约。")
    if bare(word) in _CRITICAL:
        raise Invalid(f"「{word}」是居民提意见常用的词，不能放进词表。批评不是拦下发言的理由。")
    place = await Organisation.get(code=viewer.code)
    if await WatchedWord.filter(organisation_id=place.id).count() >= MOST:
        raise Invalid(f"自己的词最多{MOST}个。")
    try:
        async with in_transaction():
            added = await WatchedWord.create(
                organisation=place,
                word=word,
                refuses=new.refuses,
                reason=new.reason,
                basis=basis,
                added_by=viewer.login,
                added_at=now,
            )
            await record(
                viewer.actor, "word.add", f"watched_word:{added.id}", place=place.code, reason=new.reason.label
            )
    except IntegrityError as error:
        raise Conflict(f"「{word}」已经在词表里了。") from error
    return added


async def remove_word(viewer: Viewer, word_id: int) -> None:
    """Watch for a word no more.

    Raises:
        Forbidden. NotFound: not of the viewer's organisations, or removed already.
    """
    viewer.require(Permission.MODERATION_DECIDE)
    async with in_transaction():
        word = await WatchedWord.select_for_update(no_key=True).get_or_none(id=word_id)
        if word is None:
            raise NotFound
        await word.fetch_related("organisation")
        if not viewer.sees(word.organisation.code):
            raise NotFound
        await word.delete()
        await record(viewer.actor, "word.remove", f"watched_word:{word_id}", place=word.organisation.code)
