"""One of every thing that a page of the panel can be asked for, in a community: an example for each path parameter."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from redis.asyncio import Redis

from admin.imports import Imports
from admin.sessions import PanelSessions
from campaigns.actions.launch import launch_due
from campaigns.audience import Audience
from clock import clock
from handlers.articles.actions.articles import ArticleDraft, write_article
from handlers.consultations.actions.meetings import Minutes, record_meeting
from handlers.consultations.actions.proposing import Written, raise_topic
from handlers.consultations.actions.reviewing import accept
from handlers.duty.actions.alarms import raise_alarm
from handlers.duty.emergencies import Danger
from handlers.enquiries.actions.canned import write_canned
from handlers.enquiries.rules import Said
from handlers.files.actions import store
from handlers.interviews.actions.interviews import Announced, announce_interview, open_interview
from handlers.interviews.actions.promises import promise
from handlers.interviews.actions.questions import answer_question
from handlers.moderation.actions.posting import put_up
from handlers.notices.actions.audiences import save_audience
from handlers.notices.actions.drafts import NoticeDraft, draft_notice
from handlers.notices.actions.sending import send_notice
from handlers.residency.actions.merge import merge_residents
from handlers.staff.rules import Viewer
from handlers.undertakings.actions import add_undertaking
from handlers.votes.actions.conduct import publish_poll
from handlers.votes.actions.drafts import Draft, draft_poll
from main import RESOLVERS
from models.accounts import OfficialAccount
from models.campaigns import MessageTemplate
from models.deliberation import PostKind
from models.duty import DutyShift, HandOver
from models.enquiries import EnquiryLine
from models.households import Correction, Delegation, Guardianship, ResidentMerge
from models.interviews import Question
from models.reach import NoticeClass, Purpose, TemplateKind
from models.residency import Binding, Membership
from models.staff import StaffMember
from models.states import (
    BindingState,
    CorrectionKind,
    CorrectionState,
    DelegationState,
    FilePurpose,
    Level,
    StaffRole,
)
from models.votes import RollObjection
from tests.admin.conversations import ask
from tests.admin.people import make_claim
from tests.admin.speeches import make_talk
from tests.factories import Community, make_code, make_dwelling, make_estate, make_owner, make_resident
from tests.files.uploads import photograph
from web.uploads import Upload

Things = dict[str, str]
"""By path parameter, as it stands in an address."""


async def make_things(community: Community, word: str, login: str, redis: Redis) -> Things:
    """A household, its papers, a vote, a conversation and a colleague; `word` stands in whatever has a name."""
    now = clock.now()
    estate = await make_estate(community, f"{word}里")
    dwelling = await make_dwelling(estate)
    residents = [await make_resident("李秀英", dwelling) for _ in range(3)]
    await make_owner("李秀英", dwelling, residents[0])
    await make_code(dwelling, f"7KQ2M9X{login[0].upper()}")
    binding = await make_claim(dwelling, "李秀英", BindingState.ACTIVE)
    await Binding.filter(id=binding.id).update(resident_id=residents[0].id)
    await make_claim(dwelling, "李秀英")
    stay = await Membership.get(resident_id=residents[0].id)
    correction = await Correction.create(
        account_id=binding.account_id,
        dwelling=dwelling,
        resident=residents[0],
        binding=binding,
        kind=CorrectionKind.OTHER,
        words=f"{word}的更正",
        state=CorrectionState.PENDING,
        created_at=now,
    )
    delegation = await Delegation.create(
        elder=residents[1],
        dwelling=dwelling,
        account_id=binding.account_id,
        delegate_name="李明",
        relation="子女",
        scope=["enquiry"],
        state=DelegationState.ASKED,
        asked_at=now,
        asked_by=f"account:{binding.account_id}",
        expires_on=now.date() + timedelta(days=90),
    )
    guardianship = await Guardianship.create(
        ward=residents[0], guardian=residents[1], relation="父母", since=date(2026, 1, 1), checked_by=login
    )
    await merge_residents(maker(community), residents[0].id, residents[2].id, "同一个人")
    merge = await ResidentMerge.get(kept_id=residents[0].id)
    enquiry = await ask(community, Said(f"{word}的话"))
    line = await EnquiryLine.get(enquiry_id=enquiry.id)
    colleague = await StaffMember.create(
        login=login,
        name=f"{word}同事",
        role=StaffRole.EDITOR,
        organisation=community.organisation,
        password_hash="",
        created_at=now,
    )
    sessions = PanelSessions(redis)
    await sessions.begin(login)
    [seat] = await sessions.seats(login)
    account = await OfficialAccount.create(
        slug=f"door-{community.code}",
        name=f"{word}公众号",
        organisation=community.organisation,
        app_id=f"wx{login}",
        app_secret="secret",
        token="token",
        aes_key="key",
        created_at=now,
    )
    file = await store(photograph(), f"{word}.jpg", FilePurpose.PAPER, community.code, f"account:{binding.account_id}")
    poll_id = await make_poll(community, f"{word}要不要装路灯")
    objection = await RollObjection.create(
        poll_id=poll_id, dwelling=dwelling, account_id=binding.account_id, made_at=now, due_on=now.date()
    )
    numbers = {
        "poll_id": poll_id,
        "objection_id": objection.id,
        "enquiry_id": enquiry.id,
        "line_id": line.id,
        "binding_id": binding.id,
        "delegation_id": delegation.id,
        "correction_id": correction.id,
        "dwelling_id": dwelling.id,
        "resident_id": residents[0].id,
        "other_id": residents[1].id,
        "merge_id": merge.id,
        "stay_id": stay.id,
        "guardianship_id": guardianship.id,
        "building_id": dwelling.building_id,
        "organisation_id": community.organisation.id,
        "grid_id": community.grid.id,
        "estate_id": estate.id,
        "staff_id": colleague.id,
        "key": file.key,
        "handle": seat.handle,
        "slug": account.slug,
        "notice_id": await make_notice(community, f"{word}停水"),
        "audience_id": (await save_audience(maker(community), f"{word}楼", Audience((community.code,)), now)).id,
        "article_id": await make_article(community, word),
        **await make_interview(community, word),
        **await make_talk(community, residents[0].id, binding.account_id, word),
        **await make_consultation(community, estate.code, word),
        "alarm_id": await make_alarm(community, binding.account_id, word),
        **await make_duty(community, login),
        "canned_id": (await write_canned(maker(community), f"{word}的常用语", "请稍等。", now)).id,
        "template_id": await make_template(account.app_id),
        "import_id": await make_import(community, login, redis),
    }
    return {name: str(value) for name, value in numbers.items()}


async def make_notice(community: Community, title: str) -> int:
    """A notice that was sent, with nobody reached yet."""
    viewer, now = maker(community), clock.now()
    draft = NoticeDraft(
        topic=NoticeClass.CONVENIENCE,
        title=title,
        body="请提前储水。",
        organisation=community.code,
        audience=Audience((community.code,)),
        body_responsible=community.organisation.name,
        person_responsible="值班负责人",
        starts_on=clock.today(),
    )
    notice = await draft_notice(viewer, draft, now)
    await send_notice(viewer, notice.id, now)
    await launch_due(RESOLVERS, now)
    return notice.id


async def make_interview(community: Community, word: str) -> dict[str, int]:
    """A live interview with an answered question and a promise."""
    viewer, now = maker(community), clock.now()
    announced = Announced(f"{word}主任访谈", "居委会主任", now + timedelta(hours=1), 90)
    interview = await announce_interview(viewer, community.code, announced, now)
    await open_interview(viewer, interview.id, now)
    post = await put_up(
        viewer,
        PostKind.QUESTION,
        community.organisation.id,
        f"interview:{interview.id}",
        f"{word}的路灯几时修？",
        "居民",
        now,
    )
    question = await Question.create(interview=interview, post=post)
    await answer_question(viewer, interview.id, question.id, f"{word}下个月修。", now)
    made = await promise(viewer, interview.id, question.id, f"{word}修路灯", "物业部", clock.today(), now)
    return {"interview_id": interview.id, "question_id": question.id, "undertaking_id": made.id}


async def make_consultation(community: Community, place: str, word: str) -> dict[str, int]:
    """A topic that is deliberated, with a meeting and a task."""
    viewer, now = maker(community), clock.now()
    written = Written(f"{word}里的车停哪", f"{word}里的车棚不够。", ("改造", "新建"), ("居民", "物业"))
    topic = await raise_topic(viewer, written, place, (), now, skip_reason="代表会提出")
    await accept(viewer, topic.id, "列入。", now, skip_reason="等不得")
    meeting = await record_meeting(viewer, topic.id, Minutes(now, f"{word}议事厅", 9, points=("先改",)), now)
    today = clock.today()
    task = await add_undertaking(viewer, f"{word}画线", "物业", today, now, consultation_id=topic.id)
    return {"consultation_id": topic.id, "meeting_id": meeting.id, "task_id": task.id}


async def make_alarm(community: Community, account_id: int, word: str) -> int:
    """An emergency that nobody has taken."""
    alarm = await raise_alarm(uuid4(), account_id, None, Danger.MEDICAL, f"{word}有人晕倒了", clock.now())
    alarm.place, alarm.community_id = community.code, community.organisation.id
    await alarm.save()
    return alarm.id


async def make_duty(community: Community, login: str) -> dict[str, int]:
    """A shift of the colleague's, and the note that one before it left."""
    now, organisation = clock.now(), community.organisation
    times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    shift = await DutyShift.create(organisation=organisation, login=login, written_by=login, written_at=now, **times)
    figures = {"opened": 0, "answered": 0, "open": 0, "waiting": [], "longest_since": None, "snoozed": []}
    note = await HandOver.create(
        organisation=organisation,
        begins_at=now - timedelta(hours=9),
        ends_at=now - timedelta(hours=1),
        figures=figures | {"alarms": [], "open_alarms": []},
        written_at=now,
    )
    return {"shift_id": shift.id, "hand_over_id": note.id}


async def make_article(community: Community, word: str) -> int:
    draft = ArticleDraft("环境安全", (f"{word}的垃圾几点扔？",), f"{word}早上六点半到九点。")
    return (await write_article(maker(community), draft, clock.now())).id


async def make_template(app_id: str) -> int:
    template = await MessageTemplate.create(
        app_id=app_id, purpose=Purpose.NOTICE, kind=TemplateKind.CREDIT, template_id="T" * 43, mapping={}
    )
    return template.id


async def make_import(community: Community, login: str, redis: Redis) -> str:
    """A sheet that the colleague had checked."""
    imports, viewer = Imports(redis), replace(maker(community), login=login)
    begun = await imports.begin(viewer, [Upload("dwellings.csv", "编码\n".encode())])
    for _ in range(300):
        if not (await imports.find(viewer, begun.id)).running:
            return begun.id
        await asyncio.sleep(0.1)
    raise TimeoutError("the check does not end")


def maker(community: Community) -> Viewer:
    return Viewer("maker", "做事的", StaffRole.ADMIN, community.code, Level.COMMUNITY)


async def make_poll(community: Community, title: str) -> int:
    """An open vote of the whole community."""
    viewer, now = maker(community), clock.now()
    draft = Draft(
        title=title,
        explanation="",
        choices=["同意", "不同意", "弃权"],
        place=community.code,
        opens_at=now,
        closes_at=now + timedelta(days=8),
        organiser="",
        contact="",
        abstain="弃权",
    )
    poll = await draft_poll(viewer, draft, now)
    await publish_poll(viewer, poll.id, now)
    return poll.id
