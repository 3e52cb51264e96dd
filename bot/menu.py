"""The account's menu under the chat: three sections at most, each with up to five buttons."""

from collections.abc import Sequence
from typing import Any

MAX_SECTIONS = 3
MAX_BUTTONS = 5
MAX_SECTION_BYTES = 16
MAX_BUTTON_BYTES = 60
MAX_KEY_BYTES = 128
MAX_ADDRESS_BYTES = 1024


def menu_buttons(sections: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """Build the `button` list of menu/create from sections of (name, [(button, key or address), …]).

    A button with an https or http address opens it; any other sends its key.

    Raises ValueError naming what is too long, empty or too many. Source: wechat-platform §3.3.
    """
    _refuse_count("sections", len(sections), MAX_SECTIONS)
    return [_section(name, buttons) for name, buttons in sections]


def _section(name: str, buttons: Sequence[tuple[str, str]]) -> dict[str, Any]:
    _refuse_size("section", name, MAX_SECTION_BYTES)
    _refuse_count(f"buttons of {name}", len(buttons), MAX_BUTTONS)
    return {"name": name, "sub_button": [_button(label, key) for label, key in buttons]}


def _button(label: str, key: str) -> dict[str, str]:
    _refuse_size("button", label, MAX_BUTTON_BYTES)
    if key.startswith(("https://", "http://")):
        _refuse_size("address", key, MAX_ADDRESS_BYTES)
        return {"type": "view", "name": label, "url": key}
    _refuse_size("key", key, MAX_KEY_BYTES)
    return {"type": "click", "name": label, "key": key}


def _refuse_count(what: str, count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise ValueError(f"{what}: 1 to {most} allowed, not {count}")


def _refuse_size(what: str, text: str, most: int) -> None:
    if not 1 <= (size := len(text.encode())) <= most:
        raise ValueError(f"{what} {text!r}: 1 to {most} bytes allowed, not {size}")
