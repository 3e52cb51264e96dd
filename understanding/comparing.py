"""How what was asked compares with a question that is known: the figures by which a verifier judges."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from understanding.folding import fold
from understanding.terms import Terms

ASKS = tuple(
    re.compile(sought)
    for sought in (
        "谁|哪位|向哪个|哪个部门",
        "多久|期限|时效|时间|什么时候|早晚",
        "哪里|地方|地址",
        "多少|标准|几倍|钱|金额|比例",
        "怎么|流程|程序|步骤|办法|方式|途径",
        "什么|材料|条件|内容|情形|情况|范围",
        "为什么|原因|理由|依据",
        "能|是|有没|合法|违法|算不算|有效|会不会",
    )
)
"""What a question asks for: who, when, where, how much, how, what, why, whether."""
_NOT = re.compile("不|没|无|未|非|拒|禁")
_NUMBER = re.compile(r"[0-9一二两三四五六七八九十百千万]+")
WORST = 3
"""So many of the weightiest terms that the other lacks are added up."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text taken apart once, to be compared with many."""

    text: str
    pairs: frozenset[str]
    words: frozenset[str]
    pair_mass: float
    word_mass: float
    asks: tuple[bool, ...]
    negations: int
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str, pairs: Terms, words: Terms) -> "Wording":
        folded = fold(text)
        own_pairs, own_words = frozenset(pairs.cut(folded)), frozenset(words.cut(folded))
        return cls(
            folded,
            own_pairs,
            own_words,
            pairs.mass(own_pairs) or 1.0,
            words.mass(own_words) or 1.0,
            tuple(bool(sought.search(folded)) for sought in ASKS),
            len(_NOT.findall(folded)),
            frozenset(_NUMBER.findall(folded)),
        )


def compare(asked: Wording, known: Wording, pairs: Terms, words: Terms) -> list[float]:
    """The figures for one pair of wordings, each about 0 to 1 or a count."""
    shared, shared_words = pairs.mass(asked.pairs & known.pairs), words.mass(asked.words & known.words)
    return [
        shared / asked.pair_mass,
        shared / known.pair_mass,
        2 * shared / (asked.pair_mass + known.pair_mass),
        shared_words / asked.word_mass,
        shared_words / known.word_mass,
        *_lacking(asked.pairs - known.pairs, pairs),
        *_lacking(known.pairs - asked.pairs, pairs),
        *_lacking(asked.words - known.words, words),
        *_lacking(known.words - asked.words, words),
        *_in_order(asked.text, known.text),
        *_meant(asked, known),
    ]


def _lacking(terms: Iterable[str], known: Terms) -> tuple[float, float]:
    """The weightiest term that the other lacks, and the few weightiest together."""
    weights = sorted(map(known.rarity, terms), reverse=True)[:WORST]
    return (weights[0] if weights else 0.0), sum(weights)


def _in_order(asked: str, known: str) -> tuple[float, ...]:
    """What stands in both in the same order, of each and in one piece; and their lengths."""
    blocks = SequenceMatcher(None, asked, known, autojunk=False).get_matching_blocks()
    together, longest = sum(block.size for block in blocks), max(block.size for block in blocks)
    most = max(len(asked), len(known), 1)
    return (
        together / max(len(asked), 1),
        together / max(len(known), 1),
        longest / max(len(asked), 1),
        min(len(asked), len(known)) / most,
        float(len(asked)),
        float(len(known)),
        float(asked[-2:] == known[-2:]),
        float(asked[:2] == known[:2]),
    )


def _meant(asked: Wording, known: Wording) -> tuple[float, ...]:
    """Whether both ask for the same sort of thing, deny the same, and name the same numbers."""
    both = list(zip(asked.asks, known.asks, strict=True))
    return (
        float(sum(one != other for one, other in both)),
        float(sum(one and other for one, other in both)),
        float(abs(asked.negations - known.negations)),
        float(asked.negations % 2 != known.negations % 2),
        float(len(asked.numbers ^ known.numbers)),
    )
