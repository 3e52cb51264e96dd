"""A file made to do harm, or broken on its way, gets one sentence from the recount."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.votes import chains, recount
from handlers.votes.tallies import Weight
from handlers.votes.terms import preset
from models.states import PollKind
from tests.votes.taken_out import exported, owners_list, said, secret_list, written, zipped

HEAD = b'{"format":"linli-poll/1","list":"auditor","poll":{"id":7},"sealed":{}'
LINE = b'[1,"0",1,"1.0000","' + b"0" * 64 + b'"]'


def hostile() -> Iterator[Any]:
    good = json.dumps(owners_list()).encode()
    yield pytest.param(b"", id="empty")
    yield pytest.param(b"\x00\xff" * 5000, id="noise")
    yield pytest.param(b"\x1f\x8b\x08\x00", id="another archive")
    yield pytest.param(b"PK\x03\x04" + b"\x00" * 50, id="the beginning of a ZIP")
    yield pytest.param(good, id="written on one line")
    yield pytest.param(b"[" * 100_000, id="nested deep")
    yield pytest.param(HEAD + b',"x":' + b"[" * 90_000 + b"\n", id="nested deep in the facts")
    yield pytest.param(HEAD, id="facts alone")
    yield pytest.param(HEAD + b',\n"choices":[\n', id="broken off")
    yield pytest.param(HEAD + b',\n"choices":[\n]}\n', id="no result")
    yield pytest.param(HEAD + b',\n"choices":[\n' + LINE + b",\n{}\n]}\n", id="a line that is none")
    yield pytest.param(HEAD + b',\n"choices":[\n[1]\n]}\n', id="a line too short")
    yield pytest.param(HEAD + b',\n"choices":[\n[1,"0",' + b"9" * 5000 + b',"1.0000","00"]\n]}\n', id="a huge number")
    yield pytest.param(HEAD + b',\n"choices":[\n[1,"0",1e9,"1.0000","00"]\n]}\n', id="a fraction")
    yield pytest.param(HEAD + b',\n"choices":[\n[1,"0",NaN,"1.0000","00"]\n]}\n', id="no number")
    yield pytest.param(HEAD + b',\n"choices":[\n[1,"-1",1,"1e99999","00"]\n]}\n', id="a huge exponent")
    yield pytest.param(HEAD + b',\n"receipts":[\n[1,null,{},[]]\n]}\n', id="nothing where words belong")
    yield pytest.param(HEAD + b',\n"choices":[\n' + b"9" * 300_000 + b"\n]}\n", id="an endless line")
    yield pytest.param(HEAD + b',\n"choices":[\n' + b"\xc3\x28\n]}\n", id="not UTF-8")
    yield pytest.param(HEAD.replace(b'{"id":7}', b"[]") + b',\n"choices":[\n]}\n', id="facts of another kind")
    yield pytest.param(HEAD.replace(b"poll/1", b"poll/9") + b"\n", id="of another version")


@pytest.mark.parametrize("body", [*hostile()])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "zipped"])
def test_a_file_made_to_do_harm_gets_one_sentence(
    body: bytes, packed: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(body)
    code, words = said(zipped(tmp_path / "a.zip", a_json=body) if packed else file, capsys)
    assert code == 1
    assert words.startswith("× ")
    assert words.count("\n") == 1


def test_a_file_is_read_no_further_than_a_list_can_be_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "MAX_BYTES", 50_000)
    endless = HEAD + b',\n"choices":[\n' + (LINE + b",\n") * 10_000
    code, words = said(zipped(tmp_path / "a.zip", a_json=endless), capsys)
    assert (code, words) == (1, "× 文件太大，或者不是导出的格式。\n")


def test_what_moves_a_cursor_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = owners_list()
    export["poll"]["title"] = "好\x1b[2J\x1b]0;票\x07\n√ 全部\u202e对得上。"
    _, words = said(written(export, tmp_path / "a.json"), capsys)
    assert words.splitlines()[0].startswith("好?[2J?]0;票??√ 全部?对得上")


def test_heads_below_nought_are_not_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sealed and added up without a fault: somebody's ballot would take away another's."""
    voices = [((0,), 1, Decimal(0)), ((1,), -1, Decimal(0))]
    export = exported(PollKind.HOUSEHOLD, voices, Weight(4, 4), preset(PollKind.HOUSEHOLD))
    assert said(written(export, tmp_path / "a.json"), capsys) == (1, f"× {recount.SPOILT}\n")


def test_the_same_receipt_given_to_two_voters_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sealed anew without a fault: of two people who hold one number, one was not counted."""
    export = secret_list()
    link = chains.beginning(7, chains.RECEIPTS)
    for line in export["receipts"]:
        link = chains.receipt_seal(link, line[0], "AAAA-BBBB-CCC1", "")
        line[1:] = ["AAAA-BBBB-CCC1", "", link.hex()]
    export["sealed"]["receipts"]["last"] = link.hex()
    code, words = said(written(export, tmp_path / "a.json"), capsys)
    assert (code, "凭证有重复的" in words) == (1, True)


def test_more_receipts_than_choices_are_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = secret_list()
    number, receipt, link = 6, "AAAA-BBBB-CCC6", bytes.fromhex(export["receipts"][-1][-1])
    link = chains.receipt_seal(link, number, receipt, "")
    export["receipts"].append([number, receipt, "", link.hex()])
    export["sealed"]["receipts"] = {"lines": number, "last": link.hex()}
    code, words = said(written(export, tmp_path / "a.json"), capsys)
    assert (code, "比选择还多" in words) == (1, True)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_whatever_is_written_into_a_list_it_is_judged_or_refused(noise: bytes, at: int) -> None:
    with TemporaryDirectory() as folder:
        file = written(owners_list(), Path(folder) / "a.json")
        body = file.read_bytes()
        file.write_bytes(body[:at] + noise + body[at + len(noise) :])
        try:
            found = recount.examine(str(file))
        except recount.Unreadable:
            return
        assert all(one.said for one in found)
