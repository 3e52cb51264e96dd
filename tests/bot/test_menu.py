"""The menu's shape and the platform's limits on it."""

import pytest

from bot.menu import menu_buttons

Sections = list[tuple[str, list[tuple[str, str]]]]
BEYOND: list[tuple[Sections, str]] = [
    ([], "sections: 1 to 3 allowed, not 0"),
    ([("节", [("键", "k")])] * 4, "sections: 1 to 3 allowed, not 4"),
    ([("节", [])], "buttons of 节: 1 to 5 allowed, not 0"),
    ([("节", [("键", "k")] * 6)], "buttons of 节: 1 to 5 allowed, not 6"),
    ([("六个汉字太长", [("键", "k")])], "section '六个汉字太长': 1 to 16 bytes allowed, not 18"),
    ([("", [("键", "k")])], "section '': 1 to 16 bytes allowed, not 0"),
    ([("节", [("字" * 20 + "a", "k")])], "1 to 60 bytes allowed, not 61"),
    ([("节", [("", "k")])], "button '': 1 to 60 bytes"),
    ([("节", [("键", "k" * 129)])], "1 to 128 bytes allowed, not 129"),
    ([("节", [("键", "")])], "key '': 1 to 128 bytes"),
]


def test_sections_become_click_buttons_under_their_names() -> None:
    assert menu_buttons([("办事", [("登记住址", "bind"), ("反映问题", "ticket")]), ("参与", [("表决", "vote")])]) == [
        {
            "name": "办事",
            "sub_button": [
                {"type": "click", "name": "登记住址", "key": "bind"},
                {"type": "click", "name": "反映问题", "key": "ticket"},
            ],
        },
        {"name": "参与", "sub_button": [{"type": "click", "name": "表决", "key": "vote"}]},
    ]


def test_the_largest_menu_is_accepted() -> None:
    buttons = [("字" * 20, "k" * 128)] * 5
    assert len(menu_buttons([("我是五个字", buttons)] * 3)) == 3


@pytest.mark.parametrize(("sections", "complaint"), BEYOND)
def test_a_menu_beyond_the_limits_is_refused_and_says_why(sections: Sections, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        menu_buttons(sections)
