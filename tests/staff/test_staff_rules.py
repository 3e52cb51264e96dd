"""What each role may do, over which part of the tree, and which logins and passwords are accepted."""

import pytest

from errors import Forbidden, Invalid
from handlers.staff.rules import PERMISSIONS, Permission, Viewer, check_login, check_password
from models.states import Level, StaffRole


def viewer(role: StaffRole, code: str = "880412001") -> Viewer:
    return Viewer("lin", "林工", role, code, Level.SUBDISTRICT)


def test_every_role_has_its_line() -> None:
    assert set(PERMISSIONS) == set(StaffRole)


def test_the_administrator_may_do_everything_but_judge_it() -> None:
    assert PERMISSIONS[StaffRole.ADMIN] == set(Permission) - {Permission.AUDIT_VIEW}


def test_publishing_passes_three_people() -> None:
    steps = (Permission.VOTES_EDIT, Permission.VOTES_REVIEW, Permission.VOTES_PUBLISH)
    for role in set(StaffRole) - {StaffRole.ADMIN}:
        assert len(PERMISSIONS[role] & set(steps)) <= 1, role


def test_the_auditor_reads_and_changes_nothing() -> None:
    assert Permission.AUDIT_VIEW in PERMISSIONS[StaffRole.AUDITOR]
    assert all(permission.endswith("_view") for permission in PERMISSIONS[StaffRole.AUDITOR])


@pytest.mark.parametrize("permission", [Permission.STAFF_EDIT, Permission.IMPORT_RUN])
def test_only_the_administrator_changes_staff_and_registers(permission: Permission) -> None:
    assert [role for role in StaffRole if permission in PERMISSIONS[role]] == [StaffRole.ADMIN]


def test_a_missing_permission_is_refused() -> None:
    viewer(StaffRole.EDITOR).require(Permission.VOTES_EDIT)
    with pytest.raises(Forbidden):
        viewer(StaffRole.EDITOR).require(Permission.VOTES_PUBLISH)


@pytest.mark.parametrize(
    ("code", "seen"),
    [("880412001", True), ("880412001002", True), ("880412001002003", True), ("880412002", False), ("880412", False)],
)
def test_scope_is_everything_below_the_own_code(code: str, seen: bool) -> None:
    assert viewer(StaffRole.WORKER).sees(code) is seen


@pytest.mark.parametrize("login", ["lin", "admin-880412", "a.b_c-9", "x" * 40])
def test_plain_logins_are_accepted(login: str) -> None:
    check_login(login)


@pytest.mark.parametrize("login", ["", "ab", "x" * 41, "Lin", "林工", "a b", "a/b", "lin\n"])
def test_other_logins_are_refused(login: str) -> None:
    with pytest.raises(Invalid):
        check_login(login)


@pytest.mark.parametrize("password", ["short-1", "x" * 129, "12345678", "Password", "QWER1234", "lin-gong"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, "lin-gong")


@pytest.mark.parametrize("password", ["河东社区的密码要长", "four-short-words", "x8$kQ2!p"])
def test_other_passwords_are_accepted(password: str) -> None:
    check_password(password, "lin-gong")
