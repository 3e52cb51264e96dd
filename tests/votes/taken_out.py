"""Lists of votes as they are taken out, made from the product's own seals and count, and how a file is judged."""

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from handlers.votes import chains, recount
from handlers.votes.answers import Answer, shape_of, stored
from handlers.votes.tallies import Line, Weight, tally
from handlers.votes.terms import Terms, preset
from models.states import PollKind

Voice = tuple[Answer, int, Decimal]


def exported(
    kind: PollKind,
    voices: list[Voice],
    roll: Weight,
    terms: Terms,
    *,
    which: str = "auditor",
    choices: tuple[str, ...] = ("赞成", "反对", "弃权"),
    dimensions: tuple[str, ...] = (),
) -> dict[str, Any]:
    """A list as it is taken out, from the product's own seals and count."""
    shape = shape_of(choices, 3, "弃权", dimensions, (1, 5))
    result = tally(kind, shape, terms, roll, [Line(answer, Weight(1, *weight)) for answer, *weight in voices])
    lines: list[list[Any]] = []
    seal = chains.beginning(7, chains.CHOICES)
    for number, (answer, heads, area) in enumerate(voices, 1):
        seal = chains.choice_seal(seal, number, stored(answer), heads, area)
        weight = [heads, f"{area:.4f}"] if which == "auditor" else []
        lines.append([number, stored(answer), *weight, seal.hex()])
    poll = {
        "id": 7,
        "title": "装不装扶手",
        "kind": kind,
        "choices": choices,
        "abstain": "弃权",
        "dimensions": dimensions,
    }
    return {
        "format": recount.FORMAT,
        "list": which,
        "poll": poll | {"abstain": "弃权", "terms": terms.stored(), "result": result.stored()},
        "sealed": {"choices": {"lines": len(lines), "last": seal.hex()}},
        "choices": lines,
    }


def owners_list() -> dict[str, Any]:
    """Exactly three quarters of heads and area agree."""
    areas = ["88.50", "120.1233", "61.5", "90.0411"]
    voices = [((0,), 1, Decimal(area)) for area in areas[:3]] + [((1,), 1, Decimal(areas[3]))]
    return exported(PollKind.OWNERS, voices, Weight(6, 6, Decimal("540.2466")), preset(PollKind.OWNERS, 8))


def written(export: dict[str, Any], to: Path) -> Path:
    """A line of the list on a line of the file, as the product writes it."""
    facts = {key: value for key, value in export.items() if key not in recount.LISTS}
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))[:-1]
    for of in recount.LISTS:
        if of in export:
            text += f',\n"{of}":[\n' + ",\n".join(json.dumps(line, ensure_ascii=False) for line in export[of]) + "\n]"
    to.write_text(text + "}\n", "utf-8")
    return to


def said(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = recount.main([str(path)])
    return code, capsys.readouterr().out


def secret_list() -> dict[str, Any]:
    """The public list of a secret household vote: receipts, and answers without weight."""
    voices: list[Voice] = [((at,), 1, Decimal(0)) for at in (0, 0, 1, 2, 0)]
    export = exported(PollKind.HOUSEHOLD, voices, Weight(7, 7), preset(PollKind.HOUSEHOLD), which="public")
    seal, lines = chains.beginning(7, chains.RECEIPTS), list[list[Any]]()
    for number in range(1, 6):
        seal = chains.receipt_seal(seal, number, f"AAAA-BBBB-CCC{number}", "")
        lines.append([number, f"AAAA-BBBB-CCC{number}", "", seal.hex()])
    export["sealed"]["receipts"] = {"lines": 5, "last": seal.hex()}
    return export | {"receipts": lines}


def zipped(to: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("_", "."), body)
    return to
