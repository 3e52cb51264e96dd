"""Notices as staff make them on the panel, brought to the state that a test needs."""

from campaigns.actions.launch import launch_due
from clock import clock
from main import RESOLVERS
from models.campaigns import Campaign, Delivery
from models.notices import Notice
from models.organisations import Estate
from models.reach import DeliveryState
from models.residency import Dwelling, Resident
from tests.admin.browser import Browser
from tests.factories import make_dwelling, make_resident

TITLE = "明天上午三号楼停水"
WRITTEN = {
    "标题": TITLE,
    "正文": "换阀门，请提前储水。",
    "责任单位": "河东社区居委会",
    "责任人": "值班负责人",
    "联系电话": "021-55550000",
    "业主": "",
    "租户": "",
    "要回执": "",
    "短信": "",
}
"""A whole form; the boxes that would narrow it are not ticked."""


async def drafted(browser: Browser, place: str, **written: str) -> Notice:
    fields = WRITTEN | {"范围": place} | written
    await browser.follow(await browser.press("/admin/notices/new", "新建通知", fields))
    notice = await Notice.all().order_by("-id").first()
    assert notice
    return notice


async def sent(browser: Browser, place: str, **written: str) -> Notice:
    """A notice that has begun to go out; nothing has been tried yet."""
    notice = await drafted(browser, place, **written)
    await browser.follow(await browser.press(f"/admin/notices/{notice.id}", "发送", {"定时发送": ""}))
    await launch_due(RESOLVERS, clock.now())
    return await Notice.get(id=notice.id)


async def people(estate: Estate, count: int, *, building: str = "3") -> list[Dwelling]:
    """So many flats with one grown-up each; nobody follows the account or has a telephone."""
    flats: list[Dwelling] = []
    for number in range(count):
        flats.append(await make_dwelling(estate, building, room=f"{101 + number}"))
        await make_resident("王秀英", flats[-1])
    return flats


async def settled(notice: Notice, dwelling: Dwelling, state: DeliveryState, **facts: object) -> Delivery:
    """What became of the delivery to a flat."""
    campaign = await Campaign.filter(subject__startswith=f"notice:{notice.id}:").order_by("-id").first()
    assert campaign
    delivery = await Delivery.get(campaign_id=campaign.id, dwelling_id=dwelling.id)
    await Delivery.filter(id=delivery.id).update(state=state, **facts)
    return delivery


async def telephone(dwelling: Dwelling, number: str) -> None:
    resident = await Resident.get(memberships__dwelling_id=dwelling.id)
    resident.phone = number
    await resident.save()
