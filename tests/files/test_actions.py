"""Files kept, read again and forgotten: encrypted, for those who may, and nothing left behind."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise.transactions import in_transaction

from clock import clock
from errors import Invalid, NotFound
from handlers.files import actions, jobs
from handlers.files.actions import FORGOTTEN, forget, store, sweep
from handlers.files.queries import read
from handlers.files.storage import Folder, Lost
from handlers.staff.rules import Viewer
from models.audit import AuditEntry
from models.events import Event
from models.files import StoredFile
from models.states import FilePurpose, Level, StaffRole
from tests.files.uploads import office, photograph

pytestmark = pytest.mark.usefixtures("database")
HERE = "880412001001"
WORKER = Viewer("zhang", "张", StaffRole.WORKER, HERE, Level.COMMUNITY)
STRANGER = Viewer("li", "李", StaffRole.WORKER, "880412001002", Level.COMMUNITY)


async def keep(**more: object) -> StoredFile:
    return await store(photograph(), "证明.jpg", FilePurpose.PAPER, HERE, "account:7", **more)


async def shred_forgotten() -> None:
    for event in await Event.filter(name=FORGOTTEN):
        await actions.shred(event.payload)


async def test_what_is_kept_is_read_again_by_owner_and_worker_and_by_nobody_else(files_folder: Folder) -> None:
    file = await keep()
    again, content = await read(file.key, WORKER)
    assert (again.name, again.content_type, again.size) == ("证明.jpg", "image/jpeg", len(content))
    assert (await read(file.key, "account:7"))[1] == content
    for reader in (STRANGER, "account:8", Viewer("e", "e", StaffRole.EDITOR, HERE, Level.COMMUNITY)):
        with pytest.raises(NotFound):
            await read(file.key, reader)
    with pytest.raises(NotFound):
        await read(uuid4(), WORKER)
    on_disk = files_folder.path(file.key)
    assert content[:40] not in on_disk.read_bytes()
    assert on_disk.stat().st_mode & 0o777 == 0o600


async def test_bytes_that_were_changed_or_exchanged_are_not_given_out(files_folder: Folder) -> None:
    one, other = await keep(), await store(photograph(20, 20), "b.jpg", FilePurpose.PAPER, HERE, "account:8")
    os.replace(files_folder.path(other.key), files_folder.path(one.key))
    with pytest.raises(Lost):
        await read(one.key, WORKER)
    with pytest.raises(Lost):
        await read(other.key, WORKER)
    await files_folder.put(one.key, b"anything")
    with pytest.raises(Lost):
        await read(one.key, WORKER)


async def test_what_is_refused_leaves_nothing(files_folder: Folder) -> None:
    before = list(files_folder.root.rglob("*-*"))
    with pytest.raises(Invalid):
        await store(b"<svg/>", "a.jpg", FilePurpose.PAPER, HERE, "account:7")
    assert list(files_folder.root.rglob("*-*")) == before
    assert not await StoredFile.exists()
    assert not await AuditEntry.exists()


async def test_forgotten_twice_is_forgotten_once_and_the_bytes_follow(files_folder: Folder) -> None:
    file = await keep()
    await forget(file.key, "staff:zhang")
    await forget(file.key, "staff:zhang")
    assert await AuditEntry.filter(action="file.forget", subject=f"file:{file.key}", place=HERE).count() == 1
    with pytest.raises(NotFound):
        await read(file.key, WORKER)
    await shred_forgotten()
    await shred_forgotten()
    assert not files_folder.path(file.key).exists()


async def test_a_forgetting_that_is_undone_keeps_the_bytes() -> None:
    file = await keep()
    async with in_transaction() as transaction:
        await forget(file.key, "staff:zhang")
        await transaction.rollback()
    await shred_forgotten()
    assert (await read(file.key, WORKER))[0] == file


async def test_what_has_expired_is_not_read_and_then_removed(files_folder: Folder) -> None:
    now = clock.now()
    file, stays = await keep(expires_at=now + timedelta(hours=1)), await keep()
    await jobs.forget_expired(now)
    assert await StoredFile.all().count() == 2
    clock.shift += timedelta(hours=2)
    with pytest.raises(NotFound):
        await read(file.key, "account:7")
    await jobs.forget_expired(clock.now())
    await shred_forgotten()
    assert [kept.key for kept in await StoredFile.all()] == [stays.key]
    assert not files_folder.path(file.key).exists()
    assert (await AuditEntry.get(action="file.forget")).actor == "clock"


async def test_bytes_without_a_row_go_after_a_day_and_others_stay(files_folder: Folder) -> None:
    file, orphan, fresh, half = await keep(), uuid4(), uuid4(), uuid4()
    for key in (orphan, fresh):
        await files_folder.put(key, b"bytes")
    partial = files_folder.path(half).with_suffix(".part")
    partial.parent.mkdir(exist_ok=True)
    partial.write_bytes(b"cut off")
    for path in (files_folder.path(file.key), files_folder.path(orphan), partial):
        os.utime(path, (0, 0))
    await sweep(clock.now())
    assert not files_folder.path(orphan).exists()
    assert not partial.exists()
    assert files_folder.path(fresh).exists()
    assert await read(file.key, WORKER)


async def test_a_ledger_waits_for_its_import_only() -> None:
    file = await store(office(), "台账.xlsx", FilePurpose.LEDGER, HERE, "staff:chief")
    with pytest.raises(NotFound):
        await read(file.key, WORKER)
    assert (await read(file.key, Viewer("chief", "", StaffRole.ADMIN, "880412", Level.DISTRICT)))[1] == office()
