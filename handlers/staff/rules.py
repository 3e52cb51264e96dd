"""What each staff role may do, and what makes a login or a password acceptable."""

import re
from dataclasses import dataclass
from enum import StrEnum

from errors import Forbidden, Invalid
from models.states import Level, StaffRole

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
LONGEST_NAME = 40
LONGEST_REASON = 100
_LOGIN = re.compile(r"[a-z0-9_.-]{3,40}")
_AWFUL = frozenset(
    [
        *("00000000", "11111111", "66666666", "88888888", "12341234", "12345678", "123456789", "1234567890"),
        *("87654321", "98765432", "987654321", "1q2w3e4r", "1qaz2wsx", "a1234567", "aa123456", "abc12345", "abcd1234"),
        *("abcdefgh", "admin123", "admin888", "iloveyou", "password", "password1", "passw0rd", "qwer1234", "qwerty123"),
        *("qwertyui", "woaini1314", "woaini520"),
    ]
)


class Permission(StrEnum):
    """One thing a role may do on the panel; reading and writing are named apart."""

    VOTES_VIEW = "votes_view"
    VOTES_EDIT = "votes_edit"
    VOTES_REVIEW = "votes_review"
    VOTES_PUBLISH = "votes_publish"
    VOTES_RECORD = "votes_record"
    VOTES_COUNT = "votes_count"
    VOTES_ROLL = "votes_roll"
    NOTICES_VIEW = "notices_view"
    NOTICES_EDIT = "notices_edit"
    NOTICES_REVIEW = "notices_review"
    NOTICES_SEND = "notices_send"
    NOTICES_REACH = "notices_reach"
    BINDINGS_VIEW = "bindings_view"
    BINDINGS_DECIDE = "bindings_decide"
    ORGANISATION_VIEW = "organisation_view"
    ORGANISATION_EDIT = "organisation_edit"
    DWELLINGS_VIEW = "dwellings_view"
    RESIDENTS_VIEW = "residents_view"
    RESIDENTS_EDIT = "residents_edit"
    RESIDENTS_REVEAL = "residents_reveal"
    RESIDENTS_EXPORT = "residents_export"
    DELEGATIONS_VIEW = "delegations_view"
    DELEGATIONS_DECIDE = "delegations_decide"
    IMPORT_RUN = "import_run"
    LETTERS_PRINT = "letters_print"
    INBOX_VIEW = "inbox_view"
    INBOX_ANSWER = "inbox_answer"
    CONSULTATIONS_VIEW = "consultations_view"
    CONSULTATIONS_EDIT = "consultations_edit"
    CONSULTATIONS_DECIDE = "consultations_decide"
    MODERATION_VIEW = "moderation_view"
    MODERATION_DECIDE = "moderation_decide"
    INTERVIEWS_VIEW = "interviews_view"
    INTERVIEWS_EDIT = "interviews_edit"
    ARTICLES_VIEW = "articles_view"
    ARTICLES_EDIT = "articles_edit"
    AUDIT_VIEW = "audit_view"
    STAFF_EDIT = "staff_edit"
    SETTINGS_EDIT = "settings_edit"

    @property
    def label(self) -> str:
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    "votes_view": "看投票",
    "votes_edit": "写投票草稿",
    "votes_review": "审核投票草稿",
    "votes_publish": "发布投票",
    "votes_record": "录入纸票和上门票",
    "votes_count": "计票",
    "votes_roll": "核对投票名册，答复异议",
    "notices_view": "看通知",
    "notices_edit": "写通知草稿",
    "notices_review": "审核通知草稿",
    "notices_send": "发送、更正和撤回通知",
    "notices_reach": "看没送到的人，登记上门和电话告知",
    "bindings_view": "看住址登记",
    "bindings_decide": "审核住址登记",
    "organisation_view": "看机构和网格",
    "organisation_edit": "改机构和网格",
    "dwellings_view": "看户室",
    "residents_view": "看居民（姓名、电话遮住一部分）",
    "residents_edit": "改居民资料",
    "residents_reveal": "看完整姓名和电话（要验证码，有记录）",
    "residents_export": "导出居民",
    "delegations_view": "看代办",
    "delegations_decide": "审核代办",
    "import_run": "导入台账",
    "letters_print": "印入户通知单",
    "inbox_view": "看居民留言",
    "inbox_answer": "回复居民留言",
    "consultations_view": "看议事",
    "consultations_edit": "写议题、会议记录和任务",
    "consultations_decide": "审题，推进、决定和公布议事",
    "moderation_view": "看居民发言的审核",
    "moderation_decide": "审核居民发言",
    "interviews_view": "看主任访谈",
    "interviews_edit": "办主任访谈，答问题",
    "articles_view": "看问答文章",
    "articles_edit": "写问答文章",
    "audit_view": "看操作记录",
    "staff_edit": "管理工作人员账号",
    "settings_edit": "改设置",
}


_P = Permission
_READS = frozenset({_P.VOTES_VIEW, _P.NOTICES_VIEW, _P.CONSULTATIONS_VIEW, _P.INTERVIEWS_VIEW})
"""What everybody at the panel may look at."""
_CONSULTS = frozenset({_P.CONSULTATIONS_EDIT, _P.INTERVIEWS_EDIT})
_MODERATES = frozenset({_P.MODERATION_VIEW, _P.MODERATION_DECIDE})
# Editor drafts, reviewer reviews, approver publishes: three people see a text before residents do (三审三校,
# domain.md §5).
PERMISSIONS: dict[StaffRole, frozenset[Permission]] = {
    # Whoever hands out rights does not also judge how they were used (wechat-platform.md §5.1, articles 51 and 54).
    StaffRole.ADMIN: frozenset(Permission) - {_P.AUDIT_VIEW},
    StaffRole.APPROVER: frozenset(
        {
            *_READS,
            _P.VOTES_PUBLISH,
            _P.VOTES_COUNT,
            _P.VOTES_ROLL,
            _P.NOTICES_SEND,
            _P.DWELLINGS_VIEW,
            _P.ORGANISATION_VIEW,
            _P.CONSULTATIONS_DECIDE,
            _P.MODERATION_VIEW,
        }
    ),
    StaffRole.REVIEWER: frozenset({*_READS, *_MODERATES, _P.VOTES_REVIEW, _P.NOTICES_REVIEW, _P.DWELLINGS_VIEW}),
    StaffRole.EDITOR: frozenset(
        {
            *_READS,
            _P.VOTES_EDIT,
            _P.VOTES_RECORD,
            _P.VOTES_ROLL,
            _P.NOTICES_EDIT,
            _P.NOTICES_REACH,
            _P.DWELLINGS_VIEW,
            _P.ARTICLES_VIEW,
            _P.ARTICLES_EDIT,
            *_CONSULTS,
        }
    ),
    StaffRole.WORKER: frozenset(
        {
            *_READS,
            _P.VOTES_RECORD,
            _P.VOTES_ROLL,
            _P.NOTICES_REACH,
            _P.BINDINGS_VIEW,
            _P.BINDINGS_DECIDE,
            _P.ORGANISATION_VIEW,
            _P.DWELLINGS_VIEW,
            _P.RESIDENTS_VIEW,
            _P.RESIDENTS_EDIT,
            _P.RESIDENTS_REVEAL,
            _P.DELEGATIONS_VIEW,
            _P.DELEGATIONS_DECIDE,
            _P.LETTERS_PRINT,
            _P.INBOX_VIEW,
            _P.INBOX_ANSWER,
            _P.ARTICLES_VIEW,
            _P.ARTICLES_EDIT,
            *_CONSULTS,
            *_MODERATES,
        }
    ),
    StaffRole.GRID_WORKER: frozenset(
        {
            *_READS,
            _P.VOTES_RECORD,
            _P.NOTICES_REACH,
            _P.BINDINGS_VIEW,
            _P.DWELLINGS_VIEW,
            _P.DELEGATIONS_VIEW,
            _P.ORGANISATION_VIEW,
            _P.INBOX_VIEW,
            _P.INBOX_ANSWER,
            _P.ARTICLES_VIEW,
        }
    ),
    StaffRole.MODERATOR: _READS | _MODERATES,
    StaffRole.SUPERVISOR: frozenset(
        {*_READS, _P.DWELLINGS_VIEW, _P.ORGANISATION_VIEW, _P.INBOX_VIEW, _P.MODERATION_VIEW}
    ),
    StaffRole.AUDITOR: frozenset(
        {
            *_READS,
            _P.BINDINGS_VIEW,
            _P.ORGANISATION_VIEW,
            _P.DWELLINGS_VIEW,
            _P.RESIDENTS_VIEW,
            _P.DELEGATIONS_VIEW,
            _P.AUDIT_VIEW,
            _P.MODERATION_VIEW,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone at the panel; `code` is their organisation's, and the codes of all they answer for begin with it."""

    login: str
    name: str
    role: StaffRole
    code: str
    level: Level
    organisation: str = ""
    second_factor: bool = False
    must_change_password: bool = False

    @property
    def actor(self) -> str:
        """How the audit trail names this person."""
        return f"staff:{self.login}"

    def may(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless this role has the permission."""
        if not self.may(permission):
            raise Forbidden

    def sees(self, code: str) -> bool:
        return code.startswith(self.code)

    def answers_for(self, place: str) -> bool:
        """Whether a branch's matters are this person's; those of no branch, an empty code, are the districts'."""
        return self.sees(place) if place else self.level.sees_all


def needs_second_factor(role: StaffRole) -> bool:
    """Whoever hands out rights, judges their use, or may see people unmasked signs in with a second factor."""
    held = PERMISSIONS[role]
    return not held.isdisjoint({Permission.STAFF_EDIT, Permission.AUDIT_VIEW, Permission.RESIDENTS_REVEAL})


def check_name(name: str) -> None:
    """Raise Invalid unless there is a name of at most 40 characters."""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"请填写姓名，最多{LONGEST_NAME}个字。")


def check_reason(reason: str) -> None:
    """Raise Invalid unless there is a reason of at most 100 characters."""
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(f"请填写原因，最多{LONGEST_REASON}个字。")


def check_login(login: str) -> None:
    """Raise Invalid unless the login is 3 to 40 of a–z, 0–9, `_`, `.` and `-`."""
    if not _LOGIN.fullmatch(login):
        raise Invalid("账号要3到40个字符，只用小写字母、数字和 _ . -。")


def check_password(password: str, login: str) -> None:
    """Raise Invalid when the password is too short, too long, the login itself or among the first that are tried."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(f"密码要{SHORTEST_PASSWORD}到{LONGEST_PASSWORD}个字符。")
    if password.lower() in _AWFUL or password.lower() == login:
        raise Invalid("这个密码太容易猜到，请换一个。")
