"""The platform's own look at a text (`msg_sec_check`): what it says is kept, and never stands in people's way."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from handlers.audit.actions import record
from handlers.moderation import texts
from handlers.moderation.actions.deciding import settle, tell
from handlers.moderation.actions.posting import WAITING
from handlers.moderation.phases import PLATFORM
from handlers.moderation.rules import Verdict
from models.deliberation import ModerationReason, PostState
from models.participation import Post

PASS, RISKY, REVIEW, UNKNOWN = "pass", "risky", "review", "unknown"
MACHINE = "+wechat"
"""Who returned what the platform calls risky; no login has a plus sign, so that anybody may decide an appeal."""
_SAID = {
    PASS: "微信检查通过。",
    RISKY: "微信检查判为有风险：{}。",
    REVIEW: "微信检查说拿不准：{}，请看一下。",
    UNKNOWN: "微信没有给出结果。",
}
_VERDICTS = {PASS: Verdict.PASS, RISKY: Verdict.REFUSE, REVIEW: Verdict.HOLD, UNKNOWN: Verdict.PASS}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the platform says: `suggest` as it stands in `result`, its label in words, and its own number for it."""

    suggest: str
    label: str = ""
    trace: str = ""


async def record_judgement(post_id: int, judged: Judged, now: datetime) -> None:
    """Keep what the platform says of a text that waits for it.

    What it calls risky is returned, which its author may appeal; a text that people have decided stays decided.
    """
    async with in_transaction():
        post = await Post.select_for_update(no_key=True).get(id=post_id)
        if post.platform_check != WAITING:
            return
        suggest = judged.suggest if judged.suggest in (PASS, RISKY, REVIEW) else UNKNOWN
        said = _SAID[suggest].format(judged.label or "没有说明")
        post.platform_check, post.platform_trace = suggest, judged.trace[:80]
        post.checks = [
            {**check, "verdict": _VERDICTS[suggest].value, "said": said} if check["phase"] == PLATFORM.name else check
            for check in post.checks
        ]
        await post.save(update_fields=("platform_check", "platform_trace", "checks"))
        if suggest == RISKY and post.state is PostState.HELD:
            reason = _REASONS.get(judged.label, ModerationReason.UNLAWFUL)
            await settle(post, PostState.RETURNED, MACHINE, now, reason, f"微信内容安全检查：{judged.label}")
            await post.fetch_related("organisation")
            place, why = post.organisation.code, reason.label
            await record(
                "clock", "post.return", f"post:{post.id}", place=place, before="held", after="returned", reason=why
            )
            await tell(post, texts.decided(post))


_REASONS = {"广告": ModerationReason.ADVERTISING, "辱骂": ModerationReason.ABUSE}
