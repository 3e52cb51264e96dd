"""What is held of somebody's part in public talk, for the export of one's own data."""

from datetime import datetime
from typing import Any

from clock import BEIJING
from models.consultations import Endorsement
from models.participation import Appeal, Measure, Participant, Post
from models.statements import Stance

STANCES = {1: "同意", 0: "说不好", -1: "不同意"}


async def public_talk(account_id: int) -> dict[str, Any]:
    """Texts, stances, endorsements, measures and appeals of the person behind an account."""
    people = [one.id for one in await Participant.filter(account_id=account_id)] or [0]
    stances = Stance.filter(participant_id__in=people).order_by("id").select_related("statement__post")
    backed = Endorsement.filter(participant_id__in=people).order_by("id").select_related("consultation")
    return {
        "昵称": [one.nickname for one in await Participant.filter(id__in=people) if one.nickname],
        "发言": [_post(one) for one in await Post.filter(author_id__in=people).order_by("id")],
        "表态": [
            {"时间": _at(one.taken_at), "观点": one.statement.post.text, "立场": STANCES.get(one.value, "")}
            for one in await stances
        ],
        "附议": [{"时间": _at(one.made_at), "议题": one.consultation.title} for one in await backed],
        "禁言": [
            {"从": _at(one.starts_at), "到": _at(one.ends_at), "理由": one.reason.label, "说明": one.remark}
            for one in await Measure.filter(participant_id__in=people).order_by("id")
        ],
        "申诉": [
            {"时间": _at(one.made_at), "内容": one.words, "结果": one.state.label, "说明": one.remark}
            for one in await Appeal.filter(post__author_id__in=people).order_by("id")
        ],
    }


def _post(post: Post) -> dict[str, str]:
    return {
        "编号": str(post.id),
        "时间": _at(post.created_at),
        "种类": post.kind.label,
        "内容": post.text,
        "改正前": post.rewritten,
        "状态": post.state.label,
        "理由": post.reason.label if post.reason else "",
        "说明": post.remark,
    }


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else ""
