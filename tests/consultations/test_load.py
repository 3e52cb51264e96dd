"""The demonstration's consultations: at their stage, with talk, meeting and tasks, in their place, once."""

from pathlib import Path

from clock import clock
from handlers.consultations.rules import replayed
from loading import load_folder
from models.consultations import Consultation, ConsultationStep, Meeting
from models.deliberation import DecisionKind, PostState, Stage
from models.interviews import Undertaking
from models.residency import Dwelling
from models.statements import Statement
from tests.conftest import ROOT


async def test_the_demonstration_s_topics_stand_where_the_file_says(demo: str) -> None:
    found = {one.key: one for one in await Consultation.all().select_related("organisation")}
    chargers, lift, market = (found[f"990103:C{number}"] for number in (1, 2, 3))
    assert [one.stage for one in (chargers, lift, market)] == [Stage.DELIBERATING, Stage.POSTED, Stage.CARRYING_OUT]
    assert (chargers.scope, chargers.organisation.name) == ("松涛苑", "松涛社区")
    assert (lift.scope, market.scope) == ("梧桐里小区3号楼", "望桥东社区")
    here = await Dwelling.filter(code__startswith=lift.places[0]).select_related("building")
    assert {one.building.number for one in here} == {"3"}
    assert (chargers.endorsed_before, chargers.endorse_need, market.decision) == (47, 20, DecisionKind.CONSENSUS)
    for one in found.values():
        steps = await ConsultationStep.filter(consultation_id=one.id).order_by("id")
        assert replayed((step.kind, step.stage) for step in steps) is one.stage
    said = await Statement.filter(consultation_id=chargers.id).order_by("id").select_related("post")
    assert [one.post.speaker for one in said] == ["居民", "物业", "居民", "消防", "居民"]
    assert {one.post.state for one in said} == {PostState.PUBLISHED}
    meeting = await Meeting.get(consultation_id=chargers.id)
    assert (meeting.present, len(meeting.points), len(meeting.dissent)) == (23, 2, 1)
    assert (await Undertaking.get(consultation_id=market.id, owner="城管队")).done_at
    assert await Undertaking.filter(done_at=None).count() == 4


async def test_a_topic_of_nowhere_is_left_out_and_the_same_again_adds_nothing(demo: str, tmp_path: Path) -> None:
    file = tmp_path / "consultations.yaml"
    text = (ROOT / "demo" / "consultations.yaml").read_text("utf-8").replace("id: C2", "id: C9")
    file.write_text(text.replace("scope: 梧桐里小区3号楼", "scope: 不知道哪里"), "utf-8")
    report = await load_folder(file, clock.now(), lambda _: None)
    assert (report.counts["consultations.yaml"].new, report.counts["consultations.yaml"].unchanged) == (0, 2)
    assert [line for line in report.not_loaded if "不知道哪里" in line]
    assert await Consultation.all().count() == 3
