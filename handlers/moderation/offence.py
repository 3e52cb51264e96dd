"""The classifier of offence that an installation has trained from texts of its own; without one nothing is flagged."""

from pathlib import Path

from settings import get_settings
from understanding.classifier import Classifier
from understanding.folding import bare
from understanding.store import load_classifier

OFFENDS = "1"


class _Held:
    """The classifier of this process, read anew when its file has changed."""

    seen: tuple[Path, float] | None = None
    judge: Classifier | None = None


def offends(text: str) -> bool | None:
    """Whether a text is held as an offence, None where no classifier is installed (`linli train`)."""
    path = get_settings().data_dir / "understanding" / "offence.npz"
    seen = (path, path.stat().st_mtime) if path.exists() else None
    if seen != _Held.seen:
        _Held.judge, _Held.seen = load_classifier(path) if seen else None, seen
    return _Held.judge.likeliest(bare(text)) == OFFENDS if _Held.judge else None
