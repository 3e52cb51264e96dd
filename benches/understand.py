"""`linli bench understand --data DIR`: how well questions are answered and messages are told apart, on labelled texts.

Whatever is learnt is judged on other folds: five, by article or message. The demo's own questions are each asked as if
they were not known. Times are of one thread, beside a fixed loop's.
"""

import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from benches.judging import Marks, accuracy, macro_f1, right_at, told_apart
from handlers.moderation.identifiers import holds_link, numbers_in
from handlers.moderation.wordlist import found_in, packaged
from understanding.articles import Articles, Candidates, Encoder, Entry
from understanding.classifier import Classifier
from understanding.fitting import fit_verifier
from understanding.folding import bare
from understanding.meaning import encoder
from understanding.samples import IN_SCOPE, NEAR, OTHER_TOPIC, TRAIN, Labelled, Query, Samples
from understanding.terms import Scores
from understanding.training import acts_of, departments_of, entries_of, offence_of, offends_above

FOLDS = 5
FAR_BEHIND = 99
DEMO = Path(__file__).parent.parent / "demo" / "faq.yaml"
LEXICAL = {"top1": 0.935, "right": 0.90, "other": 0.97, "p99": 20.0, "demo1": 0.65, "demo3": 0.80}
MEANING = {"top1": 0.965, "right": 0.95, "other": 0.97, "p99": 100.0, "demo1": 0.75, "demo3": 0.90}
ACTS, DEPARTMENTS, OFFENCE, HELD = 0.89, 0.80, 0.78, 0.005
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its floor; a smaller one is better where `most` is set."""

    name: str
    value: float
    floor: float
    most: bool = False

    @property
    def good(self) -> bool:
        return self.value <= self.floor if self.most else self.value >= self.floor

    def __str__(self) -> str:
        mark, bound = "✓" if self.good else "✗", "≤" if self.most else "≥"
        return f"  {mark} {self.name:<28} {self.value:8.4f}   {bound} {self.floor}"


def fold_of(group: str) -> int:
    return zlib.crc32(group.encode()) % FOLDS


def faq_figures(samples: Samples, name: str, encode: Encoder | None) -> Iterator[Figure]:
    """Questions of others to articles that have one wording each."""
    floors = MEANING if encode else LEXICAL
    articles = Articles(entries_of(samples.articles(name)), wider=samples.wider(name), encode=encode)
    queries = samples.queries(name)
    found, seconds = _asked(articles, queries)
    ids = [entry.id for entry in articles.entries]
    answers = zip(queries, found, strict=True)
    right = np.array([[ids[at] == query.answer for at in one.numbers] for query, one in answers], np.bool_)
    sure = _sure(found, right, queries)
    best = sure.argmax(axis=1)
    hit, top = right[np.arange(len(queries)), best], sure.max(axis=1)
    kinds = np.array([query.kind for query in queries])
    known, near, other = kinds == IN_SCOPE, kinds == NEAR, kinds == OTHER_TOPIC
    yield Figure(f"{name} 首选正确", float(hit[known].mean()), floors["top1"])
    yield Figure(f"{name} 误答5%时答对", right_at(top[known], hit[known], top[~known & ~near]), floors["right"])
    yield Figure(f"{name} 别的话题分得开", told_apart(top[known], top[other]), floors["other"])
    yield Figure(f"{name} 相近而不同分得开", told_apart(top[known], top[near]), 0.5)
    yield Figure(f"{name} 99%在几毫秒内", float(np.quantile(seconds, 0.99) * 1000), floors["p99"], most=True)


def _asked(articles: Articles, queries: Sequence[Query]) -> tuple[list[Candidates], list[float]]:
    found: list[Candidates] = []
    seconds: list[float] = []
    for query in queries:
        began = time.perf_counter()
        found.append(articles.candidates(query.text))
        seconds.append(time.perf_counter() - began)
    return found, seconds


def _sure(found: Sequence[Candidates], right: Marks, queries: Sequence[Query]) -> Scores:
    """How sure each candidate is, by what was learnt from the other folds."""
    figures = np.array([one.figures for one in found])
    folds = np.array([fold_of(query.about) for query in queries])
    sure = np.zeros(figures.shape[:2])
    for fold in range(FOLDS):
        verifier = fit_verifier(np.vstack(list(figures[folds != fold])), right[folds != fold].ravel())
        sure[folds == fold] = verifier.sure(figures[folds == fold])
    return sure


def demo_figures(encode: Encoder | None) -> Iterator[Figure]:
    """The demo's own questions, each asked as if it were not known."""
    floors = MEANING if encode else LEXICAL
    written = yaml.safe_load(DEMO.read_text("utf-8"))["entries"]
    articles = Articles(
        [
            Entry(one["id"], (one["question"], *one["phrasings"]), one["answer"], tuple(one["keywords"]))
            for one in written
        ],
        encode=encode,
    )
    firsts = set(np.unique(articles.owners, return_index=True)[1])
    places = [_place(articles, number) for number in range(len(articles.questions)) if number not in firsts]
    yield Figure("演示问答 首选正确", float(np.mean([place == 0 for place in places])), floors["demo1"])
    yield Figure("演示问答 前三有正确", float(np.mean([place < 3 for place in places])), floors["demo3"])


def _place(articles: Articles, question: int) -> int:
    """Where its own article stands when a wording is not known; far behind where it is not among them."""
    found = articles.candidates(articles.questions[question], without=question)
    owner = int(articles.owners[question])
    return found.numbers.index(owner) if owner in found.numbers else FAR_BEHIND


def message_figures(samples: Samples) -> Iterator[Figure]:
    """Messages told apart: asking or reporting, and whose matter."""
    for name, messages, learn, floor in (
        ("咨询还是反映", samples.acts, acts_of, ACTS),
        ("七个部门", samples.departments, departments_of, DEPARTMENTS),
    ):
        said = _said(messages, learn)
        true = [one.label for one in messages]
        yield Figure(f"{name} 正确", accuracy(said, true), floor)
        yield Figure(f"{name} 宏平均F1", macro_f1(said, true), 0.5)


def _said(messages: Sequence[Labelled], learn: Callable[[Sequence[Labelled]], Classifier]) -> list[str]:
    said = [""] * len(messages)
    for fold in range(FOLDS):
        judge = learn([one for one in messages if fold_of(one.text) != fold])
        for number, one in enumerate(messages):
            if fold_of(one.text) == fold:
                said[number] = judge.likeliest(one.text)
    return said


def offence_figures(samples: Samples) -> Iterator[Figure]:
    """Offence, learnt from the training part; the bar is set on other harmless messages than those it is judged by."""
    judge = offence_of(samples.offences(TRAIN))
    at = judge.labels.index("1")
    harmless = [(fold_of(text), text, judge.probabilities(bare(text))[at]) for text in samples.harmless]
    bars = [offends_above(judge, [text for fold, text, _ in harmless if fold != own]) for own in range(FOLDS)]
    flagged = np.array([sure > bars[fold] for fold, _, sure in harmless])
    listed = np.array([bool(found_in(text, packaged())) for text in samples.harmless])
    yield Figure("无害留言被识别程序拦", float(flagged.mean()), HELD, most=True)
    yield Figure("无害留言被词表拦", float(listed.mean()), HELD, most=True)
    yield Figure("无害留言被拦", float((flagged | listed).mean()), HELD, most=True)
    yield Figure(
        "无害留言里有号码", float(np.mean([bool(numbers_in(text)) for text in samples.harmless])), 1, most=True
    )
    yield Figure("无害留言里有网址", float(np.mean([holds_link(text) for text in samples.harmless])), 1, most=True)
    for name in samples.offence_names:
        texts = samples.offences(name)
        said = ["1" if judge.probabilities(bare(one.text))[at] > np.mean(bars) else "0" for one in texts]
        yield Figure(f"冒犯言论 {name} 宏平均F1", macro_f1(said, [one.label for one in texts]), OFFENCE)


def fixed_loop() -> float:
    """Milliseconds that this machine takes to add a million numbers, to read times by."""
    began = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - began) * 1000


def bench_understand(say: Say, folder: Path) -> bool:
    """Say every figure with its floor; whether all hold."""
    samples, figures = Samples(folder), list[Figure]()

    def note(found: Iterator[Figure]) -> None:
        for figure in found:
            figures.append(figure)
            say(str(figure))

    for title, encode in (("只用词句", None), ("加语义", encoder())):
        if title == "加语义" and encode is None:
            say("没有安装语义扩展（pip install 'linli[meaning]'），只测词句。")
            continue
        say(f"{title}（同一台机器数到一百万：{fixed_loop():.0f} 毫秒）")
        note(demo_figures(encode))
        for name in samples.faq_names:
            note(faq_figures(samples, name, encode))
    say("留言")
    if samples.acts or samples.departments:
        note(message_figures(samples))
    if samples.offences(TRAIN):
        note(offence_figures(samples))
    return all(figure.good for figure in figures)


if __name__ == "__main__":
    raise SystemExit(0 if bench_understand(print, Path(sys.argv[1])) else 1)
