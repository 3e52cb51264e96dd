"""What moderation tells authors, reporters and participants; what a phase refuses for stands beside it in `phases`."""

from datetime import datetime

from clock import BEIJING
from models.deliberation import AppealState, PostKind, PostState
from models.participation import Appeal, Measure, Post

NOT_YOURS = "没有找到您的这条发言。"
APPEALED = "这件事已经申诉过了，结果会告诉您。"
HOW_TO_APPEAL = "不服可以回复「申诉」，由另一位工作人员复核。"
_SHOWN = 60
_LISTED = 16


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


OWN = "您最近的发言，回复编号看处理结果："
NOTHING_SAID = "您还没有发言。"
CHOOSE = "请回复前面的编号。"
CONFIRM_EXPECTED = "请回复「确认」提交，或回复「取消」。"
WITHDRAWING = "撤回以后，别人就看不到了。\n回复「确认」撤回。"
NOTHING_TO_APPEAL = "您没有被退回、被隐藏的发言，不用申诉。"
WAITS = "您的申诉已经提交过，结果会告诉您。"
WHICH_APPEAL = "您对哪一件不服？请回复编号："
WHY = "请用一句话说明理由，最多200个字。"


def own_line(post: Post) -> str:
    """A line of a list: state, kind and the beginning."""
    beginning = post.text.replace("\n", " ")[:_LISTED]
    return f"{post.state.label}：{beginning or post.kind.label}{'…' if len(post.text) > _LISTED else ''}（{post.id}号）"


def own_post(post: Post) -> str:
    """One's own text with what became of it."""
    lines = [f"{post.id}号{post.kind.label}，{post.state.label}。", post.text or "（内容已清空）"]
    if post.reason:
        lines.append(f"理由：{post.reason.label}。")
    if post.remark:
        lines.append(f"说明：{post.remark}")
    if post.rewritten:
        lines.append(f"改正前的原文：{post.rewritten}")
    if post.state is PostState.HELD and post.due_at:
        lines.append(f"工作人员在{moment(post.due_at)}前看。")
    return "\n".join(lines)


def take_back(post: Post) -> str:
    return f"撤回{post.id}号"


def silenced_line(measure: Measure) -> str:
    return f"禁言到{moment(measure.ends_at)}：{measure.reason.label}（禁言{measure.id}号）"


def withdrawn(number: int) -> str:
    return f"{number}号已撤回。"


def appealing(words: str) -> str:
    return f"您的申诉：{words}\n由另一位工作人员复核。\n回复「确认」提交。"


def appealed(appeal: Appeal) -> str:
    due = f"{appeal.due_on.month}月{appeal.due_on.day}日"
    return f"申诉已提交，申诉号{appeal.id}。\n{due}前由另一位工作人员复核。\n结果会告诉您。"


def name_wanted(now: str) -> str:
    known = f"您现在的昵称是「{now}」。" if now else "您还没有昵称。"
    return f"{known}\n发言时只显示昵称，不显示姓名。\n请发送新的昵称，最多12个字。"


def naming(name: str) -> str:
    return f"昵称：{name}\n工作人员看过以后启用。\n回复「确认」提交。"


def name_waits(name: str) -> str:
    return f"昵称「{name}」已提交。\n工作人员看过以后启用，结果会告诉您。"
