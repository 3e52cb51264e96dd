"""Life-cycle enums of notices and of outreach: what is told, by which path, and what became of it."""

from enum import StrEnum


class NoticeClass(StrEnum):
    """What a notice is (domain.md §2.10)."""

    URGENT = "urgent"
    CONVENIENCE = "convenience"
    POLICY = "policy"
    POSTING = "posting"
    ACTIVITY = "activity"
    RECRUITMENT = "recruitment"
    OPEN_AFFAIRS = "open_affairs"
    LOST_FOUND = "lost_found"
    WORK = "work"

    @property
    def label(self) -> str:
        return {
            "urgent": "紧急",
            "convenience": "便民",
            "policy": "政策",
            "posting": "公示",
            "activity": "活动",
            "recruitment": "招募",
            "open_affairs": "居务公开",
            "lost_found": "寻物招领",
            "work": "工作通知",
        }[self]


class NoticeState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    SENT = "sent"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "review": "审核中", "sent": "已发布", "withdrawn": "已撤回"}[self]


class Repeat(StrEnum):
    """When a notice is sent again by itself: every week or month until its end, or so many days before that."""

    NEVER = "never"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    DAY_BEFORE = "day_before"
    THREE_DAYS_BEFORE = "three_days_before"
    WEEK_BEFORE = "week_before"

    @property
    def label(self) -> str:
        return {
            "never": "不再发",
            "weekly": "每周再发",
            "monthly": "每月再发",
            "day_before": "结束前1天再发",
            "three_days_before": "结束前3天再发",
            "week_before": "结束前7天再发",
        }[self]


class CampaignState(StrEnum):
    """SCHEDULED waits for its time; OVERDUE has missed it and asks; RUNNING and PAUSED may change until DONE."""

    SCHEDULED = "scheduled"
    OVERDUE = "overdue"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "scheduled": "定时待发",
            "overdue": "过了时间，等确认",
            "running": "发送中",
            "paused": "已暂停",
            "done": "已发完",
            "cancelled": "已取消",
        }[self]


class Purpose(StrEnum):
    """What a message is about; the platform's templates are mapped to these."""

    NOTICE = "notice"
    POLL_OPEN = "poll_open"
    POLL_REMINDER = "poll_reminder"
    POLL_RESULT = "poll_result"

    @property
    def label(self) -> str:
        return {
            "notice": "社区通知",
            "poll_open": "投票开始",
            "poll_reminder": "投票提醒",
            "poll_result": "投票结果",
        }[self]


class Path(StrEnum):
    """How a person is told, in the order in which it is tried; CALL and PAPER are done by people."""

    CUSTOMER = "customer"
    STANDING = "standing"
    CREDIT = "credit"
    TEMPLATE = "template"
    MASS = "mass"
    SMS = "sms"
    CALL = "call"
    PAPER = "paper"

    @property
    def label(self) -> str:
        return {
            "customer": "公众号消息",
            "standing": "长期订阅通知",
            "credit": "一次性订阅通知",
            "template": "模板消息",
            "mass": "公众号群发",
            "sms": "短信",
            "call": "打电话",
            "paper": "上门或张贴",
        }[self]

    @property
    def bit(self) -> int:
        """The path's place in a set of paths that is kept as one number."""
        return 1 << list(Path).index(self)

    @property
    def by_machine(self) -> bool:
        return self not in (Path.CALL, Path.PAPER)


class DeliveryState(StrEnum):
    """CREATED and TEMPORARY wait for their next try; SENDING is under way; SENT was taken by the path.

    PERMANENT and TECHNICAL have no path left and stand on the list of whom nobody reached; UNCERTAIN may have arrived
    and is never sent again.
    """

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    TECHNICAL = "technical"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "created": "待发",
            "sending": "发送中",
            "sent": "已发出",
            "delivered": "已送达",
            "read": "已读",
            "temporary": "稍后再试",
            "permanent": "没有送到",
            "technical": "设置有误，没有送到",
            "uncertain": "可能已收到",
            "cancelled": "已取消",
        }[self]


class AttemptOutcome(StrEnum):
    """What a try by one path came to; none while it is under way."""

    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    TECHNICAL = "technical"
    UNCERTAIN = "uncertain"


class TemplateKind(StrEnum):
    """Which of the platform's messages a template id is for (wechat-platform.md §3.7, §3.8)."""

    STANDING = "standing"
    CREDIT = "credit"
    TEMPLATE = "template"

    @property
    def label(self) -> str:
        return {"standing": "长期订阅", "credit": "一次性订阅", "template": "模板消息"}[self]
