"""What the platform's refusals mean: one table of its codes, and the errors a caller can act on.

PlatformError
├── TemporaryError      later it may work; `retry_at` says when, if the platform's rules tell
├── PermanentError      never for this recipient or this content; the others are not affected
│   └── OversizeError   a file is larger than the caller takes
├── CodeRejected        an OAuth code that is wrong, used or stale: start the sign-in again
├── TechnicalError      our configuration or our request is wrong: stop and tell the operator
│   └── TokenRejected   the access_token is wrong or has run out
└── UncertainError      the request went out and no readable answer came: it may or may not have happened
"""

import re
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from clock import BEIJING
from errors import LinliError

NO_CODE = 0  # network and HTTP failures, which the platform gave no code
BUSY = -1
LONGEST_ERRMSG = 200

_RID = re.compile(r"\s*\brid:\s*([0-9a-f]{8}(?:-[0-9a-f]{8}){2})\s*$")
# An errmsg may quote what was sent; anything as long as an openid or a token is cut out of it.
_SECRET = re.compile(r"[\w-]{24,}")


class Verdict(Enum):
    """What to do about a code."""

    DONE = auto()
    BUSY = auto()
    MINUTE = auto()
    DAY = auto()
    MONTH = auto()
    TOKEN = auto()
    CODE = auto()
    PERMANENT = auto()
    TECHNICAL = auto()


_MEANINGS: dict[Verdict, dict[int, str]] = {
    Verdict.DONE: {45065: "这条消息已经发过", 45081: "已显示正在输入"},
    Verdict.BUSY: {BUSY: "平台繁忙"},
    Verdict.MINUTE: {45011: "本分钟调用太频繁", 45066: "一分钟内重发了同一条消息"},
    Verdict.DAY: {45009: "今天的接口调用次数已用完"},
    Verdict.MONTH: {45028: "本月的群发次数已用完"},
    Verdict.TOKEN: {
        40001: "access_token 不对，或 AppSecret 不对",
        40014: "access_token 无效",
        42001: "access_token 已过期",
    },
    Verdict.CODE: {
        40029: "登录 code 无效",
        40030: "refresh_token 无效",
        40163: "登录 code 已经用过",
        42002: "refresh_token 已过期",
        42003: "登录 code 已过期",
    },
    Verdict.PERMANENT: {
        40003: "openid 不属于这个公众号",
        40226: "平台认定的高风险用户",
        43004: "对方没有关注",
        43019: "对方在黑名单里",
        43101: "对方没有订阅，或订阅次数已用完",
        45015: "对方超过 48 小时没有来信，或已取消关注",
        45047: "这次来信的回复条数已用完",
        45080: "对方 30 秒内没有来信",
        48002: "对方关闭了接收消息",
        49003: "openid 不属于这个公众号",
        50002: "对方账号受限",
        87014: "内容含有违规信息",
    },
    Verdict.TECHNICAL: {
        40007: "media_id 无效或已过期",
        40013: "AppID 不对",
        40016: "一级菜单个数不对",
        40017: "菜单类型不对",
        40018: "菜单名称长度不对",
        40019: "菜单 key 长度不对",
        40020: "菜单网址长度不对",
        40023: "子菜单个数不对",
        40025: "子菜单名称长度不对",
        40032: "一次的 openid 超过 50 个",
        40033: "请求里有 \\u 转义字符",
        40037: "模板不存在或已删除",
        40053: "二维码参数不对，或永久二维码已用完",
        40125: "AppSecret 不对",
        40164: "本机 IP 不在公众号后台的 IP 白名单里",
        40169: "二维码场景值长度不对",
        40243: "AppSecret 已冻结",
        41001: "请求缺少 access_token",
        41028: "form_id 无效",
        41029: "form_id 已用过",
        41030: "小程序页面不存在或未发布",
        43116: "模板内容涉嫌营销",
        45001: "素材大小超限",
        45002: "文字太长",
        45003: "标题太长",
        45004: "描述太长",
        45005: "链接太长",
        45006: "图片链接太长",
        45007: "语音太长",
        45008: "图文条数超限",
        45056: "标签超过 100 个",
        45057: "标签粉丝超过 10 万，不能删除",
        45058: "不能修改系统保留标签",
        45059: "一个人的标签超过 20 个",
        45063: "二维码参数不对",
        45064: "菜单里的小程序没有关联",
        45067: "clientmsgid 太长",
        45072: "输入状态命令不对",
        45157: "标签重名",
        45158: "标签名超过 30 字节",
        45159: "标签编号不对",
        46003: "还没有菜单",
        47001: "请求格式不对",
        47003: "模板参数不对",
        48001: "公众号没有这个接口权限",
        48004: "接口已被封禁",
        48006: "清零次数已用完",
        50001: "没有授权",
        61004: "只有第三方平台可以调用",
        61007: "只有第三方平台可以调用",
        65301: "没有这个个性化菜单",
        65303: "还没有默认菜单",
        65320: "个性化菜单不能按性别、地区、语言区分",
        85079: "小程序还没有发布",
        89503: "需要管理员在手机上确认",
        89506: "管理员已拒绝这个 IP",
        89507: "管理员已拒绝这个 IP，请稍后再申请",
    },
}
VERDICTS = {code: verdict for verdict, codes in _MEANINGS.items() for code in codes}
MEANINGS = {code: meaning for codes in _MEANINGS.values() for code, meaning in codes.items()}


class PlatformError(LinliError):
    """A call that brought no success. Two are equal when kind, code and words are: the `rid` differs every time.

    `rid` is what the platform's support asks for; `meaning` is Chinese, for the operator.
    """

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        found = _RID.search(errmsg)
        self.errcode = errcode
        self.rid = found[1] if found else ""
        self.errmsg = _presentable(errmsg[: found.start()] if found else errmsg)
        super().__init__(f"{errcode} {self.errmsg}".rstrip())

    @property
    def meaning(self) -> str:
        return MEANINGS.get(
            self.errcode, "连不上平台，或平台没有回答" if self.errcode == NO_CODE else "平台没有公布的错误"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlatformError) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[type, int, str]:
        return type(self), self.errcode, self.errmsg


class TemporaryError(PlatformError):
    def __init__(self, errcode: int, errmsg: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(errcode, errmsg)
        self.retry_at = retry_at


class PermanentError(PlatformError):
    pass


class OversizeError(PermanentError):
    pass


class CodeRejected(PlatformError):
    pass


class TechnicalError(PlatformError):
    pass


class TokenRejected(TechnicalError):
    pass


class UncertainError(PlatformError):
    pass


_KINDS = {Verdict.TOKEN: TokenRejected, Verdict.CODE: CodeRejected, Verdict.PERMANENT: PermanentError}


def refusal(errcode: int, errmsg: str, now: datetime) -> PlatformError | None:
    """The error for a code other than 0, or None when the platform had already done what was asked.

    A code that nobody knows is technical: somebody should look at it. Source: wechat-platform §3.2.
    """
    verdict = VERDICTS.get(errcode, Verdict.TECHNICAL)
    if verdict is Verdict.DONE:
        return None
    if verdict in {Verdict.BUSY, Verdict.MINUTE, Verdict.DAY, Verdict.MONTH}:
        return TemporaryError(errcode, errmsg, _retry_at(verdict, now))
    return _KINDS.get(verdict, TechnicalError)(errcode, errmsg)


def _retry_at(verdict: Verdict, now: datetime) -> datetime | None:
    """When a quota is fresh again: the platform counts days and months in Beijing (wechat-platform §3.14)."""
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    match verdict:
        case Verdict.MINUTE:
            return now + timedelta(minutes=1)
        case Verdict.DAY:
            return (midnight + timedelta(days=1)).astimezone(UTC)
        case Verdict.MONTH:
            return (midnight.replace(day=1) + timedelta(days=31)).replace(day=1).astimezone(UTC)
        case _:
            return None


def _presentable(errmsg: str) -> str:
    readable = errmsg.encode(errors="replace").decode()
    return _SECRET.sub("…", readable)[:LONGEST_ERRMSG]
