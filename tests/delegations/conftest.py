"""An elder at home in 河东社区, a child who lives elsewhere, and a worker who may ask the elder."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from clock import clock
from handlers.residency.rules import CONSENT_VERSION
from handlers.staff.rules import Viewer
from models.residency import Account, Binding, Dwelling, Resident
from models.states import BindingState, Level, MemberRole, StaffRole
from settings import get_settings
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident
from tests.phone import Phone

Phones = Callable[[str], Phone]
APP_ID = get_settings().wechat_app_id
ELDER, CHILD = "李秀英", "李明"


@dataclass(frozen=True, slots=True)
class Family:
    """李秀英 at 幸福里3号楼2单元501, 李明 bound at 安居苑3号楼2单元501 of another community."""

    community: Community
    elsewhere: Community
    home: Dwelling
    other_home: Dwelling
    elder: Resident
    worker: Viewer

    async def settle(
        self, openid: str, name: str, home: Dwelling, resident: Resident | None = None, *, adult: bool = True
    ) -> int:
        """Bind an account; its id."""
        account, _ = await Account.get_or_create(
            {"created_at": clock.now(), "consent_version": CONSENT_VERSION}, app_id=APP_ID, openid=openid
        )
        await Binding.create(
            account=account,
            dwelling=home,
            resident=resident,
            role=MemberRole.FAMILY,
            name=name,
            verified=resident is not None,
            adult=adult,
            state=BindingState.ACTIVE,
            created_at=clock.now(),
        )
        return account.id

    async def elder_on_wechat(self) -> int:
        return await self.settle("oElder", ELDER, self.home, self.elder)

    async def child(self) -> int:
        return await self.settle("oChild", CHILD, self.other_home)


@pytest.fixture
async def family(database: str) -> Family:
    district = await make_district()
    community, elsewhere = await make_community(district), await make_community(district, "河西社区")
    home = await make_dwelling(await make_estate(community, "幸福里"))
    other_home = await make_dwelling(await make_estate(elsewhere, "安居苑"))
    elder = await make_resident(ELDER, home)
    worker = Viewer("lin", "林工", StaffRole.WORKER, community.code, Level.COMMUNITY)
    return Family(community, elsewhere, home, other_home, elder, worker)


ASKING = ("我替家人办", "幸福里3-2-501", ELDER, "1", "1", "1", "确认")
"""The child asks for 留言求助 for a year."""


async def says(phone: Phone, *lines: str) -> str:
    """Say these one after another; the last answer as a person reads it."""
    for line in lines:
        await phone.say(line)
    return phone.read
