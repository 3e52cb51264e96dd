"""Every life-cycle and kind on one page, pure; a value is the word stored, its `label` the word on Chinese screens."""

from enum import StrEnum


class Level(StrEnum):
    """From the top down; a city may stand above districts."""

    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"

    @property
    def label(self) -> str:
        return {"city": "市", "district": "区", "subdistrict": "街道", "community": "社区"}[self]

    @property
    def sees_all(self) -> bool:
        """Whether what belongs to no place is theirs to look at: a district's, or a city's above it."""
        return self in (Level.CITY, Level.DISTRICT)


class MemberRole(StrEnum):
    """How a person stands to a dwelling (domain.md §2.2)."""

    OWNER = "owner"
    FAMILY = "family"
    TENANT = "tenant"
    GUEST = "guest"

    @property
    def label(self) -> str:
        return {"owner": "业主", "family": "业主家人", "tenant": "租户", "guest": "借住"}[self]


class BindingState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {"pending": "待审核", "active": "已登记", "refused": "已退回", "ended": "已解除"}[self]


class ConsentPurpose(StrEnum):
    """What somebody agreed to; all but the first are sensitive and asked for apart (《个人信息保护法》第二十九条)."""

    RESIDENCY = "residency"
    HEALTH = "health"
    WELFARE = "welfare"
    MINOR = "minor"

    @property
    def label(self) -> str:
        return {"residency": "登记住址", "health": "健康信息", "welfare": "救助信息", "minor": "未成年人信息"}[self]


class DelegationState(StrEnum):
    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return {"asked": "待确认", "active": "代办中", "refused": "未同意", "ended": "已停止", "expired": "已到期"}[
            self
        ]


class CorrectionKind(StrEnum):
    """What of a register somebody says is wrong; STRANGER is 「不是我家人」."""

    NAME = "name"
    PHONE = "phone"
    MEMBERS = "members"
    ADDRESS = "address"
    STRANGER = "stranger"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "name": "姓名有误",
            "phone": "电话有误",
            "members": "家庭成员有误",
            "address": "住址有误",
            "stranger": "不是我家人",
            "other": "其他",
        }[self]


class CorrectionState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"pending": "待处理", "accepted": "已更正", "refused": "未更正"}[self]


class StaffRole(StrEnum):
    ADMIN = "admin"
    APPROVER = "approver"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    WORKER = "worker"
    GRID_WORKER = "grid_worker"
    MODERATOR = "moderator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return {
            "admin": "管理员",
            "approver": "批准人",
            "reviewer": "审核人",
            "editor": "编辑",
            "worker": "社区工作者",
            "grid_worker": "网格员",
            "moderator": "议事管理员",
            "supervisor": "督办员",
            "auditor": "审计员",
        }[self]


class PollKind(StrEnum):
    """Who votes and how it is counted (domain.md §2.3); each kind has a preset in `handlers.votes.terms`."""

    OPINION = "opinion"
    HOUSEHOLD = "household"
    SCORE = "score"
    DELEGATES = "delegates"
    OWNERS = "owners"

    @property
    def label(self) -> str:
        return {
            "opinion": "居民意见征集",
            "household": "户代表表决",
            "score": "打分评议",
            "delegates": "居民代表会议",
            "owners": "业主表决",
        }[self]


class Electorate(StrEnum):
    """Whose voices a roll lists: one for each adult resident, household or owner, or for each person on a list."""

    RESIDENT = "resident"
    HOUSEHOLD = "household"
    OWNER = "owner"
    LISTED = "listed"

    @property
    def label(self) -> str:
        return {"resident": "居民", "household": "户代表", "owner": "业主", "listed": "居民代表"}[self]


class LegalEffect(StrEnum):
    """What a result binds (domain.md §2.3): asking for opinions, sounding intentions, or a decision in law."""

    CONSULTATIVE = "consultative"
    INDICATIVE = "indicative"
    STATUTORY = "statutory"

    @property
    def label(self) -> str:
        return {"consultative": "征求意见", "indicative": "意向征询", "statutory": "法定"}[self]


class PollState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    ANNOUNCED = "announced"
    OPEN = "open"
    COUNTING = "counting"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    SUSPENDED = "suspended"

    @property
    def label(self) -> str:
        return {
            "draft": "草稿",
            "review": "待审核",
            "announced": "公示中",
            "open": "投票中",
            "counting": "计票中",
            "published": "结果公示",
            "archived": "已归档",
            "suspended": "已中止",
        }[self]


class CastChannel(StrEnum):
    CHAT = "chat"
    PAGE = "page"
    PAPER = "paper"
    DOOR = "door"

    @property
    def label(self) -> str:
        return {"chat": "微信", "page": "网页", "paper": "纸质票", "door": "上门"}[self]


class BoxSource(StrEnum):
    """Where totals that were not cast here come from: a box of secret papers, or the authority's own system."""

    PAPER = "paper"
    OFFICIAL = "official"

    @property
    def label(self) -> str:
        return {"paper": "纸质票箱", "official": "官方系统或会议"}[self]


class PollPaper(StrEnum):
    """What a file of a vote is."""

    ATTACHMENT = "attachment"
    POSTED = "posted"
    COUNT_SHEET = "count_sheet"
    BALLOT = "ballot"

    @property
    def label(self) -> str:
        return {"attachment": "附件", "posted": "张贴照片", "count_sheet": "计票单", "ballot": "纸质票照片"}[self]


class EnquiryState(StrEnum):
    WAITING = "waiting"
    HELD = "held"
    SNOOZED = "snoozed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"waiting": "待接手", "held": "处理中", "snoozed": "稍后处理", "closed": "已结束"}[self]


class ArticleState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"published": "在用", "withdrawn": "已停用"}[self]


class Delivered(StrEnum):
    """What became of a message; UNKNOWN also until the platform has answered, LEFT waits until the resident writes."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    LEFT = "left"

    @property
    def label(self) -> str:
        return {"sent": "已发出", "failed": "没有发出", "unknown": "不确定是否发出", "left": "等居民来信时给他看"}[self]


class FilePurpose(StrEnum):
    """What somebody uploaded a file for; the purpose decides what it may be and who may read it."""

    LEDGER = "ledger"
    EXPORT = "export"
    PAPER = "paper"
    CONVERSATION = "conversation"
    VOTE = "vote"
    NOTICE = "notice"
    MEETING = "meeting"
    MINUTES = "minutes"

    @property
    def label(self) -> str:
        return {
            "ledger": "待导入的台账",
            "export": "导出的表格",
            "paper": "证明材料",
            "conversation": "留言附件",
            "vote": "投票材料",
            "notice": "通知附件",
            "meeting": "会议签字页",
            "minutes": "公开的会议材料",
        }[self]
