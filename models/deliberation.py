"""States of public talk, pure: a consultation's stages, what residents write and what moderation makes of it."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a consultation stands (domain.md §2.4); DECLINED and MERGED end one that was not taken up by itself."""

    COLLECTING = "collecting"
    REVIEW = "review"
    POSTED = "posted"
    DELIBERATING = "deliberating"
    DECIDING = "deciding"
    CARRYING_OUT = "carrying_out"
    APPRAISAL = "appraisal"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return {
            "collecting": "收集议题",
            "review": "审题",
            "posted": "公示邀请",
            "deliberating": "协商",
            "deciding": "表决或共识",
            "carrying_out": "公示落实",
            "appraisal": "监督评议",
            "closed": "已办结",
            "declined": "未列入议事",
            "merged": "已合并",
        }[self]


class StepKind(StrEnum):
    """A line of a consultation's public timeline: how it came to the stage that it names."""

    PROPOSED = "proposed"
    ADVANCED = "advanced"
    SKIPPED = "skipped"
    SHORTENED = "shortened"
    EXTENDED = "extended"
    MERGED = "merged"
    SPLIT = "split"
    DECLINED = "declined"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return {
            "proposed": "提出",
            "advanced": "进入下一步",
            "skipped": "跳过",
            "shortened": "缩短",
            "extended": "延长",
            "merged": "合并",
            "split": "拆分",
            "declined": "未列入议事",
            "reopened": "未落实，重新办理",
        }[self]


class NotForUs(StrEnum):
    """Why a proposal can't be a matter of consultation (domain.md §2.4)."""

    LEGAL_WAY = "legal_way"
    PRIVATE = "private"
    UNLAWFUL = "unlawful"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        return {
            "legal_way": "应走法定途径",
            "private": "属于单位或个人私事",
            "unlawful": "内容违法",
            "elsewhere": "不归本社区管",
        }[self]


class DecisionKind(StrEnum):
    CONSENSUS = "consensus"
    POLL = "poll"

    @property
    def label(self) -> str:
        return {"consensus": "协商意见书", "poll": "投票表决"}[self]


class PostKind(StrEnum):
    """What a resident wrote for others to read."""

    STATEMENT = "statement"
    REPLY = "reply"
    PROPOSAL = "proposal"
    QUESTION = "question"
    NICKNAME = "nickname"

    @property
    def label(self) -> str:
        return {
            "statement": "观点",
            "reply": "回复",
            "proposal": "议题",
            "question": "访谈提问",
            "nickname": "昵称",
        }[self]


class PostState(StrEnum):
    """People look first (先审后发); RETURNED was never shown, HIDDEN was and is no more, WITHDRAWN by its author."""

    HELD = "held"
    PUBLISHED = "published"
    RETURNED = "returned"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "held": "待审核",
            "published": "已发布",
            "returned": "已退回",
            "hidden": "已隐藏",
            "withdrawn": "本人撤回",
        }[self]


class ModerationReason(StrEnum):
    """Why a text may not stand; that it criticises the committee is none (domain.md §2.4)."""

    ABUSE = "abuse"
    PRIVACY = "privacy"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    UNLAWFUL = "unlawful"
    REPETITION = "repetition"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        return {
            "abuse": "人身攻击",
            "privacy": "泄露隐私",
            "advertising": "广告",
            "off_topic": "与议题无关",
            "unlawful": "内容违法",
            "repetition": "重复",
            "unreadable": "看不懂或一条里有几件事",
        }[self]


class AppealState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"open": "待复核", "granted": "申诉成立", "refused": "维持原处理"}[self]


class InterviewState(StrEnum):
    ANNOUNCED = "announced"
    LIVE = "live"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"announced": "征集问题", "live": "正在访谈", "ended": "已结束", "cancelled": "已取消"}[self]
