"""Labelled texts in a folder, to learn from or be judged by: `faq_NAME.*.jsonl`, `gov_act_NAME.jsonl` and so on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FAQ = "faq_{}.kb.jsonl"
HEAVY = 3
"""A title says in few words what it is about: it counts so many times."""
TRAIN = "train"
ASKS, REPORTS = "咨询", "反映"
IN_SCOPE, NEAR, OTHER_TOPIC = "in_scope", "oos_near", "oos_legal_other"


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the article that answers it, or none; `kind` says what sort of question, `about` its group."""

    text: str
    answer: str
    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message and what it is."""

    text: str
    label: str


@dataclass(frozen=True)
class Samples:
    """A folder of samples; whatever is missing is empty."""

    folder: Path

    @cached_property
    def faq_names(self) -> list[str]:
        return self._names("faq_", ".kb.jsonl")

    def articles(self, name: str) -> dict[str, str]:
        """Standard questions by id."""
        return {one["faq_id"]: one["question"] for one in self._lines(FAQ.format(name))}

    def wider(self, name: str) -> list[str]:
        """More questions of the matter, which no article answers."""
        return [one["question"] for one in self._lines(f"faq_{name}.distractors.jsonl")]

    def queries(self, name: str) -> list[Query]:
        return [
            Query(one["query"], one["faq_id"], one["kind"], one["faq_id"] or one.get("near") or one["qid"])
            for one in self._lines(f"faq_{name}.queries.jsonl")
        ]

    @cached_property
    def acts(self) -> list[Labelled]:
        """Messages that ask for something to be known, or for something to be dealt with."""
        return [
            Labelled(message(one["title_wo_verb"], one["detail"]), ASKS if one["label"] == "consult" else REPORTS)
            for one in self._all("gov_act_")
        ]

    @cached_property
    def departments(self) -> list[Labelled]:
        return [Labelled(message(one["title"], one["detail"]), one["label"]) for one in self._all("gov_category_")]

    @cached_property
    def harmless(self) -> list[str]:
        """What citizens write and nobody may hold back."""
        return [one["text"] for one in self._all("benign_citizen_")]

    @cached_property
    def offence_names(self) -> list[str]:
        return [name for name in self._names("toxic_cold_", ".jsonl") if name != TRAIN]

    def offences(self, name: str) -> list[Labelled]:
        return [Labelled(one["text"], str(one["label"])) for one in self._lines(f"toxic_cold_{name}.jsonl")]

    def _names(self, begins: str, ends: str) -> list[str]:
        found = sorted(self.folder.glob(f"{begins}*{ends}"))
        return [path.name.removeprefix(begins).removesuffix(ends) for path in found]

    def _all(self, begins: str) -> list[dict[str, Any]]:
        return [line for name in self._names(begins, ".jsonl") for line in self._lines(f"{begins}{name}.jsonl")]

    def _lines(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        return list(_read(path)) if path.exists() else []


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def message(title: str, detail: str) -> str:
    """A message as it is judged: what its title says weighs more."""
    return f"{title}。" * HEAVY + detail
