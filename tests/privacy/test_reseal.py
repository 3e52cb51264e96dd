"""A change of key: everything opens under the old and the new one, then under the new one alone."""

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from bot.inbox import Record
from errors import ConfigurationError
from handlers.conversations.inbox import PostgresInbox
from handlers.files.actions import store
from handlers.files.queries import read
from handlers.files.storage import Folder
from handlers.privacy.actions import reseal, sealed_columns
from handlers.residency.registers import on_register
from models import sealed
from models.audit import AuditEntry
from models.conversations import Message
from models.database import rows
from models.residency import Resident
from models.sealed import Keyring, seal, unseal
from models.states import FilePurpose
from tests.factories import make_home, make_resident

OLD, NEW = "the-first-secret-of-all", "a-second-secret-after-it"


class Keys:
    """What stands in LINLI_FIELD_KEY and LINLI_INDEX_KEY, changed as an administrator would with restarts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.are(OLD)

    def are(self, field_key: str, index_key: str = "") -> None:
        ring = Keyring(field_key, index_key)
        self.monkeypatch.setattr(sealed, "keyring", lambda: ring)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    return Keys(monkeypatch)


def silent(_column: str, _done: int, _todo: int) -> None: ...


@pytest.mark.usefixtures("database")
async def test_after_rotation_the_old_key_may_go_and_names_are_still_found(keys: Keys) -> None:
    home = await make_home()
    resident = await make_resident("李秀英", home)
    await PostgresInbox().keep(Record(uuid4(), "wxApp", "oAnna", "text", "我想问问", answer="请说"))
    keys.are(f"{NEW},{OLD}")
    assert await reseal(silent) >= 3
    keys.are(NEW, OLD)
    assert (await Resident.get(id=resident.id)).name == "李秀英"
    assert await on_register(home.id, "李秀英") is not None
    message = await Message.get()
    assert unseal(message.content, "message:content") == "我想问问"


@pytest.mark.usefixtures("database")
async def test_uploads_are_sealed_anew_and_one_without_bytes_is_passed_over(keys: Keys, files_folder: Folder) -> None:
    file = await store(b"%PDF-1.4\n%%EOF\n", "证明.pdf", FilePurpose.PAPER, "880412001001", "account:7")
    gone = await store(b"%PDF-1.4\n%%EOF\n", "证明.pdf", FilePurpose.PAPER, "880412001001", "account:7")
    files_folder.path(gone.key).unlink()
    keys.are(f"{NEW},{OLD}")
    assert await reseal(silent) == 1
    keys.are(NEW, OLD)
    assert (await read(file.key, "account:7"))[1] == b"%PDF-1.4\n%%EOF\n"


@pytest.mark.usefixtures("database")
async def test_again_there_is_nothing_left_to_do(keys: Keys) -> None:
    await make_resident("李秀英")
    keys.are(f"{NEW},{OLD}")
    told: list[tuple[str, int, int]] = []
    assert await reseal(lambda column, done, todo: told.append((column, done, todo))) == 1
    assert told == [("resident.name", 1, 1)]
    assert await reseal(silent) == 0
    assert await AuditEntry.filter(action="privacy.reseal").count() == 2


@pytest.mark.usefixtures("database")
async def test_a_value_of_a_lost_key_stops_the_rotation_with_a_sentence(keys: Keys) -> None:
    await make_resident("李秀英")
    keys.are(NEW)
    with pytest.raises(ConfigurationError, match="resident:name"):
        await reseal(silent)


@pytest.mark.usefixtures("database")
async def test_every_sealed_column_of_the_schema_is_rotated() -> None:
    columns = {f"{table}.{column}" for table, _, column in sealed_columns()}
    found = await rows(
        """SELECT table_name || '.' || column_name AS place FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name NOT LIKE '%_index'
             AND column_name NOT IN ('seal', 'digest', 'person')"""
    )
    assert columns == {row["place"] for row in found}


def test_what_was_sealed_before_key_ids_were_derived_still_opens(keys: Keys) -> None:
    value = b"\x01" + seal("李秀英", "resident:name")[1:]
    keys.are(f"{NEW},{OLD}")
    assert unseal(value, "resident:name") == "李秀英"
    keys.are(NEW)
    with pytest.raises(InvalidTag):
        unseal(value, "resident:name")


def test_a_secret_named_twice_is_one() -> None:
    assert len(Keyring(f"{NEW},{OLD},{NEW}").ciphers) == 2


def test_two_secrets_with_one_key_id_are_refused() -> None:
    secrets = [f"secret number {number}" for number in range(129)]
    with pytest.raises(ConfigurationError, match="LINLI_FIELD_KEY"):
        Keyring(",".join(secrets))
