"""What is handed over about texts as evidence: words, times, checks, decisions, appeals and the sealed trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clock import BEIJING
from handlers.moderation.phases import LABELS
from handlers.moderation.queries.waiting import author_of
from handlers.moderation.rules import Verdict
from models.audit import AuditEntry
from models.participation import Appeal, Post

HEADER = (
    *("编号", "类别", "所属", "作者", "昵称", "内容", "改正前的原文", "提交时间"),
    *("状态", "理由", "说明", "决定时间", "决定人", "发布时间"),
)


async def evidence(post_ids: Sequence[int], *, clear: bool) -> list[dict[str, Any]]:
    """Everything about these texts, in their order.

    Args:
        clear: with the author's real name, for which the caller has seen to permission, reason and second factor.
    """
    posts = await Post.filter(id__in=list(post_ids)).select_related("organisation", "author__resident").order_by("id")
    entries = await AuditEntry.filter(subject__in=[f"post:{post.id}" for post in posts]).order_by("id")
    appeals = await Appeal.filter(post_id__in=[post.id for post in posts] or [0]).order_by("id")
    return [
        _told(
            post,
            [one for one in entries if one.subject == f"post:{post.id}"],
            [one for one in appeals if one.post_id == post.id],
            clear=clear,
        )
        for post in posts
    ]


def _told(post: Post, entries: list[AuditEntry], appeals: list[Appeal], *, clear: bool) -> dict[str, Any]:
    resident = post.author.resident if post.author else None
    return {
        "编号": post.id,
        "类别": post.kind.label,
        "单位": post.organisation.name,
        "所属": post.subject,
        "作者": resident.name if resident and clear else author_of(post),
        "作者标签": post.speaker,
        "昵称": post.nickname,
        "内容": post.text,
        "改正前的原文": post.rewritten,
        "内容摘要": post.fingerprint,
        "提交时间": _at(post.created_at),
        "状态": post.state.label,
        "理由": post.reason.label if post.reason else "",
        "说明": post.remark,
        "决定时间": _at(post.decided_at),
        "决定人": post.decided_by,
        "发布时间": _at(post.published_at),
        "保存到": str(post.keep_until or ""),
        "已报告": _at(post.reported_at),
        "检查": [_check(check) for check in post.checks],
        "微信检查": {"结果": post.platform_check, "编号": post.platform_trace},
        "申诉": [_appeal(one) for one in appeals],
        "操作记录": [_entry(one) for one in entries],
    }


def _check(check: dict[str, Any]) -> dict[str, Any]:
    return {
        "环节": LABELS.get(check["phase"], check["phase"]),
        "结果": Verdict(check["verdict"]).label,
        "说明": check["said"],
        "依据": check["basis"],
    }


def _appeal(appeal: Appeal) -> dict[str, str]:
    return {
        "提出": _at(appeal.made_at),
        "申诉内容": appeal.words,
        "针对": appeal.against,
        "结果": appeal.state.label,
        "复核时间": _at(appeal.decided_at),
        "复核人": appeal.decided_by,
        "说明": appeal.remark,
    }


def _entry(entry: AuditEntry) -> dict[str, Any]:
    """As it is sealed; without number and seal while the sealer has not come to it."""
    return {
        "时间": _at(entry.at),
        "谁": entry.actor,
        "做了": entry.action,
        "之前": entry.before,
        "之后": entry.after,
        "理由": entry.reason,
        "封印序号": entry.number,
        "封印": entry.seal.hex() if entry.seal else "",
    }


def table(found: Sequence[dict[str, Any]]) -> list[tuple[object, ...]]:
    """The same as lines of a spreadsheet, without what repeats."""
    return [tuple(one[name] for name in HEADER) for one in found]


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if moment else ""
