"""A reply as one message: links to tap, pages that fit, and words that can't become links."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import Choice
from bot.listing import MAX_BYTES, numbered, render

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&]*)&msgmenuid=(\w*)">([^<]*)</a>')
WORDS = st.text(min_size=1, max_size=120).map(lambda words: words.replace("\n", " ").replace("\r", " "))


def pages(text: str, choices: tuple[Choice, ...] = (), tail: str = "") -> list[str]:
    """Every page from the first to the last."""
    shown: list[str] = []
    while True:
        page = render(text, choices, tail, "list1234", len(shown))
        if page.number < len(shown):
            return shown
        shown.append(page.text)


def links(text: str) -> list[tuple[str, str]]:
    """What a tap sends and what is shown, of each choice."""
    return [(unquote(sent), shown) for sent, _, shown in LINK.findall(text) if shown != "下一页"]


def test_each_choice_is_a_line_that_sends_its_words() -> None:
    page = render("选一个：", (Choice("同意", "1"), Choice("不同意 & 其他", "2")), "谢谢", "ab12cd34")
    assert page.text == (
        "选一个：\n"
        '<a href="weixin://bizmsgmenu?msgmenucontent=同意&msgmenuid=ab12cd34">1 同意</a>\n'
        '<a href="weixin://bizmsgmenu?msgmenucontent=不同意%20%26%20其他&msgmenuid=ab12cd34">2 不同意 & 其他</a>\n'
        "谢谢"
    )


def test_a_choice_without_number_shows_its_words_and_a_note_stands_below() -> None:
    choices = (Choice("确认", numbered=False), Choice("换一户", note="还没投"))
    assert numbered(choices) == ["", "1"]
    assert [shown for _, shown in links(render("好吗？", choices, "", "x").text)] == ["确认", "1 换一户"]
    assert "\n   还没投" in render("好吗？", choices, "", "x").text


@pytest.mark.parametrize("length", [1, 40, 150, 300, 800])
def test_sixty_choices_fit_in_pages_with_absolute_numbers(length: int) -> None:
    choices = tuple(Choice(f"第{number}盏" + "灯" * length) for number in range(1, 61))
    shown = pages("请选：", choices, "选一个。")
    assert max(len(page.encode()) for page in shown) <= MAX_BYTES
    numbers = [int(number) for page in shown for number in re.findall(r"(?m)^(?:<a [^>]*>)?(\d+) 第", page)]
    assert numbers == list(range(1, 61))
    assert all(">下一页</a>" in page for page in shown[:-1])
    assert "下一页" not in shown[-1]


def test_text_and_tail_frame_every_page_of_a_list() -> None:
    shown = pages("请选：", tuple(Choice(f"{number}号灯" + "灯" * 50) for number in range(30)), "选一个。")
    assert len(shown) > 1
    assert all(page.startswith("请选：\n") and page.endswith("\n选一个。") for page in shown)


def test_a_list_that_just_fits_is_one_page() -> None:
    choice = Choice("灯" * 20)
    count = next(count for count in range(1, 60) if len(pages("请选：", (choice,) * count)) > 1) - 1
    whole = render("请选：", (choice,) * count, "", "list1234").text
    one_more = len(whole.encode()) + len(whole.splitlines()[-1].encode()) + 1
    assert one_more > MAX_BYTES


@pytest.mark.parametrize("length", [500, 682, 683, 2000])
def test_a_long_question_runs_on_and_its_choices_follow(length: int) -> None:
    choices = (Choice("同意"), Choice("不同意"))
    shown = pages("问" * length, choices, "想好再选。")
    assert max(len(page.encode()) for page in shown) <= MAX_BYTES
    assert "".join(shown).count("问") == length
    assert [shown for _, shown in links("".join(shown))] == ["1 同意", "2 不同意"]
    assert shown[-1].endswith("想好再选。")


def test_a_long_text_is_cut_at_line_ends_and_keeps_blank_lines() -> None:
    text = "\n\n".join("这是公告的一段。" * 10 for _ in range(20))
    shown = pages(text)
    assert len(shown) > 1
    assert "\n".join(LINK.sub("", page).rstrip("\n") for page in shown).replace("\n", "") == text.replace("\n", "")
    assert all("。\n\n这" in page for page in shown)


@given(st.text(max_size=3000), st.lists(WORDS, max_size=25), st.text(max_size=80))
def test_every_page_of_anything_fits_and_no_choice_is_lost(text: str, words: list[str], tail: str) -> None:
    choices = tuple(Choice(said) for said in words)
    shown = pages(text, choices, tail)
    assert max(len(page.encode()) for page in shown) <= MAX_BYTES
    assert [sent for page in shown for sent, _ in links(page)] == words


def test_a_page_beyond_the_last_is_the_last() -> None:
    choices = tuple(Choice(f"{number}" + "灯" * 50) for number in range(30))
    last = len(pages("请选：", choices)) - 1
    assert render("请选：", choices, "", "list1234", 99) == render("请选：", choices, "", "list1234", last)
    assert render("请选：", choices, "", "list1234", 99).number == last


INJECTED = '<a href="http://evil.example">点我</a>'


@pytest.mark.parametrize(
    "words", [INJECTED, '"><a href="x">', "</a>", "]]>", "&msgmenuid=1", "<A HREF='x'>点</A>", "a\nb"]
)
def test_words_of_strangers_never_become_a_link(words: str) -> None:
    page = render(f"您说：{words}", (Choice(words, note=words),), words, "list1234").text
    assert page.count("<a ") == page.count("</a>") == 1
    assert page.count("<") == 2
    assert page.count(">") == 2
    assert "]]>" not in page
    assert [sent for sent, _ in links(page)] == [words]
