"""The command line as an operator meets it, on one data folder whose engines stay up between commands."""

import asyncio
import csv
import os
import re
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

import cli
from engines import Engines, start_engines
from tests.installation import Installation, Said

ROOT = Path(__file__).parent.parent
COMMUNITY = "990103001001"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    """The engines are held here, so that commands find them running."""
    data = tmp_path_factory.mktemp("cli")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    held = start_engines(data, postgres=True, redis=True)
    cli.out.width = 200
    yield Installation(data, port)
    held.release()


@pytest.fixture(scope="module")
def loaded(installation: Installation) -> Said:
    """What the first import of the demonstration's folder said."""
    return installation.linli("import", ROOT / "demo")


def ask(engines: Engines, sql: str, database: str = "linli") -> list[asyncpg.Record]:
    async def asked() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(engines.database_url.replace("/linli?", f"/{database}?"))
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()

    return asyncio.run(asked())


@pytest.fixture(scope="module")
def query(installation: Installation) -> Generator[Callable[..., list[asyncpg.Record]]]:
    engines = start_engines(installation.data, postgres=True, redis=False)
    yield lambda sql, database="linli": ask(engines, sql, database)
    engines.release()


Query = Callable[..., list[asyncpg.Record]]


def test_the_test_environment_starts_empty(installation: Installation, query: Query) -> None:
    assert installation.linli("migrate").code == 0
    assert query("SELECT count(*) FROM organisation")[0]["count"] == 0


def test_every_known_file_is_loaded_and_the_others_are_named(loaded: Said) -> None:
    assert loaded.code == 0
    assert re.search(r"dwellings\.csv：新增 [1-9]\d*，更新 0，未变 0", loaded.text)
    assert re.search(r"faq\.yaml：新增 [1-9]\d*", loaded.text)
    assert "offers.yaml：未装载" in loaded.text


@pytest.mark.usefixtures("loaded")
def test_the_same_folder_again_changes_nothing(installation: Installation, query: Query) -> None:
    before = query(
        "SELECT (SELECT count(*) FROM dwelling), (SELECT count(*) FROM resident), (SELECT count(*) FROM poll)"
    )
    again = installation.linli("import", ROOT / "demo")
    assert again.code == 0
    assert set(re.findall(r"新增 (\d+)，更新 (\d+)", again.text)) == {("0", "0")}
    assert before == query(
        "SELECT (SELECT count(*) FROM dwelling), (SELECT count(*) FROM resident), (SELECT count(*) FROM poll)"
    )


def test_a_folder_without_known_files_is_refused_in_one_sentence(installation: Installation, tmp_path: Path) -> None:
    refused = installation.linli("import", tmp_path)
    assert refused.code == 1
    assert refused.text.count("\n") == 1
    assert "org.yaml" in refused.text


def letters(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.usefixtures("loaded")
def test_letters_repeat_valid_codes_until_new_ones_are_asked_for(installation: Installation, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.csv" for number in range(3)]
    for file, new in zip(files, ([], [], ["--new"]), strict=True):
        assert installation.linli("letters", "--community", COMMUNITY, "--csv", file, *new).code == 0
    first, second, third = map(letters, files)
    assert files[0].read_bytes().startswith(b"\xef\xbb\xbfaddress,code,expires_on\r\n")
    assert files[0].stat().st_mode & 0o077 == 0
    assert len(first) > 500
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", letter["code"]) for letter in first)
    assert second == first
    assert [letter["address"] for letter in third] == [letter["address"] for letter in first]
    assert not {letter["code"] for letter in third} & {letter["code"] for letter in first}


@pytest.mark.usefixtures("loaded")
def test_letters_of_an_unknown_community_are_refused(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    assert installation.linli("letters", "--community", "1", "--csv", file).code == 1
    assert not file.exists()


@pytest.mark.usefixtures("loaded")
def test_staff_are_added_with_a_password_that_no_process_list_shows(installation: Installation, query: Query) -> None:
    words = ("staff", "add", "zhang.min", "--role", "editor", "--org", COMMUNITY, "--password-stdin", "--name", "张敏")
    assert installation.linli(*words, stdin="linden-42-trees\n").code == 0
    [member] = query("SELECT role, name, password_hash FROM staff_member WHERE login = 'zhang.min'")
    assert (member["role"], member["name"]) == ("editor", "张敏")
    assert member["password_hash"].startswith("$argon2")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "password", "complaint"),
    [
        (("li.na", "--role", "editor", "--org", COMMUNITY), "12345678", "太容易猜到"),
        (("li.na", "--role", "editor", "--org", COMMUNITY), "short", "8到128"),
        (("Li Na", "--role", "editor", "--org", COMMUNITY), "linden-42-trees", "小写字母"),
        (("li.na", "--role", "editor", "--org", "1"), "linden-42-trees", "没有这个机构编码"),
    ],
)
def test_staff_that_could_not_sign_in_safely_are_refused(
    installation: Installation, words: tuple[str, ...], password: str, complaint: str
) -> None:
    refused = installation.linli("staff", "add", *words, "--password-stdin", stdin=f"{password}\n")
    assert refused.code == 1
    assert complaint in refused.text
    assert password not in refused.text


@pytest.mark.usefixtures("loaded")
def test_the_clock_moves_and_what_falls_due_is_done(installation: Installation, query: Query) -> None:
    open_now = "SELECT count(*) FROM poll WHERE state = 'open'"
    closed = "SELECT count(*) FROM audit_entry WHERE action = 'poll.close'"
    opened, before = query(open_now)[0]["count"], query(closed)[0]["count"]
    assert opened > 0
    moved = installation.linli("clock", "+40d")
    assert (moved.code, "40 days" in moved.text) == (0, True)
    assert (query(open_now)[0]["count"], query(closed)[0]["count"]) == (0, before + opened)
    assert "0:00:00" in installation.linli("clock", "reset").text
    assert query("SELECT value::float FROM shared WHERE name = 'clock_shift'")[0]["value"] == 0


@pytest.mark.parametrize("shift", ["3d", "tomorrow", "+3w", "++1d"])
def test_the_clock_takes_no_guess(installation: Installation, shift: str) -> None:
    moved = installation.linli("clock", shift)
    assert (moved.code, "reset" in moved.text) == ((0, False) if shift == "3d" else (2, True))


def test_a_setting_that_can_not_be_meant_is_named(installation: Installation) -> None:
    for command in ("doctor", "clock", "serve"):
        refused = installation.linli(command, LINLI_PORT="eight")
        assert (refused.code, "LINLI_PORT" in refused.text) == (1, True)


def test_production_refuses_to_move_the_clock(installation: Installation) -> None:
    assert installation.linli("clock", "+3d", LINLI_ENV="production").code == 1


@pytest.mark.usefixtures("loaded")
def test_a_backup_restores_into_an_empty_database(installation: Installation, query: Query, tmp_path: Path) -> None:
    installation.linli("clock", "+1m")
    installation.linli("clock", "reset")
    file, uploaded = tmp_path / "linli.tar", installation.data / "files" / "ab" / f"ab{str(uuid4())[2:]}"
    uploaded.parent.mkdir(parents=True)
    uploaded.write_bytes(b"sealed bytes")
    assert "1 个，都在备份里" in installation.linli("backup", file).text
    uploaded.unlink()
    assert file.stat().st_mode & 0o077 == 0
    query("CREATE DATABASE restored")
    [host] = query("SELECT split_part(current_setting('unix_socket_directories'), ',', 1) AS folder")
    other = {"LINLI_DATABASE_URL": f"postgres://postgres@/restored?host={host['folder']}"}
    assert installation.linli("restore", file, **other).code == 0
    assert uploaded.read_bytes() == b"sealed bytes"
    assert counts(query, "restored") == counts(query, "linli")
    chain = "SELECT number, seal FROM audit_entry WHERE number IS NOT NULL ORDER BY number"
    assert query(chain, "restored") == query(chain) != []
    assert re.search(r"✓\s+审计链", installation.linli("doctor", **other).text)
    refused = installation.linli("restore", file, **other)
    assert refused.code == 1
    assert "--replace" in refused.text
    assert installation.linli("restore", file, "--replace", **other).code == 0


def test_a_backup_says_that_files_in_a_bucket_are_not_in_it(installation: Installation, tmp_path: Path) -> None:
    bucket = {"LINLI_S3_ENDPOINT": "https://s3.example.org", "LINLI_S3_BUCKET": "linli"}
    said = installation.linli("backup", tmp_path / "linli.tar", **bucket).text
    assert said.splitlines()[-1] == "上传的文件：不在备份里，请用对象存储自己的备份"


def test_what_is_no_backup_is_refused(installation: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.add(Path(__file__), "database.sql")
    refused = installation.linli("restore", other, "--replace")
    assert (refused.code, "不是邻里的备份" in refused.text) == (1, True)


def counts(query: Query, database: str) -> dict[str, int]:
    tables = [
        row["tablename"] for row in query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    ]
    counted = {table: query(f'SELECT count(*) FROM "{table}"', database)[0]["count"] for table in tables}
    assert counted["dwelling"] > 0
    return counted


def test_a_backup_stands_in_the_data_folder_unless_told_otherwise(installation: Installation) -> None:
    assert installation.linli("backup").code == 0
    assert len(list((installation.data / "backups").glob("linli-*.tar"))) == 1


def test_production_refuses_to_start_and_gives_every_reason(installation: Installation) -> None:
    for command in ("serve", "worker", "doctor"):
        refused = installation.linli(command, LINLI_ENV="production", LINLI_SIMULATOR="true")
        assert refused.code == 1
        assert {"LINLI_SECRET_KEY", "LINLI_FIELD_KEY", "LINLI_SIMULATOR"} <= set(re.findall(r"LINLI_\w+", refused.text))
        assert "https://" in refused.text
        assert ("root" in refused.text) is (os.geteuid() == 0)


def test_the_doctor_names_what_is_wrong_and_what_to_do(installation: Installation) -> None:
    examined = installation.linli(
        "doctor", LINLI_WECHAT_API_BASE="http://127.0.0.1:9", LINLI_REDIS_URL="redis://127.0.0.1:9"
    )
    assert examined.code == 1
    assert re.search(r"✗\s+缓存\s+连不上.*检查 LINLI_REDIS_URL", examined.text)
    assert re.search(r"✗\s+微信平台\s+.*核对 AppID", examined.text)
    assert re.search(r"✓\s+数据库\s+PostgreSQL 18", examined.text)


@pytest.mark.usefixtures("loaded")
def test_the_doctor_sees_that_the_audit_trail_was_changed(installation: Installation, query: Query) -> None:
    installation.linli("clock", "+1m")
    installation.linli("clock", "reset")
    assert re.search(r"✓\s+审计链", installation.linli("doctor").text)
    query("UPDATE audit_entry SET actor = 'staff:nobody' WHERE number = 1")
    assert re.search(r"✗\s+审计链\s+第 1 条", installation.linli("doctor").text)
    query("UPDATE audit_entry SET actor = 'cli' WHERE number = 1")


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture
def server(installation: Installation) -> Generator[str]:
    """A web server with the simulator behind it; its address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    environment = kept | installation.environment | {"LINLI_SIMULATOR": "true"}
    command = [Path(sys.executable).with_name("linli"), "serve"]
    with (installation.data / "serve.log").open("w") as log:
        running = subprocess.Popen(command, env=environment, cwd=installation.data, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{installation.port}"
    deadline = time.monotonic() + 30
    while not answers(f"{address}/readyz"):
        log = (installation.data / "serve.log").read_text()
        assert running.poll() is None, log
        assert time.monotonic() < deadline, log
        time.sleep(0.1)
    yield address
    running.terminate()
    assert running.wait(20) == 0


def test_beside_a_running_server_everything_is_well(installation: Installation, server: str) -> None:
    examined = installation.linli("doctor", LINLI_SIMULATOR="true")
    assert "✗" not in examined.text
    assert examined.code == 0
    assert installation.linli("menu", "push", LINLI_SIMULATOR="true").code == 0
    with urllib.request.urlopen(f"{server}/metrics", timeout=5) as page:
        assert b"linli_webhook_answers" in page.read()
