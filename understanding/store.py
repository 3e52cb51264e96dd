"""What was learnt, as files of plain numbers and words: nothing in them can be run."""

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
    _save(
        path, {"centre": verifier.centre, "scale": verifier.scale, "weights": verifier.weights}, {"bias": verifier.bias}
    )


def load_verifier(path: Path) -> Verifier | None:
    """The verifier of a file; None where there is none."""
    if not path.exists():
        return None
    arrays, words = _load(path)
    return Verifier(arrays["centre"], arrays["scale"], arrays["weights"], words["bias"])


def save_classifier(classifier: Classifier, path: Path, *, lexicon: str = "") -> None:
    """Write a classifier.

    Args:
        lexicon: name of the lexicon that it was learnt with, by which it is found again.
    """
    arrays = {"bias": classifier.bias}
    if classifier.lexicon_weights is not None:
        arrays["lexicon"] = classifier.lexicon_weights
    for number, (block, weights) in enumerate(zip(classifier.blocks, classifier.weights, strict=True)):
        arrays |= {f"rarity{number}": block.rarity, f"weights{number}": weights}
    cuts = [next(name for name, cut in CUTS.items() if cut is block.cut) for block in classifier.blocks]
    terms = [sorted(block.numbers, key=lambda term: block.numbers[term]) for block in classifier.blocks]
    _save(path, arrays, {"labels": classifier.labels, "cuts": cuts, "terms": terms, "lexicon": lexicon})


def load_classifier(path: Path) -> Classifier | None:
    """The classifier of a file; None where there is none."""
    if not path.exists():
        return None
    arrays, words = _load(path)
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


def _save(path: Path, arrays: Mapping[str, Scores], words: Parts) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    said = np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), np.uint8)
    unfinished = path.with_suffix(".part.npz")
    np.savez_compressed(unfinished, allow_pickle=False, said=said, **arrays)
    unfinished.replace(path)


def _load(path: Path) -> tuple[dict[str, Scores], dict[str, Any]]:
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(arrays.pop("said").tobytes())
