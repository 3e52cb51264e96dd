"""What is forgotten when: pushes after 30 days, conversations 180 days after they ended, logs on the day they may."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import structlog

import logs
from bot.inbox import Record
from clock import BEIJING, clock
from errors import ConfigurationError
from handlers.articles.actions.asked import note_missed
from handlers.conversations.inbox import PostgresInbox
from handlers.privacy.actions import forget_messages
from handlers.privacy.jobs import forget_old
from models.articles import MissedQuestion
from models.conversations import Message
from models.desk import Missed
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Account
from models.states import EnquiryState
from settings import Env, Settings


async def push() -> None:
    await PostgresInbox().keep(Record(uuid4(), "wxApp", "oAnna", "text", "在吗", answer="在"))


async def enquiry(closed_days_ago: int | None) -> Enquiry:
    now = clock.now()
    account = await Account.create(app_id="wxApp", openid=uuid4().hex, created_at=now)
    closed_at = None if closed_days_ago is None else now - timedelta(days=closed_days_ago)
    state = EnquiryState.WAITING if closed_at is None else EnquiryState.CLOSED
    began = now - timedelta(days=999)
    found = await Enquiry.create(account=account, state=state, opened_at=began, last_at=began, closed_at=closed_at)
    await EnquiryLine.create(enquiry=found, text="漏水了", at=now)
    return found


@pytest.mark.usefixtures("database")
async def test_a_push_is_kept_thirty_days_and_no_longer() -> None:
    await push()
    await forget_old(clock.now() + timedelta(days=29, hours=23))
    assert await Message.all().count() == 1
    await forget_old(clock.now() + timedelta(days=30, minutes=1))
    assert await Message.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_a_question_asked_in_vain_is_kept_as_long_as_the_push_it_came_in() -> None:
    await note_missed("我家三楼漏水找谁", Missed.UNKNOWN, None, clock.now())
    await forget_old(clock.now() + timedelta(days=29, hours=23))
    assert await MissedQuestion.all().count() == 1
    await forget_old(clock.now() + timedelta(days=30, minutes=1))
    assert await MissedQuestion.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_a_conversation_goes_with_its_lines_once_it_has_been_over_long_enough() -> None:
    open_one, recent, old = await enquiry(None), await enquiry(179), await enquiry(181)
    await forget_old(clock.now())
    assert {found.id for found in await Enquiry.all()} == {open_one.id, recent.id}
    assert await EnquiryLine.filter(enquiry_id=old.id).count() == 0
    assert await EnquiryLine.all().count() == 2


@pytest.mark.usefixtures("database")
async def test_more_than_a_batch_is_forgotten_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.privacy.actions.BATCH", 2)
    for _ in range(5):
        await push()
    assert await forget_messages(clock.now() + timedelta(seconds=1)) == 5


def production(days: int) -> str:
    settings = Settings(env=Env.PRODUCTION, retention_log_days=days)
    with pytest.raises(ConfigurationError) as refused:
        settings.refuse_unsafe()
    return str(refused.value)


def test_production_keeps_logs_for_half_a_year_at_least() -> None:
    assert "LINLI_RETENTION_LOG_DAYS" in production(179)
    assert "LINLI_RETENTION_LOG_DAYS" not in production(180)


def test_log_lines_are_kept_in_a_file_of_the_day_and_old_files_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_kept", [])
    today = datetime.now(UTC).astimezone(BEIJING).date()
    for age in (180, 181):
        (tmp_path / f"linli-{today - timedelta(days=age):%Y%m%d}.log").touch()
    (tmp_path / "others.txt").touch()
    logs.configure_logs()
    logs.keep_logs(tmp_path, 180)
    structlog.get_logger("test").info("request", path="/admin/")
    kept = tmp_path / f"linli-{today:%Y%m%d}.log"
    assert json.loads(kept.read_text())["path"] == "/admin/"
    assert kept.stat().st_mode & 0o077 == 0
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {kept.name, "others.txt", f"linli-{today - timedelta(days=180):%Y%m%d}.log"}


def test_a_full_disk_stops_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_kept", [])
    (tmp_path / "file").touch()
    logs.keep_logs(tmp_path / "file", 180)
    structlog.get_logger("test").info("request", path="/admin/")
