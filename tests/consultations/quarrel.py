"""A quarrel at 幸福里: neighbours who are registered, a topic under deliberation, statements that were looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from clock import clock
from handlers.consultations.actions.opinions import NEW
from handlers.residency.visitors import Visitor, visitor_within
from handlers.staff.rules import Viewer
from models.consultations import Consultation
from models.deliberation import PostKind, PostState, Stage
from models.organisations import Estate, Organisation
from models.participation import Post
from models.residency import Account, Binding
from models.statements import Statement
from models.states import BindingState, MemberRole, StaffRole
from settings import get_settings
from tests.factories import Community, make_community, make_district, make_dwelling, make_estate, make_resident

APP_ID = get_settings().wechat_app_id
_rooms = count(1)


@dataclass(frozen=True, slots=True)
class Quarrel:
    """One estate and its topic; `neighbour` makes somebody who lives there."""

    community: Community
    estate: Estate
    consultation: Consultation

    @property
    def organisation(self) -> Organisation:
        return self.community.organisation

    def staff(self, role: StaffRole = StaffRole.WORKER, login: str = "lin", code: str = "") -> Viewer:
        return Viewer(login, "林工", role, code or self.community.code, self.organisation.level)

    async def neighbour(
        self, openid: str, *, birth_on: date = date(1980, 5, 20), verified: bool = True, estate: Estate | None = None
    ) -> Visitor:
        """Somebody with a home of their own."""
        home = await make_dwelling(estate or self.estate, room=str(next(_rooms)))
        person = await make_resident(f"王{openid}", home, birth_on=birth_on)
        now = clock.now()
        account = await Account.create(app_id=APP_ID, openid=openid, created_at=now)
        await Binding.create(
            account=account,
            dwelling=home,
            resident=person,
            role=MemberRole.OWNER,
            name=f"王{openid}",
            verified=verified,
            state=BindingState.ACTIVE,
            created_at=now,
        )
        return await visitor_within(APP_ID, openid)

    async def statement(self, text: str, state: PostState = PostState.PUBLISHED) -> Statement:
        now = clock.now()
        post = await Post.create(
            kind=PostKind.STATEMENT,
            organisation=self.organisation,
            subject=f"consultation:{self.consultation.id}",
            speaker="居民",
            nickname="幸福里邻居",
            text=text,
            fingerprint="",
            state=state,
            created_at=now,
            published_at=now,
            decided_at=now,
        )
        return await Statement.create(consultation=self.consultation, post=post, priority=NEW)

    async def statements(self, texts: Sequence[str]) -> list[Statement]:
        return [await self.statement(text) for text in texts]


async def make_quarrel(code: str = "880412") -> Quarrel:
    community = await make_community(await make_district(code))
    estate = await make_estate(community)
    now = clock.now()
    consultation = await Consultation.create(
        organisation=community.organisation,
        stage=Stage.DELIBERATING,
        title="电动车停哪里",
        problem="车棚只有60个位。",
        places=[estate.code],
        scope="幸福里",
        parties=["物业", "消防"],
        created_at=now,
        stage_since=now,
        ends_at=now + timedelta(days=14),
    )
    return Quarrel(community, estate, consultation)
