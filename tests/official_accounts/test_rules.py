"""What an official account and a verification file must look like."""

from dataclasses import replace

import pytest

from errors import Invalid
from handlers.official_accounts.rules import NewAccount, check_account, check_file, faults, is_slug

GOOD = NewAccount("river", "河东社区", "880412", "wx0123456789abcdef", "s" * 32, "tokenriver", "A" * 43)


@pytest.mark.parametrize("slug", ["a", "river", "he-dong-2", "x" * 40])
def test_a_slug_is_short_and_plain(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize("slug", ["", "-a", "a-", "A", "a/b", "a.b", "河", "x" * 41, "a\n"])
def test_anything_else_is_no_slug(slug: str) -> None:
    assert not is_slug(slug)


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("slug", "a b"),
        ("name", ""),
        ("name", "名" * 61),
        ("app_id", "gh_0123456789abcdef"),
        ("app_id", "wx0123456789abcdef "),
        ("app_secret", "short"),
        ("token", "ab"),
        ("token", "has-hyphen"),
        ("aes_key", "A" * 42),
        ("aes_key", "A" * 42 + "="),
        ("mode", "none"),
    ],
)
def test_each_wrong_part_is_named_and_no_other(part: str, wrong: str) -> None:
    assert faults(GOOD) == {}
    assert set(faults(replace(GOOD, **{part: wrong}))) == {part}
    with pytest.raises(Invalid):
        check_account(replace(GOOD, **{part: wrong}))


def test_secrets_are_not_in_what_is_printed() -> None:
    assert "s" * 32 not in repr(GOOD)
    assert "A" * 43 not in repr(GOOD)


NAME = "MP_verify_0123456789abcDEF.txt"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("MP_verify_short.txt", "abc"),
        ("../MP_verify_0123456789abcDEF.txt", "abc"),
        ("MP_verify_0123456789abcDEF.html", "abc"),
        (NAME + "\n", "abc"),
        (NAME, ""),
        (NAME, "a" * 201),
        (NAME, "汉字"),
        (NAME, "a\x00b"),
    ],
)
def test_only_the_platforms_own_files_are_taken(name: str, body: str) -> None:
    check_file(NAME, "0123456789abcDEF\r\n")
    with pytest.raises(Invalid):
        check_file(name, body)
