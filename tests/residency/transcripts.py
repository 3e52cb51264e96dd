"""Saying several lines in a row, and the whole of registering at 幸福里3号楼2单元501."""

from collections.abc import Callable

from models.residency import Dwelling
from tests.factories import make_code, make_home, make_resident
from tests.phone import Phone

Phones = Callable[[str], Phone]
CODE = "7KQ2M9XD"
WRONG = "2222-2222"


async def make_registered_home() -> Dwelling:
    """幸福里3号楼2单元501 with 李秀英 on the residents' register and a letter."""
    dwelling = await make_home()
    await make_resident("李秀英", dwelling)
    await make_code(dwelling, CODE)
    return dwelling


async def says(phone: Phone, *lines: str) -> str:
    """Say these one after another; the last answer as a person reads it."""
    for line in lines:
        await phone.say(line)
    return phone.read


async def registers(phone: Phone, name: str, code: str = CODE, *, role: str = "2") -> str:
    """The whole dialogue, with the step in between where somebody is there already, and an adult's age."""
    await says(phone, "绑定", "同意", "幸福里3-2-501")
    if "这户已登记" in phone.read:
        await phone.say("1")
    await says(phone, role, name)
    if "您已满18周岁吗" in phone.read:
        await phone.say("1")
    return await says(phone, code)
