"""Checks a vote that was taken out as a file: the chain of its sealed lines, and the result, counted anew.

Runs by itself on Python 3.9 or later, with nothing installed and no network: `python recount.py FILE`, the exported
JSON or its ZIP. It shares no code with the program that counted, reads line by line, and a bad file gets a sentence.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import IO, Any

FORMAT = "linli-poll/1"
MAX_BYTES = 600_000_000  # unpacked; a million lines are about 120 million
MAX_LINE = 200_000
MAX_ANSWERS = 1_000_000
MAX_MEMBERS = 4
NAMES = {"public": "公开名单", "auditor": "审计清单"}
LISTS = {"receipts": "凭证", "choices": "选择"}
SPOILT = "文件读不出来：不存在、不完整、坏了，或者格式被改过。"
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069]")
_OPENS = re.compile(r'"(receipts|choices)":\[')
_SEAL = re.compile(r"[0-9a-f]{64}")
_ANSWER = re.compile(r"[0-9]{1,3}(,[0-9]{1,3})*")
_AREA = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,4}))?")
_SHARE = re.compile(r">(=?)([0-9]{1,6})(?:/([1-9][0-9]{0,5}))?")
Weight = list[int]  # ballots, heads, and the area in ten-thousandths of a m²
Test = tuple[str, str, int, int]  # a name, the share that is asked, the part and the whole


class Unreadable(Exception):
    """The file can't be checked; the message says why."""


class NotOurs(Unreadable):
    """A file of something else."""


class Chain:
    """Sealed lines one after another: SHA-256 over the seal before and what the line says."""

    def __init__(self, poll_id: int, of: str) -> None:
        self.lines, self.wrong = 0, 0
        self.last = hashlib.sha256(f"linli:poll:{poll_id}:{of}".encode()).digest()

    def add(self, number: Any, words: str, seal: Any) -> None:
        if not _SEAL.fullmatch(seal):
            raise Unreadable(SPOILT)
        self.lines += 1
        made = hashlib.sha256(self.last + f"{number}:{words}".encode()).digest()
        self.last = bytes.fromhex(seal)
        if number != self.lines or made != self.last:
            self.wrong = self.wrong or self.lines


class Recount:
    """One file under examination: what has been found, and whether anything is wrong."""

    def __init__(self) -> None:
        self.said, self.wrong = list[str](), list[str]()
        self.facts: dict[str, Any] = {}
        self.chains: dict[str, Chain] = {}
        self.counted: dict[str, Weight] = {}
        self.receipts: set[int] = set()

    def read(self, stream: IO[bytes]) -> Recount:
        """Read the file to its end and judge it; raises Unreadable where it is not an export, or not all of one."""
        lines = _lines(stream)
        head = next(lines, "")
        if not head.startswith(f'{{"format":"{FORMAT}",'):
            raise NotOurs("这不是投票名单，或者是别的版本导出的。请用系统导出的 JSON 或 ZIP 文件。")
        self.facts = _parsed(head + "}")
        of = ""
        for line in lines:
            opened = _OPENS.fullmatch(line)
            if opened and opened[1] not in self.chains:
                of = opened[1]
                self.chains[of] = Chain(self.facts["poll"]["id"], of)
            elif line.startswith("[") and of:
                self._line(of, _parsed(line))
            elif line in ("]", "]}") and of:
                of = "" if line == "]" else "end"
            else:
                raise Unreadable(SPOILT)
        if of != "end":
            raise Unreadable(SPOILT)
        self._judge()
        return self

    def _line(self, of: str, line: list[Any]) -> None:
        if of == "receipts":
            number, receipt, answer, seal = line
            self.receipts.add(int(receipt.replace("-", ""), 36))
            self.chains[of].add(number, f"{receipt}:{answer}", seal)
            return
        if len(line) == 3:  # of a secret vote the public list gives answers alone: each is one voice
            line[2:2] = [1, "0.0000"]
        number, answer, heads, area, seal = line
        if not _ANSWER.fullmatch(answer) or type(heads) is not int or heads < 0 or len(self.counted) > MAX_ANSWERS:
            raise Unreadable(SPOILT)
        self.chains[of].add(number, f"{answer}:{heads}:{area}", seal)
        _add(self.counted.setdefault(answer, [0, 0, 0]), [1, heads, _square(area)])

    def _judge(self) -> None:
        self.said.append(f"{self.facts['poll']['title']}（{NAMES[self.facts['list']]}）")
        for of, chain in self.chains.items():
            promised = self.facts["sealed"][of]
            self.said.append(f"{LISTS[of]}{chain.lines}行，最后的封印是 {chain.last.hex()}，请和公布的核对。")
            if chain.wrong:
                self.wrong.append(f"{LISTS[of]}的封印从第{chain.wrong}行起对不上。")
            if (promised["lines"], promised["last"]) != (chain.lines, chain.last.hex()):
                self.wrong.append(f"{LISTS[of]}应有{promised['lines']}行，最后的封印应是 {promised['last']}。")
        lines = {of: chain.lines for of, chain in self.chains.items()}
        if not lines.get("receipts", 0) <= min(len(self.receipts), lines.get("choices", MAX_BYTES)):
            self.wrong.append("凭证有重复的，或者比选择还多：有的票没有计。")
        if "choices" in self.chains:
            count = Count(self.facts["poll"], self.counted)
            self.said += count.told()
            self.wrong += [f"重新计票，「{name}」和文件里的结果不同。" for name in count.differing()]
        else:
            self.said.append("这份名单没有票的分量，结果要用审计清单来重算。")


class Count:
    """The result counted anew from the lines and the terms, with whole numbers and fractions only."""

    def __init__(self, poll: dict[str, Any], counted: dict[str, Weight]) -> None:
        self.poll, self.kept, self.terms = poll, poll["result"], poll["terms"]
        self.roll, self.all = _kept(self.kept["roll"]), [0, 0, 0]
        self.choices = [[0, 0, 0] for _ in poll["choices"]]
        self.sums = [0] * len(poll["dimensions"])
        for answer, weight in counted.items():
            _add(self.all, weight)
            self._put([int(part) for part in answer.split(",")], weight)
        self.quorate = all(met(test) for test in self.quorums())

    def _put(self, answer: list[int], weight: Weight) -> None:
        if self.sums and len(answer) == len(self.sums):
            self.sums = [total + score * weight[0] for total, score in zip(self.sums, answer)]  # noqa: B905 (3.9)
        elif not self.sums and max(answer) < len(self.choices) and len(set(answer)) == len(answer):
            for at in answer:
                _add(self.choices[at], weight)
        else:
            raise Unreadable("名单里有票面上没有的选择。")

    def _tests(self, asked: list[tuple[str, str, int]], part: Weight, whole: Weight) -> list[Test]:
        return [(name, self.terms[term], part[of], whole[of]) for name, term, of in asked if self.terms.get(term)]

    def quorums(self) -> list[Test]:
        asked = [("参加人数", "quorum_heads", 1), ("参加人数", "floor", 1), ("参加面积", "quorum_area", 2)]
        return self._tests(asked, self.all, self.roll)

    def thresholds(self, at: int) -> list[Test]:
        return self._tests([("人数", "agree_heads", 1), ("面积", "agree_area", 2)], self.choices[at], self.all)

    def passed(self) -> int | None:
        """What carries: in an owners' vote the first choice or nothing, else whichever is ahead of all that reach."""
        reach = [at for at in self._candidates() if self.thresholds(at) and all(map(met, self.thresholds(at)))]
        if self.poll["kind"] == "owners":
            reach = [at for at in reach if at == 0]
        reach.sort(key=lambda at: -self.choices[at][1])
        level = len(reach) > 1 and self.choices[reach[0]][1] == self.choices[reach[1]][1]
        return reach[0] if reach and self.quorate and not level else None

    def through(self) -> tuple[list[int], list[int]]:
        """Who is sure of a place, and who is level with others at the last one."""
        votes = {at: self.choices[at][0] for at in self._candidates() if self.choices[at][0]}
        ahead = {at: sum(other > got for other in votes.values()) for at, got in votes.items()}
        within = {at: sum(other >= got for other in votes.values()) for at, got in votes.items()}
        places = self.terms.get("winners") or 0
        winners = [at for at in votes if within[at] <= places]
        return winners, [at for at in votes if ahead[at] < places < within[at]]

    def _candidates(self) -> list[int]:
        return [at for at, words in enumerate(self.poll["choices"]) if words != self.poll["abstain"]]

    def differing(self) -> list[str]:
        """What of the result in the file is not as counted."""
        kept, means = self.kept, [(one["total"], one["given"]) for one in self.kept["means"]]
        checks = {
            "参加的总数": _kept(kept["taken_part"]) == self.all,
            "各选项的数": [_kept(one) for one in kept["choices"]] == self.choices,
            "均分": means == [(total, self.all[0]) for total in self.sums],
            "参加的够不够": kept["quorate"] is self.quorate,
            "通过没有": kept["passed"] == self.passed(),
            "入选": (sorted(kept["winners"]), sorted(kept["tied"])) == self.through(),
        }
        return [name for name, same in checks.items() if not same]

    def told(self) -> list[str]:
        lines = [("名册", self.roll), ("参加", self.all), *zip(self.poll["choices"], self.choices)]  # noqa: B905 (3.9)
        said = [f"  {words}：{_told(weight)}" for words, weight in lines]
        said += [f"  {words}：共{self.sums[at]}分" for at, words in enumerate(self.poll["dimensions"])]
        tests = self.quorums()
        if self.poll["kind"] == "owners":
            tests += [(f"{self.poll['choices'][0]}的{test[0]}", *test[1:]) for test in self.thresholds(0)]
        for test in tests:
            asked = test[1].replace(">=", "不少于").replace(">", "超过")
            said.append(f"  {test[0]}要{asked}：{'达到' if met(test) else '未达到'}")
        return said


def met(test: Test) -> bool:
    """Whether the part reaches its share of the whole; nothing of nothing never does."""
    _, share, part, whole = test
    read = _SHARE.fullmatch(share)
    if read is None:
        raise Unreadable(SPOILT)
    asked, reached = Fraction(int(read[2]), int(read[3] or 1)), Fraction(part, max(whole, 1))
    return whole > 0 and (reached > asked or (read[1] == "=" and reached == asked))


def _square(written: str) -> int:
    area = _AREA.fullmatch(written)
    if area is None:
        raise Unreadable(SPOILT)
    return int(area[1]) * 10_000 + int((area[2] or "").ljust(4, "0"))


def _kept(stored: dict[str, Any]) -> Weight:
    return [stored["ballots"], stored["heads"], _square(stored["area"])]


def _told(weight: Weight) -> str:
    area = f"，{weight[2] // 10_000}.{weight[2] % 10_000:04d}平方米" if weight[2] else ""
    return f"{weight[0]}票，人数{weight[1]}{area}"


def _add(total: Weight, weight: Weight) -> None:
    for at, part in enumerate(weight):
        total[at] += part


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a file without the commas between them, neither too long nor too many."""
    left = MAX_BYTES
    while line := stream.readline(MAX_LINE):
        left -= len(line)
        if left < 0 or not line.endswith((b"\n", b"}")):
            raise Unreadable("文件太大，或者不是导出的格式。")
        yield line.decode("utf-8-sig").strip().rstrip(",")


def _parsed(line: str) -> Any:
    return json.loads(line, parse_int=_whole, parse_float=_whole, parse_constant=_whole)


def _whole(digits: str) -> int:
    if len(digits) > 15:
        raise Unreadable(SPOILT)
    return int(digits)


def examine(path: str) -> list[Recount]:
    """Examine a file, or every list in a ZIP; raises Unreadable with the sentence that says why not."""
    found: list[Recount] = []
    try:
        if not zipfile.is_zipfile(path):
            with open(path, "rb") as stream:
                return [Recount().read(stream)]
        with zipfile.ZipFile(path) as archive:
            for name in [name for name in archive.namelist() if name.endswith(".json")][:MAX_MEMBERS]:
                with suppress(NotOurs), archive.open(name) as stream:
                    found.append(Recount().read(stream))
    except Unreadable:
        raise
    except Exception as error:  # whatever a file made to do harm brings about, it gets a sentence
        raise Unreadable(SPOILT) from error
    if not found:
        raise NotOurs("压缩包里没有投票名单。")
    return found


def main(arguments: list[str]) -> int:
    """Say what is found; 0 where everything fits, 1 where not."""
    if len(arguments) != 1:
        sys.stdout.write("用法：python recount.py 文件\n")
        return 1
    try:
        found = examine(arguments[0])
    except Unreadable as error:
        sys.stdout.write(f"× {error}\n")
        return 1
    said = [words for one in found for words in [*one.said, *(f"× {words}" for words in one.wrong)]]
    wrong = any(one.wrong for one in found)
    said.append("× 有对不上的地方，请联系公布结果的单位。" if wrong else "√ 全部对得上。")
    # What moves a terminal's cursor, or turns the order of words, is not printed.
    sys.stdout.write("".join(_UNSEEN.sub("?", words) + "\n" for words in said))
    return int(wrong)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # pyright: ignore
    sys.exit(main(sys.argv[1:]))
