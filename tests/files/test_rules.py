"""Names of uploads, and who may read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.files.rules import TERMS, Kind, clean_name, may_read
from handlers.staff.rules import Viewer
from models.states import FilePurpose, Level, StaffRole


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\Users\\王\\桌面\\台账.XLSX", "台账.xlsx"),
        ("../../etc/passwd", "passwd.xlsx"),
        ("", "文件.xlsx"),
        ("...", "文件.xlsx"),
        (".xlsx", "xlsx.xlsx"),
        ("a\r\nSet-Cookie: x=1.xlsx", "a Set-Cookie x=1.xlsx"),
        ("cod\u202exslx.exe", "cod xslx.xlsx"),
        ("表" * 300 + ".xlsx", "表" * 80 + ".xlsx"),
        ("2026.5.1 名单", "2026.5.xlsx"),
    ],
)
def test_a_name_is_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name, Kind.XLSX) == kept


@given(st.text(max_size=200), st.sampled_from(Kind))
def test_a_name_is_always_short_plain_and_ends_as_its_content(name: str, kind: Kind) -> None:
    kept = clean_name(name, kind)
    assert 0 < len(kept) <= 120
    assert kept.isprintable()
    assert not set(kept) & set('/\\"<>')
    assert kept.endswith(tuple(f".{ending}" for ending in kind.endings))


def viewer(role: StaffRole, code: str) -> Viewer:
    return Viewer("x", "x", role, code, Level.COMMUNITY)


@pytest.mark.parametrize("purpose", FilePurpose)
@pytest.mark.parametrize("role", StaffRole)
def test_staff_read_where_they_have_the_permission_and_the_place(purpose: FilePurpose, role: StaffRole) -> None:
    here = viewer(role, "880412001001")
    assert may_read(purpose, "880412001001", "account:7", here) == here.may(TERMS[purpose].readers)
    for elsewhere in ("880412001002", "880412001", ""):
        assert not may_read(purpose, elsewhere, here.actor, here)


def test_a_resident_reads_their_own_only() -> None:
    assert may_read(FilePurpose.PAPER, "880412001001", "account:7", "account:7")
    assert not may_read(FilePurpose.PAPER, "880412001001", "account:7", "account:77")
