"""What residents are told without having asked: who joined, what was decided, when a lease ends."""

from models.states import CorrectionKind, CorrectionState

_NOT_ME = "不是您本人的事，请回复「人工」。"


def joined(name: str, role: str, address: str) -> str:
    """To those who are registered already; `name` is masked."""
    return f"{name}刚登记为您家的{role}。\n住址：{address}\n不是家人请回复「不是我家人」。"


def granted(address: str, standing: str, number: int) -> str:
    return f"您的登记已通过。\n住址：{address}\n身份：{standing}\n登记号：{number}"


def refused(address: str, reason: str, phone: str) -> str:
    lines = (f"您的登记没有通过。\n住址：{address}\n原因：{reason}", phone and f"有疑问请打社区电话：{phone}")
    return "\n".join(filter(None, lines))


def replaced(address: str) -> str:
    """To the former WeChat account of somebody who has changed to another."""
    return f"您的登记已转到新的微信号。\n住址：{address}\n{_NOT_ME}"


def moved(before: str, after: str, reason: str) -> str:
    return f"社区更正了您的登记。\n原来：{before}\n现在：{after}\n原因：{reason}\n有疑问请回复「人工」。"


def ended(address: str, reason: str) -> str:
    return f"社区解除了您的登记。\n住址：{address}\n原因：{reason}\n有疑问请回复「人工」。"


def lease_ending(address: str, ends_on: str) -> str:
    return f"您的租约{ends_on}到期。\n住址：{address}\n还接着住，请回复「续租」。\n不续，到期后登记自动解除。"


def lease_over(address: str) -> str:
    return f"您的租约已到期，登记已解除。\n住址：{address}\n还住在那里，请回复「绑定」再登记。"


def correction(number: int, kind: CorrectionKind, state: CorrectionState, answer: str) -> str:
    return f"您的更正有结果了。\n更正号：{number}\n事项：{kind.label}\n结果：{state.label}\n答复：{answer}"
