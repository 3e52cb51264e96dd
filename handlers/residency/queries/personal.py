"""Everything that is held of one account and the person behind it, for chat and for the export."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from clock import BEIJING
from handlers.residency.people import masked_id, masked_phone
from handlers.residency.queries.consents import consents
from handlers.residency.queries.corrections import corrections_of
from handlers.residency.queries.talk import public_talk
from handlers.residency.rules import LIVE
from handlers.residency.visitors import chat_address
from models.alarms import Alarm
from models.campaigns import Delivery, OptOut, Subscription
from models.conversations import Message, Notification
from models.desk import LineKind
from models.enquiries import EnquiryLine
from models.households import Correction, DelegatedAct, Delegation
from models.notices import NoticeReading
from models.reach import NoticeClass
from models.residency import Account, Binding, Membership, Ownership, Resident
from models.sealed import unseal
from models.states import BindingState

_LINK = re.compile("<[^>]*>")
TOPICS = {topic.value: topic.label for topic in NoticeClass} | {"votes": "投票"}
"""What can be declined, by the word that is kept."""


@dataclass(frozen=True, slots=True)
class Dealings:
    """How much was said and asked for."""

    messages: int
    enquiry_lines: int
    notifications: int
    corrections: int
    delegations: int


async def dealings(account_id: int) -> Dealings:
    return Dealings(
        messages=await _sent(*await chat_address(account_id)).count(),
        enquiry_lines=await EnquiryLine.filter(enquiry__account_id=account_id).count(),
        notifications=await Notification.filter(account_id=account_id).count(),
        corrections=len(await corrections_of(account_id)),
        delegations=await Delegation.filter(account_id=account_id).count(),
    )


async def live_bindings(account_id: int) -> list[Binding]:
    """What the account has told of itself and its homes: bindings and claims, with the dwelling."""
    live = Binding.filter(account_id=account_id, state__in=LIVE)
    return await live.order_by("id").prefetch_related("dwelling")


async def people_of(account_id: int) -> list[Resident]:
    """The persons on the register whom the account is bound as, verified; others' data is nobody's to see."""
    bound = Binding.filter(account_id=account_id, state=BindingState.ACTIVE, verified=True)
    known = await bound.exclude(resident_id=None).order_by("id").values_list("resident_id", flat=True)
    return await Resident.filter(id__in=list(known)).order_by("id")


async def personal_data(account_id: int) -> dict[str, Any]:
    """Everything held of this account's person, under readable keys (《个人信息保护法》第四十五条).

    The register's part is given only where the person is verified; of ID numbers the ends, lest a stranger takes them.
    """
    account, (app_id, address) = await Account.get(id=account_id), await chat_address(account_id)
    return {
        "微信号": {
            "公众号": app_id,
            "代码": address,
            "关注中": _yes(account.following),
            "首次来信": _at(account.created_at),
        },
        "登记": [_binding(one) for one in await _bindings(account_id)],
        "居民登记册": [await _person(one) for one in await people_of(account_id)],
        "同意": [
            {"事项": one.purpose.label, "版本": one.version, "同意": _at(one.given_at), "撤回": _at(one.withdrawn_at)}
            for one in await consents(account_id)
        ],
        "更正": [_correction(one) for one in await corrections_of(account_id)],
        "代办": [await _delegation(one) for one in await _delegations(account_id)],
        "人工留言": [_line(one) for one in await _lines(account_id)],
        "危险消息": [
            {"时间": _at(one.raised_at), "内容": one.text, "结果": one.outcome.label if one.outcome else ""}
            for one in await Alarm.filter(account_id=account_id).order_by("id")
        ],
        "通知": [
            {"时间": _at(one.created_at), "内容": one.text}
            for one in await Notification.filter(account_id=account_id).order_by("id")
        ],
        **await _told(account_id),
        **await public_talk(account_id),
        "聊天": [_message(one) for one in await _sent(app_id, address).order_by("received_at")],
    }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "更正号": correction.id,
        "住址": correction.dwelling.address,
        "事项": correction.kind.label,
        "内容": correction.words,
        "提交": _at(correction.created_at),
        "结果": correction.state.label,
        "答复": correction.answer or "",
    }


async def _told(account_id: int) -> dict[str, Any]:
    """What was sent to this person, what they read of it, and what they want to be told."""
    return {
        "社区通知": [_reading(one) for one in await _readings(account_id)],
        "推送": [_delivery(one) for one in await _deliveries(account_id)],
        "订阅": [
            {"消息": one.template.purpose.label, "长期": _yes(one.standing), "次数": one.credits}
            for one in await Subscription.filter(account_id=account_id).order_by("id").select_related("template")
        ],
        "不接收": [
            {"类别": TOPICS.get(one.topic, one.topic), "从": _at(one.since)}
            for one in await OptOut.filter(account_id=account_id).order_by("id")
        ],
    }


async def _bindings(account_id: int) -> list[Binding]:
    return await Binding.filter(account_id=account_id).order_by("id").prefetch_related("dwelling")


def _binding(binding: Binding) -> dict[str, Any]:
    return {
        "登记号": binding.id,
        "住址": binding.dwelling.address,
        "姓名": binding.name,
        "身份": binding.role.label,
        "核实": _yes(binding.verified),
        "成年": _yes(binding.adult),
        "户代表": _yes(binding.represents),
        "租期到": _on(binding.lease_ends_on),
        "状态": binding.state.label,
        "原因": binding.reason,
        "申请": _at(binding.created_at),
        "办结": _at(binding.decided_at),
        "解除": _at(binding.ended_at),
    }


async def _person(resident: Resident) -> dict[str, Any]:
    memberships = await Membership.filter(resident_id=resident.id).order_by("id").prefetch_related("dwelling")
    ownerships = await Ownership.filter(resident_id=resident.id).order_by("id").prefetch_related("dwelling")
    return {
        "姓名": resident.name,
        "性别": resident.sex,
        "出生日期": _on(resident.birth_on),
        "户籍": resident.huji,
        "电话": resident.phone or "",
        "证件号": masked_id(resident.id_no) if resident.id_no else "",
        "标签": resident.tags,
        "住处": [
            {
                "住址": one.dwelling.address,
                "身份": one.role,
                "关系": one.relation,
                "从": _on(one.since),
                "到": _on(one.until),
            }
            for one in memberships
        ],
        "产权": [{"住址": one.dwelling.address, "份额": one.share} for one in ownerships],
    }


async def _delegations(account_id: int) -> list[Delegation]:
    return await Delegation.filter(account_id=account_id).order_by("id").prefetch_related("dwelling")


async def _delegation(delegation: Delegation) -> dict[str, Any]:
    acts = await DelegatedAct.filter(delegation_id=delegation.id).order_by("id")
    return {
        "住址": delegation.dwelling.address,
        "代办人": delegation.delegate_name,
        "范围": delegation.scope,
        "状态": delegation.state.label,
        "申请": _at(delegation.asked_at),
        "到期": _on(delegation.expires_on),
        "办过": [{"时间": _at(one.at), "事项": one.act} for one in acts],
    }


async def _lines(account_id: int) -> list[EnquiryLine]:
    """What was said and answered; what colleagues note for each other, and what others said beside, is not theirs."""
    own = Q(account_id=account_id) | Q(account_id=None, enquiry__account_id=account_id)
    return await EnquiryLine.filter(own, kind__in=(LineKind.SAID, LineKind.ANSWER)).order_by("id")


def _line(line: EnquiryLine) -> dict[str, Any]:
    return {
        "编号": line.enquiry_id,
        "时间": _at(line.at),
        "谁说": "工作人员" if line.author else "您",
        "内容": line.text,
    }


async def _readings(account_id: int) -> list[NoticeReading]:
    return await NoticeReading.filter(account_id=account_id).order_by("id").select_related("notice")


def _reading(reading: NoticeReading) -> dict[str, Any]:
    return {
        "标题": reading.notice.title,
        "看过": _at(reading.read_at),
        "已阅": _at(reading.acknowledged_at),
    }


async def _deliveries(account_id: int) -> list[Delivery]:
    """What was sent to the account, or to the person behind it by another path."""
    people = [resident.id for resident in await people_of(account_id)]
    own = Delivery.filter(Q(account_id=account_id) | Q(resident_id__in=people))
    return await own.order_by("id").select_related("campaign")


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "标题": delivery.campaign.title,
        "方式": delivery.path.label if delivery.path else "",
        "结果": delivery.state.label,
        "时间": _at(delivery.sent_at or delivery.reached_at),
    }


def _sent(app_id: str, address: str) -> QuerySet[Message]:
    """What was said in chat, without the steps of secret votes."""
    return Message.filter(app_id=app_id, sender=address, secret=False)


def _message(message: Message) -> dict[str, Any]:
    return {
        "时间": _at(message.received_at),
        "您说": unseal(message.content, "message:content"),
        "回答": _LINK.sub("", unseal(message.answer, "message:answer")) if message.answer else "",
    }


def register_lines(resident: Resident) -> list[str]:
    """What the register holds of a person, a line a field, phone and ID number masked."""
    fields = {
        "姓名": resident.name,
        "性别": resident.sex,
        "出生日期": _on(resident.birth_on),
        "户籍": resident.huji,
        "电话": masked_phone(resident.phone) if resident.phone else "",
        "证件号": masked_id(resident.id_no) if resident.id_no else "",
        "标签": "、".join(resident.tags),
    }
    return [f"{name}：{value or '没有登记'}" for name, value in fields.items()]


def _yes(fact: bool) -> str:
    return "是" if fact else "否"


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment else ""


def _on(day: date | None) -> str:
    return day.isoformat() if day else ""
