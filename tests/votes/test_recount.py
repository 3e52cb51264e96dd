"""An exported vote is checked by one file that needs nothing: what was changed is found, what harms is told."""

import ast
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cli
from handlers.votes import chains, recount
from handlers.votes.answers import stored
from handlers.votes.tallies import Weight
from handlers.votes.terms import Terms, preset, share
from models.states import PollKind
from tests.votes.taken_out import Voice, exported, owners_list, said, secret_list, written, zipped

SOURCE = Path(recount.__file__)
Spoil = Callable[[dict[str, Any]], None]


def _change_answer(export: dict[str, Any]) -> None:
    export["choices"][3][1] = "0"


def _change_weight(export: dict[str, Any]) -> None:
    export["choices"][1][3] = "120.1234"


def _change_heads(export: dict[str, Any]) -> None:
    export["choices"][1][2] = 2


def _remove_line(export: dict[str, Any]) -> None:
    del export["choices"][1]


def _remove_last(export: dict[str, Any]) -> None:
    del export["choices"][-1]


def _swap(export: dict[str, Any]) -> None:
    lines = export["choices"]
    lines[0], lines[1] = lines[1], lines[0]


def _swap_what_they_say(export: dict[str, Any]) -> None:
    lines = export["choices"]
    lines[0][1:4], lines[1][1:4] = lines[1][1:4], lines[0][1:4]


def _add_line(export: dict[str, Any]) -> None:
    seal = chains.choice_seal(bytes.fromhex(export["choices"][-1][-1]), 5, "0", 1, 100)
    export["choices"].append([5, "0", 1, "100.0000", seal.hex()])


def _seal_anew(export: dict[str, Any]) -> None:
    """All seals made again over a changed line, and the facts with them: the result gives it away."""
    export["choices"][3][1] = "0"
    seal = chains.beginning(7, chains.CHOICES)
    for line in export["choices"]:
        seal = chains.choice_seal(seal, line[0], line[1], line[2], Decimal(line[3]))
        line[-1] = seal.hex()
    export["sealed"]["choices"]["last"] = seal.hex()


def _another_poll(export: dict[str, Any]) -> None:
    export["poll"]["id"] = 8


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(_change_answer, id="an answer"),
        pytest.param(_change_weight, id="an area by a ten-thousandth"),
        pytest.param(_change_heads, id="the heads"),
        pytest.param(_remove_line, id="a line removed"),
        pytest.param(_remove_last, id="the last line removed"),
        pytest.param(_swap, id="two lines swapped"),
        pytest.param(_swap_what_they_say, id="two lines swapped under their numbers"),
        pytest.param(_add_line, id="a line added and sealed"),
        pytest.param(_seal_anew, id="everything sealed anew"),
        pytest.param(_another_poll, id="the lines of another poll"),
    ],
)
def test_what_was_changed_in_the_lines_is_found(
    spoil: Spoil, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = owners_list()
    code, words = said(written(export, tmp_path / "a.json"), capsys)
    assert code == 0, words
    assert "全部对得上" in words
    spoil(export)
    code, words = said(written(export, tmp_path / "b.json"), capsys)
    assert code == 1
    assert "× " in words


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("taken_part", "ballots"), 5),
        (("taken_part", "area"), "360.1643"),
        (("choices", 0, "heads"), 4),
        (("choices", 1, "area"), "90.04"),
        (("quorate",), False),
        (("passed",), None),
        (("passed",), 1),
        (("winners",), [0]),
    ],
)
def test_a_changed_result_is_found(
    path: tuple[str | int, ...], value: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = owners_list()
    at: Any = export["poll"]["result"]
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    code, words = said(written(export, tmp_path / "a.json"), capsys)
    assert code == 1
    assert "重新计票" in words


def test_it_tells_the_tests_of_278_with_their_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, words = said(written(owners_list(), tmp_path / "a.json"), capsys)
    assert code == 0
    tests = ("参加人数要不少于2/3", "参加面积要不少于2/3", "赞成的人数要不少于3/4", "赞成的面积要不少于3/4")
    assert [line for line in tests if f"{line}：达到" not in words] == []
    assert "赞成：3票，人数3，270.1233平方米" in words


AREAS = st.decimals(Decimal(0), Decimal(5), places=4)
TERMS = st.builds(
    Terms,
    *[st.sampled_from([None, share(">1/2"), share(">=2/3"), share(">=3/4"), share(">=1/3")])] * 4,
    winners=st.sampled_from([None, 1, 2]),
    floor=st.sampled_from([None, share(">=3/10")]),
)


@settings(max_examples=300)
@given(
    st.sampled_from([PollKind.OWNERS, PollKind.HOUSEHOLD, PollKind.OPINION, PollKind.DELEGATES]),
    st.lists(st.tuples(st.sets(st.integers(0, 2), min_size=1, max_size=2), st.integers(0, 3), AREAS), max_size=12),
    TERMS,
    st.integers(0, 6),
)
def test_it_counts_as_the_product_does_under_whatever_terms(
    kind: PollKind, drawn: list[tuple[set[int], int, Decimal]], terms: Terms, absent: int
) -> None:
    voices: list[Voice] = [(tuple(sorted(answer)), heads, area) for answer, heads, area in drawn]
    heads, area = sum(voice[1] for voice in voices) + absent, sum((voice[2] for voice in voices), Decimal(absent))
    export = exported(kind, voices, Weight(heads, heads, area), terms)
    count = recount.Count(export["poll"], _gathered(voices))
    assert count.differing() == []


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=20), st.integers(0, 50))
def test_it_counts_scores_as_the_product_does(scores: list[tuple[int, int]], absent: int) -> None:
    voices: list[Voice] = [(score, 1, Decimal(0)) for score in scores]
    roll = Weight(len(scores) + absent, len(scores) + absent)
    of: dict[str, Any] = {"choices": (), "dimensions": ("保洁", "秩序")}
    export = exported(PollKind.SCORE, voices, roll, preset(PollKind.SCORE), **of)
    assert recount.Count(export["poll"], _gathered(voices)).differing() == []


def _gathered(voices: list[Voice]) -> dict[str, list[int]]:
    counted: dict[str, list[int]] = {}
    for answer, heads, area in voices:
        weight = counted.setdefault(stored(answer), [0, 0, 0])
        for at, part in enumerate((1, heads, int(area * 10_000))):
            weight[at] += part
    return counted


@pytest.mark.parametrize("of", ["receipts", "choices"])
def test_the_public_list_of_a_secret_vote_is_two_chains_each_of_its_own(
    of: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = secret_list()
    assert said(written(export, tmp_path / "a.json"), capsys)[0] == 0
    export[of][2][1] = "2" if of == "choices" else "AAAA-BBBB-CCC9"
    code, words = said(written(export, tmp_path / "b.json"), capsys)
    assert code == 1
    assert f"{recount.LISTS[of]}的封印从第3行起对不上" in words


def test_a_list_without_choices_says_that_the_result_wants_the_auditors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = secret_list()
    del export["choices"]
    code, words = said(written(export, tmp_path / "a.json"), capsys)
    assert code == 0
    assert "结果要用审计清单来重算" in words


def test_it_runs_by_itself_with_nothing_but_the_standard_library(tmp_path: Path) -> None:
    alone = tmp_path / "recount.py"
    alone.write_bytes(SOURCE.read_bytes())
    good, bad = written(owners_list(), tmp_path / "good.json"), written(owners_list(), tmp_path / "bad.json")
    bad.write_text(bad.read_text("utf-8").replace("120.1233", "120.1234"), "utf-8")
    for file, code, words in ((good, 0, "√ 全部对得上"), (bad, 1, "× 有对不上的地方")):
        done = subprocess.run([sys.executable, "-I", "-S", alone, file], capture_output=True, cwd=tmp_path, check=False)
        assert (done.returncode, done.stderr) == (code, b"")
        assert words in done.stdout.decode()
    no_file = subprocess.run([sys.executable, "-I", "-S", alone], capture_output=True, cwd=tmp_path, check=False)
    assert no_file.returncode == 1
    assert "用法" in no_file.stdout.decode()


def test_it_is_written_for_python_3_9_and_imports_only_what_comes_with_it() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names
    assert not any(node.arg == "strict" for node in ast.walk(tree) if isinstance(node, ast.keyword))


def test_the_command_is_the_same(tmp_path: Path) -> None:
    good = written(owners_list(), tmp_path / "good.json")
    done = CliRunner().invoke(cli.app, ["recount", str(good)])
    assert done.exit_code == 0
    good.write_text(good.read_text("utf-8").replace('"1"', '"0"'), "utf-8")
    assert CliRunner().invoke(cli.app, ["recount", str(good)]).exit_code == 1


def test_a_zip_is_read_with_every_list_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    auditor, public = (written(one(), tmp_path / "one.json").read_bytes() for one in (owners_list, secret_list))
    other = b'{"figures": [1.5, 2.5]}'
    code, words = said(zipped(tmp_path / "a.zip", a_json=auditor, b_json=public, c_json=other, d_txt=b"x"), capsys)
    assert code == 0
    assert "审计清单" in words
    assert "公开名单" in words
    spoilt = public.replace(b"CCC3", b"CCC8")
    assert said(zipped(tmp_path / "b.zip", a_json=auditor, b_json=spoilt), capsys)[0] == 1
