"""A reply as one text message: numbered lines that can be tapped, cut into pages by bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import Choice
from bot.filters import NEXT_PAGE

MAX_BYTES = 2048
"""A passive text reply, links counted (wechat-platform.md §2.3; the figure is the one universally used)."""

PUSHED = "push-"
"""How the id of a list begins that was sent without being asked for: it is answered however late."""

_RESERVED = str.maketrans({char: f"%{ord(char):02X}" for char in "%&#\"'<>+? \n"})
_ESCAPED = str.maketrans({"<": "＜", ">": "＞"})
_TAP = re.compile(r'<a href="weixin://bizmsgmenu[^"]*">([^<]*)</a>')


@dataclass(frozen=True, slots=True)
class Page:
    """One page's text and its number from 0, the last where more was asked for than there is."""

    text: str
    number: int = 0


def plain(text: str) -> str:
    """Words of unknown origin without angle brackets, so that they can't become a link."""
    return text.translate(_ESCAPED)


def tap(words: str, list_id: str, shown: str) -> str:
    """A link that sends `words` when tapped; its id names the list it came from (conversations.md)."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={words.translate(_RESERVED)}&msgmenuid={list_id}">{shown}</a>'


def untapped(text: str) -> str:
    """The same without links that send words, for where only a conversation has them."""
    return _TAP.sub(r"\1", text)


def render(text: str, choices: Sequence[Choice], tail: str, list_id: str, page: int = 0) -> Page:
    """Page `page` (from 0) of a reply, never over MAX_BYTES; only choices become links, whatever the words hold.

    Text and tail frame every page of a long list; where they leave too little room for that, everything runs on.
    """
    text, tail = plain(text), plain(tail)
    room = MAX_BYTES - _size(tap(NEXT_PAGE, list_id, NEXT_PAGE))
    lines = [_line(choice, shown, list_id, room) for choice, shown in zip(choices, numbered(choices), strict=True)]
    whole = _joined(text, *lines, tail)
    if len(whole.encode()) <= MAX_BYTES:
        return Page(whole)
    framed = room - _size(text) - _size(tail)
    if lines and max(map(_size, lines)) <= framed:
        return _page(_paged(lines, framed), page, list_id, head=text, tail=tail)
    return _page(_paged([*_pieces(text, room), *lines, *_pieces(tail, room)], room), page, list_id)


def numbered(choices: Sequence[Choice]) -> list[str]:
    """The number of each choice, empty for those that have none."""
    count = 0
    shown: list[str] = []
    for choice in choices:
        count += choice.numbered
        shown.append(str(count) if choice.numbered else "")
    return shown


def _line(choice: Choice, number: str, list_id: str, room: int) -> str:
    """A choice to tap; one too long for a link, which holds its words twice, is shown cut and is typed."""
    shown = plain(f"{number} {choice.words}".strip())
    note = f"\n   {plain(choice.note)}" if choice.note else ""
    line = tap(choice.words, list_id, shown) + note
    return line if _size(line) <= room else shown[: _width(room)]


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _size(text: str) -> int:
    return len(text.encode()) + 1


def _paged(lines: Sequence[str], room: int) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    left = room
    for line in lines:
        if _size(line) > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append(line)
        left -= _size(line)
    return pages


def _page(pages: Sequence[Sequence[str]], page: int, list_id: str, head: str = "", tail: str = "") -> Page:
    number = min(page, len(pages) - 1)
    turn = tap(NEXT_PAGE, list_id, NEXT_PAGE) if number < len(pages) - 1 else ""
    return Page(_joined(head, "\n".join(pages[number]), turn, tail), number)


def _pieces(text: str, room: int) -> list[str]:
    """The lines of a text, one that alone is too long cut into parts."""
    width = _width(room)
    return [
        piece
        for line in (text.split("\n") if text else ())
        for piece in ([line] if _size(line) <= room else [line[i : i + width] for i in range(0, len(line), width)])
    ]


def _width(room: int) -> int:
    """How many characters surely fit: one is at most 4 bytes."""
    return room // 4 - 1
