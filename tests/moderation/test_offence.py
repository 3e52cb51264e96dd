"""The classifier of offence: marks by the bar that harmless messages set, and nothing where none is installed."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from handlers.moderation import offence
from understanding.folding import bare
from understanding.samples import Labelled
from understanding.store import save_classifier
from understanding.training import held_from, offence_of, offends_above

BAD = ("你这个坏东西滚开", "滚开坏东西", "坏东西你滚", "真是坏东西快滚开")
GOOD = ("路灯坏了请修一修", "请把车棚修一修", "楼道灯坏了三天", "建议修一修路灯", "什么时候修路灯")


def test_a_text_above_the_bar_is_flagged_and_none_without_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offence, "get_settings", lambda: SimpleNamespace(data_dir=tmp_path))
    assert offence.offends(BAD[0]) is None
    judge = offence_of([*(Labelled(text, "1") for text in BAD), *(Labelled(text, "0") for text in GOOD)])
    above = offends_above(judge, GOOD)
    strict = held_from(judge, above)
    save_classifier(strict, tmp_path / "understanding" / "offence.npz")
    at = judge.labels.index("1")
    for text in (*BAD, *GOOD):
        assert offence.offends(text) is bool(judge.probabilities(bare(text))[at] > above)
    assert offence.offends(BAD[0])
    assert not offence.offends(GOOD[1])
