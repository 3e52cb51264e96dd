"""The audit trail in words: who did what to which thing, when, from which state to which, and why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from admin.access import Visit, require
from clock import BEIJING
from handlers.audit import queries
from handlers.staff import queries as staff
from handlers.staff.rules import Permission, Viewer
from models.audit import AuditEntry
from models.reach import NoticeState
from models.states import BindingState, CorrectionState, DelegationState, EnquiryState, PollState, StaffRole
from web.forms import LONGEST_SEARCH, one_line, page_after, row_id

AUDIT = "/admin/audit"
PAGE = 50
SHOWN_OF_A_SEAL = 8
FIELDS = ("q", "deed", "who", "place", "since", "until")
DEEDS = {
    "poll.draft": "起草投票",
    "poll.load": "导入投票",
    "poll.edit": "修改投票草稿",
    "poll.submit": "提交审核投票",
    "poll.review": "审核通过投票",
    "poll.return": "退回投票草稿",
    "poll.publish": "发布投票",
    "poll.add_voice": "名册增加",
    "poll.strike_voice": "名册划去",
    "poll.open": "开始投票",
    "poll.close": "截止投票",
    "poll.count": "计票",
    "poll.certify": "确认投票结果",
    "poll.extend": "延期投票",
    "poll.suspend": "中止投票",
    "poll.correct": "更正投票说明",
    "poll.archive": "归档投票",
    "poll.tick": "登记领纸票",
    "poll.untick": "取消领票登记",
    "poll.paper": "录入纸票",
    "poll.enter_box": "录入票箱",
    "poll.sign_box": "签字确认票箱",
    "poll.withdraw_box": "撤回票箱",
    "poll.object": "名册异议",
    "poll.take": "打印或下载投票材料",
    "poll.file": "存投票材料",
    "poll.unfile": "删除投票附件",
    "poll.answer": "答复名册异议",
    "notice.draft": "起草通知",
    "notice.load": "导入通知",
    "notice.edit": "修改通知草稿",
    "notice.submit": "提交审核通知",
    "notice.review": "审核通过通知",
    "notice.return": "退回通知草稿",
    "notice.test": "试发通知",
    "notice.send": "发送通知",
    "notice.correct": "更正通知",
    "notice.withdraw": "撤回通知",
    "notice.file": "存通知附件",
    "notice.unfile": "删除通知附件",
    "binding.bind": "凭码登记",
    "binding.request": "申请登记",
    "binding.approve": "通过登记",
    "binding.refuse": "退回登记",
    "binding.end": "解除登记",
    "binding.move": "更正登记户室",
    "binding.renew": "更新租期",
    "binding.remind": "提醒租约到期",
    "correction.request": "申请更正",
    "correction.decide": "处理更正",
    "resident.correct": "更正登记册",
    "resident.add": "添加居民",
    "resident.move_in": "登记迁入",
    "resident.move_out": "登记迁出",
    "resident.change_role": "更改住户身份",
    "resident.merge": "合并居民",
    "resident.unmerge": "撤销合并",
    "resident.reveal": "查看完整信息",
    "residents.export": "导出居民",
    "household.represent": "定户代表",
    "household.dismiss": "取消户代表",
    "guardianship.add": "登记监护",
    "guardianship.end": "结束监护",
    "enquiry.open": "居民留言",
    "enquiry.take": "接手留言",
    "enquiry.answer": "回复留言",
    "enquiry.give_back": "退还留言",
    "enquiry.close": "结束留言",
    "delegation.ask": "申请代办",
    "delegation.grant": "请家人代办",
    "delegation.confirm": "确认代办",
    "delegation.refuse": "退回代办",
    "delegation.end": "停止代办",
    "delegation.expire": "代办到期",
    "delegation.act": "代家人办事",
    "consent.give": "同意用户须知",
    "consent.withdraw": "撤回同意",
    "account.unlink": "解除微信关联",
    "personal.export": "居民下载本人信息",
    "account.join": "记下微信统一代码",
    "account.close": "注销",
    "letters.issue": "生成入户信",
    "letters.print": "打印入户信",
    "letters.download": "下载入户信",
    "grid.assign": "调整网格员",
    "grid.unassign": "结束网格员",
    "grid.add": "新建网格",
    "building.move": "楼栋换网格",
    "organisation.amend": "修改机构联系方式",
    "estate.amend": "修改小区别名",
    "dwelling.amend": "修改户室",
    "residency.load": "导入台账",
    "residency.demonstrate": "装载演示居民",
    "file.store": "存入文件",
    "file.open": "打开文件",
    "file.forget": "删除文件",
    "calendar.holidays": "更新节假日表",
    "calendar.hours": "导入上班时间",
    "official_account.add": "添加公众号",
    "official_account.update": "更换公众号密钥",
    "official_account.activate": "启用公众号",
    "official_account.deactivate": "停用公众号",
    "verification.upload": "上传验证文件",
    "audit.export": "导出操作记录",
    "staff.login": "登录后台",
    "staff.refuse_login": "登录失败",
    "staff.add": "添加账号",
    "staff.update": "修改账号",
    "staff.password": "修改密码",
    "staff.deactivate": "停用账号",
    "staff.reactivate": "恢复账号",
    "staff.move": "调动账号",
    "staff.reset_password": "重设密码",
    "staff.reset_second_factor": "重设验证码",
    "staff.unlock": "解除登录锁定",
    "staff.end_sessions": "退出所有登录",
    "staff.second_factor": "设置验证码",
    "staff.drop_second_factor": "停用验证码",
    "staff.refuse_code": "验证码不对",
    "staff.recovery_code": "使用备用码",
    "staff.recovery_codes": "生成备用码",
}
ACTORS = {"staff": "工作人员", "account": "居民微信", "clock": "系统定时", "cli": "命令行", "panel": "登录页"}
SUBJECTS = {
    "poll": "投票",
    "notice": "通知",
    "binding": "登记",
    "correction": "更正",
    "resident": "居民",
    "enquiry": "留言",
    "delegation": "代办",
    "account": "居民微信",
    "staff": "账号",
    "organisation": "机构",
    "official_account": "公众号",
    "verification": "验证文件",
    "file": "文件",
    "holidays": "节假日表",
}
WORDS = {word: code for codes in (DEEDS, ACTORS, SUBJECTS) for code, word in codes.items()}
"""What people read on the page and then search for, as it is stored."""
STATES = {
    "poll": {state.value: state.label for state in PollState},
    "notice": {state.value: state.label for state in NoticeState},
    "binding": {state.value: state.label for state in BindingState},
    "correction": {state.value: state.label for state in CorrectionState},
    "enquiry": {state.value: state.label for state in EnquiryState},
    "delegation": {state.value: state.label for state in DelegationState},
    "staff": {state.value: state.label for state in StaffRole},
}
"""The words of a state, by the kind of thing that is in it."""


OBJECTS = {
    "poll": ("/admin/votes", Permission.VOTES_VIEW),
    "binding": ("/admin/bindings", Permission.BINDINGS_VIEW),
    "enquiry": ("/admin/inbox", Permission.INBOX_VIEW),
    "delegation": ("/admin/delegations", Permission.DELEGATIONS_VIEW),
    "building": ("/admin/buildings", Permission.DWELLINGS_VIEW),
    "dwelling": ("/admin/dwellings", Permission.DWELLINGS_VIEW),
}
"""Where the thing that a deed is about is looked at, by its kind, and the permission for that page."""
CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Line:
    """One deed as it is shown; `number` is its place in the sealed chain, None while it waits to be sealed."""

    at: datetime
    actor: str
    deed: str
    subject: str
    page: str
    before: str
    after: str
    reason: str
    number: int | None
    seal: str


async def audit(visit: Visit) -> Response:
    values = asked(visit)
    before = page_after(visit.request) or None
    found = await queries.entries(visit.viewer, await sought(values), before_id=before, limit=PAGE + 1)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return await visit.show(
        "audit.html",
        lines=await lines_of(visit.viewer, found[:PAGE]),
        values=values,
        deeds=DEEDS,
        places=await staff.organisations(visit.viewer),
        more=more,
        checked=row_id(visit.request.query_params.get(CHECKED, "0")),
    )


def asked(visit: Visit) -> dict[str, str]:
    """What the form above the list holds; what can't be is as good as empty."""
    values = {name: one_line(visit.request.query_params.get(name, ""))[:LONGEST_SEARCH] for name in FIELDS}
    return values | {
        "deed": values["deed"] if values["deed"] in DEEDS else "",
        "place": values["place"] if visit.viewer.sees(values["place"]) else "",
        "since": values["since"] if _day(values["since"]) else "",
        "until": values["until"] if _day(values["until"]) else "",
    }


async def sought(values: dict[str, str]) -> queries.Sought:
    last = _day(values["until"])
    return queries.Sought(
        words=" ".join(WORDS.get(word, word) for word in values["q"].split()),
        deed=values["deed"],
        who=WORDS.get(values["who"], values["who"]),
        logins=await staff.logins_named(values["who"]) if values["who"] else (),
        place=values["place"],
        since=_day(values["since"]),
        until=last + timedelta(days=1) if last else None,
    )


def _day(text: str) -> datetime | None:
    """The beginning of a day in Beijing; None when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), BEIJING)
    except ValueError:
        return None


async def lines_of(viewer: Viewer, found: list[AuditEntry]) -> list[Line]:
    things = [thing for entry in found for thing in (entry.actor, entry.subject)]
    names = await staff.names(thing.removeprefix("staff:") for thing in things if thing.startswith("staff:"))
    return [_line(viewer, entry, names) for entry in found]


def _line(viewer: Viewer, entry: AuditEntry, names: dict[str, str]) -> Line:
    return Line(
        entry.at,
        _named(entry.actor, ACTORS, names),
        DEEDS.get(entry.action, entry.action),
        _named(entry.subject, SUBJECTS, names),
        _page_of(viewer, entry.subject),
        _state(entry.subject, entry.before),
        _state(entry.subject, entry.after),
        entry.reason,
        entry.number,
        entry.seal.hex()[:SHOWN_OF_A_SEAL] if entry.seal else "",
    )


def _page_of(viewer: Viewer, subject: str) -> str:
    """Where the thing is looked at; empty when there is no such page, or not for this viewer."""
    kind, _, key = subject.partition(":")
    path, permission = OBJECTS.get(kind, ("", None))
    return f"{path}/{key}" if permission and viewer.may(permission) and key.isdecimal() else ""


def _state(subject: str, state: str) -> str:
    return STATES.get(subject.partition(":")[0], {}).get(state, state)


def _named(thing: str, kinds: dict[str, str], names: dict[str, str]) -> str:
    """`poll:7` → 投票 7, `staff:lin` → 工作人员 林工（lin）."""
    kind, _, key = thing.partition(":")
    called = names.get(key, "") if kind == "staff" else ""
    return f"{kinds.get(kind, kind)} {f'{called}（{key}）' if called else key}".strip()


ROUTES = (require(Permission.AUDIT_VIEW, "/audit", audit),)
