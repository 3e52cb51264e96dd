"""Whose matter a message is: by written words at first, by what staff put right once that is better."""

import pytest
from structlog.testing import capture_logs

from clock import clock
from errors import Invalid, NotFound
from handlers.enquiries import jobs
from handlers.enquiries.actions.asked import open_enquiry
from handlers.enquiries.actions.routing import route_enquiry
from handlers.enquiries.knowledge import LEARNT, MACHINE, departments
from handlers.enquiries.rules import Said
from handlers.residency.visitors import visitor_of
from models.audit import AuditEntry
from models.database import rows
from models.enquiries import Enquiry, EnquiryLine
from models.states import EnquiryState
from tests.enquiries.conftest import Neighbourhood, make_worker
from understanding.apart import LearningFailed
from understanding.routing import FEWEST


async def asked(neighbourhood: Neighbourhood, openid: str, text: str) -> Enquiry:
    account = await neighbourhood.settle(openid)
    visitor = await visitor_of(account.id)
    assert visitor
    return await open_enquiry(account.id, visitor.first_claim, Said(text), clock.now())


async def test_a_new_enquiry_is_routed_by_its_words_and_a_greeting_by_none(neighbourhood: Neighbourhood) -> None:
    first = await asked(neighbourhood, "oA", "公交车半夜不来，多次投诉没人处理")
    second = await asked(neighbourhood, "oB", "龘龘")
    await jobs.route_new(clock.now())
    await first.refresh_from_db()
    await second.refresh_from_db()
    assert (first.department, first.act, first.routed_by) == ("交通运输", "反映", MACHINE)
    assert (second.department, second.act, second.routed_by) == ("", "", MACHINE)


async def test_staff_put_it_right_and_the_machine_leaves_it_so(neighbourhood: Neighbourhood) -> None:
    enquiry, worker = await asked(neighbourhood, "oA", "公交车半夜不来"), neighbourhood.worker
    await route_enquiry(worker, enquiry.id, "城乡建设", clock.now(), act="咨询")
    await route_enquiry(worker, enquiry.id, "城乡建设", clock.now())
    await jobs.route_new(clock.now())
    await enquiry.refresh_from_db()
    assert (enquiry.department, enquiry.act, enquiry.routed_by) == ("城乡建设", "咨询", worker.login)
    assert await AuditEntry.filter(action="enquiry.route").count() == 1
    with pytest.raises(Invalid):
        await route_enquiry(worker, enquiry.id, "太空探索", clock.now())


async def test_another_branch_s_enquiry_is_not_there(neighbourhood: Neighbourhood) -> None:
    enquiry = await asked(neighbourhood, "oA", "公交车半夜不来")
    street = await neighbourhood.community.parent
    assert street
    other = type(neighbourhood.community)(
        code=f"{street.code}009", name="河西", level=neighbourhood.community.level, parent_id=street.id
    )
    await other.save()
    with pytest.raises(NotFound):
        await route_enquiry(await make_worker("he", "何工", other), enquiry.id, "城乡建设", clock.now())


async def test_what_staff_say_is_learnt_once_it_is_enough_and_better_and_kept_sealed(
    neighbourhood: Neighbourhood,
) -> None:
    account = await neighbourhood.settle("oA")
    words = {department: f"龘{chr(0x3400 + at)}" for at, department in enumerate(departments())}
    now = clock.now()
    closed = {"account_id": account.id, "state": EnquiryState.CLOSED, "opened_at": now, "last_at": now}
    for department, word in words.items():
        judged = {"department": department, "act": "咨询", "routed_by": "lin"}
        for number in range(FEWEST):
            enquiry = await Enquiry.create(**closed, **judged)
            await EnquiryLine.create(enquiry=enquiry, text=f"{word}第{number}号", at=now)
    await jobs.learn_routes(now)
    kept = (await rows("SELECT value FROM shared WHERE name = $1", LEARNT))[0]["value"]
    assert '"departments"' in kept
    assert '"acts"' not in kept
    assert "龘" not in kept
    for at, (department, word) in enumerate(words.items()):
        enquiry = await asked(neighbourhood, f"oN{at}", f"{word}怎么办")
        await jobs.route_new(now)
        await enquiry.refresh_from_db()
        assert enquiry.department == department
    with capture_logs() as logs:
        await jobs.learn_routes(now)
    assert logs == []


async def test_a_learner_that_fails_leaves_the_words_in_use(
    neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    enquiry = await asked(neighbourhood, "oA", "公交车半夜不来")
    await route_enquiry(neighbourhood.worker, enquiry.id, "城乡建设", clock.now())

    async def fails(module: str, given: object) -> object:
        raise LearningFailed("ended with 1")

    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(jobs, "learnt_apart", fails)
        await jobs.learn_routes(clock.now())
    assert logs[0]["failure"] == "ended with 1"
    assert not await rows("SELECT 1 FROM shared WHERE name = $1", LEARNT)
