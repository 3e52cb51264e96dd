"""What moderation tells authors, reporters and participants; what a phase refuses for stands beside it in `phases`."""

from datetime import datetime

from clock import BEIJING
from models.deliberation import AppealState, PostKind, PostState
from models.participation import Appeal, Measure, Post

NOT_YOURS = "没有找到您的这条发言。"
APPEALED = "这件事已经申诉过了，结果会告诉您。"
HOW_TO_APPEAL = "不服可以回复「申诉」，由另一位工作人员复核。"
_SHOWN = 60


def moment(at: datetime) -> str:
    """「12月3日17:30」 in Beijing."""
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    plain = text.replace("\n", " ")
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def why(post: Post) -> str:
    """The reason as it stands on screens; empty where there is none."""
    return post.reason.label if post.reason else ""


def decided(post: Post) -> str:
    """What became of a text."""
    subject = f"您的{post.kind.label}「{short(post.text)}」"
    if post.state is PostState.PUBLISHED:
        done = "已启用" if post.kind is PostKind.NICKNAME else "已发布"
        return f"{subject}{done}。" + (f"\n说明：{post.remark}" if post.remark else "")
    done = "没有通过" if post.state is PostState.RETURNED else "已隐藏，别人看不到了"
    return f"{subject}{done}。\n理由：{why(post)}。\n说明：{post.remark}\n{HOW_TO_APPEAL}"


def rectified(post: Post) -> str:
    return (
        f"您的{post.kind.label}改正后发布了。\n原文：{short(post.rewritten)}\n发布：{short(post.text)}\n"
        f"理由：{why(post)}。\n说明：{post.remark}"
    )


def hidden_line(post: Post) -> str:
    """What stands on a page in the place of a hidden text."""
    return f"一条{post.kind.label}因{why(post)}被隐藏"


def appeal_decided(what: str, appeal: Appeal) -> str:
    done = {
        AppealState.GRANTED: "禁言已解除" if appeal.measure_id else "已恢复发布",
        AppealState.REFUSED: "维持原来的处理",
    }[appeal.state]
    return f"您对{what}的申诉有结果了：{appeal.state.label}。\n{done}。\n说明：{appeal.remark}"


def silenced(measure: Measure, place: str) -> str:
    return (
        f"您在{place}的发言停到{moment(measure.ends_at)}，到时自动恢复。\n理由：{measure.reason.label}。\n"
        f"说明：{measure.remark}\n{HOW_TO_APPEAL}"
    )


def lifted(place: str) -> str:
    return f"您在{place}可以发言了，禁言已提前解除。"
