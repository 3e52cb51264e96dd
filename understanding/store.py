"""What was learnt, as files of plain numbers and words: nothing in them can be run."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from understanding.classifier import Block, Classifier
from understanding.lexicon import read_lexicon
from understanding.terms import CUTS, Scores
from understanding.verifier import Verifier

Parts = Mapping[str, Any]


def save_verifier(verifier: Verifier, path: Path) -> None:
    """Write a verifier in one piece: a reader sees the old file or the new one."""
    figures = {"centre": verifier.centre, "scale": verifier.scale, "weights": verifier.weights}
    _put(path, _written(figures, {"bias": verifier.bias}))


def load_verifier(path: Path) -> Verifier | None:
    """The verifier of a file; None where there is none."""
    if not path.exists():
        return None
    arrays, words = _read(path.read_bytes())
    return Verifier(arrays["centre"], arrays["scale"], arrays["weights"], words["bias"])


def save_classifier(classifier: Classifier, path: Path, *, lexicon: str = "") -> None:
    """Write a classifier into a file.

    Args:
        lexicon: name of the lexicon that it was learnt with, by which it is found again.
    """
    _put(path, classifier_bytes(classifier, lexicon=lexicon))


def classifier_bytes(classifier: Classifier, *, lexicon: str = "") -> bytes:
    """A classifier as it is kept; the name of its lexicon as above."""
    arrays = {"bias": classifier.bias}
    if classifier.lexicon_weights is not None:
        arrays["lexicon"] = classifier.lexicon_weights
    for number, (block, weights) in enumerate(zip(classifier.blocks, classifier.weights, strict=True)):
        arrays |= {f"rarity{number}": block.rarity, f"weights{number}": weights}
    cuts = [next(name for name, cut in CUTS.items() if cut is block.cut) for block in classifier.blocks]
    terms = [sorted(block.numbers, key=lambda term: block.numbers[term]) for block in classifier.blocks]
    return _written(arrays, {"labels": classifier.labels, "cuts": cuts, "terms": terms, "lexicon": lexicon})


def load_classifier(path: Path) -> Classifier | None:
    """The classifier of a file; None where there is none."""
    return read_classifier(path.read_bytes()) if path.exists() else None


def read_classifier(content: bytes) -> Classifier:
    """The classifier as `classifier_bytes` kept it."""
    arrays, words = _read(content)
    blocks = [
        Block(CUTS[cut], {term: at for at, term in enumerate(terms)}, arrays[f"rarity{number}"])
        for number, (cut, terms) in enumerate(zip(words["cuts"], words["terms"], strict=True))
    ]
    return Classifier(
        tuple(words["labels"]),
        tuple(blocks),
        tuple(arrays[f"weights{number}"] for number in range(len(blocks))),
        arrays["bias"],
        read_lexicon(words["lexicon"]) if words["lexicon"] else None,
        arrays.get("lexicon"),
    )


def _written(arrays: Mapping[str, Scores], words: Parts) -> bytes:
    said, file = np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), np.uint8), io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, said=said, **arrays)
    return file.getvalue()


def _read(content: bytes) -> tuple[dict[str, Scores], dict[str, Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(arrays.pop("said").tobytes())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
