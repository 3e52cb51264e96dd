"""States of the staff's desk, pure: how enquiries come in and end, what is kept of them, how an alarm goes on."""

from enum import StrEnum


class EnquiryChannel(StrEnum):
    """How an enquiry came in; calls and visits are written down by a worker (代录)."""

    CHAT = "chat"
    PHONE = "phone"
    VISIT = "visit"

    @property
    def label(self) -> str:
        return {"chat": "微信", "phone": "电话", "visit": "来访"}[self]


class EnquiryOutcome(StrEnum):
    """What came of an enquiry that is closed."""

    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    UNREACHED = "unreached"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return {
            "answered": "已答复",
            "elsewhere": "已告知找谁办",
            "unreached": "联系不上",
            "withdrawn": "居民不用了",
            "merged": "并入另一条",
        }[self]


class LineKind(StrEnum):
    """A line of a conversation: the resident's, staff's answer, staff's note to colleagues, or what was done."""

    SAID = "said"
    ANSWER = "answer"
    NOTE = "note"
    DEED = "deed"


class Fetched(StrEnum):
    """What became of a picture or recording, which the platform keeps three days."""

    WAITING = "waiting"
    KEPT = "kept"
    GONE = "gone"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            "waiting": "正在从微信取来",
            "kept": "已保存",
            "gone": "微信平台已删除，没有取到",
            "refused": "太大或格式不对，没有保存",
        }[self]


class AlarmState(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"raised": "没人应答", "acknowledged": "有人在处理", "closed": "已结束"}[self]


class AlarmOutcome(StrEnum):
    """How an emergency ended, as far as staff know."""

    ATTENDED = "attended"
    SAFE = "safe"
    RESCUED = "rescued"
    UNREACHED = "unreached"
    FALSE = "false"

    @property
    def label(self) -> str:
        return {
            "attended": "已到场处理",
            "safe": "已联系本人，平安",
            "rescued": "已转120、119或110",
            "unreached": "联系不上，已上门查看",
            "false": "误报",
        }[self]


class Ring(StrEnum):
    """What became of a call to somebody on duty; UNCERTAIN is also what it is until the gateway has answered."""

    TAKEN = "taken"
    FAILED = "failed"
    UNCERTAIN = "uncertain"

    @property
    def label(self) -> str:
        return {"taken": "已拨打", "failed": "没有拨出", "uncertain": "不确定是否拨出"}[self]


class Missed(StrEnum):
    """Why a question stands on the list of what to write next."""

    UNKNOWN = "unknown"
    NOT_AMONG = "not_among"
    NOT_HELPED = "not_helped"

    @property
    def label(self) -> str:
        return {"unknown": "没有答案", "not_among": "猜的三个都不是", "not_helped": "答了没帮上"}[self]
