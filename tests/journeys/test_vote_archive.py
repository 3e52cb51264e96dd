"""Two votes from the draft to the archive, in chat, on a page and on paper, by everybody who has a hand in them."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from tests.chromium import browser
from tests.journeys.conftest import DISTRICT, Service, Town
from tests.journeys.desk import Desk
from tests.journeys.test_screens import PHONE, RECEIPT, _answer, _join, _say, _tap

TITLE, OWNERS = "单元楼道加装扶手", "屋面防水维修使用维修资金"
RELATIVE, OWNER = ("2", "外乡人"), ("1", "周安宁")
"""How somebody registers who is not on the register, and the first of a home."""


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    with browser() as program:
        yield program


def test_a_household_vote_from_the_draft_to_the_archive(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    editor = Desk(chromium, service, tmp_path, "editor")
    vote = _drafted(editor)
    _approved(chromium, service, tmp_path, vote)
    _posted(editor, vote)
    phone = _registered(chromium, service, town.take())
    _objected(phone, editor, vote, tmp_path)

    service.linli("clock", "+1d")
    receipt = _voted_in_chat(phone, tmp_path)
    _voted_on_the_page(chromium, service, town, vote, tmp_path)
    _papers_handed_out(editor, vote)

    service.linli("clock", "+8d")
    approver = Desk(chromium, service, tmp_path, "approver")
    chief = Desk(chromium, service, tmp_path, "admin", DISTRICT)
    _counted(approver, chief, vote)
    _checked(approver, vote, receipt)
    _recounted_by_an_auditor(Desk(chromium, service, tmp_path, "auditor", DISTRICT), vote)
    _put_away(editor, approver, vote)
    service.linli("clock", "reset")


def _drafted(editor: Desk) -> str:
    """The address of a vote that the editor wrote down and handed over."""
    editor.to("/admin/votes/new").fill(标题=TITLE, 说明="两侧都装，费用由社区经费出。")
    editor.page.get_by_label("范围").select_option(index=1)
    editor.later("开始时间", 1).later("截止时间", 1).look("01-form", narrow=True)
    editor.press("新建投票", "草稿已保存").look("02-draft")
    editor.press("提交审核", "等审核人看").look("03-submitted")
    return editor.page.url.removeprefix(editor.url)


def _approved(chromium: Browser, service: Service, folder: Path, vote: str) -> None:
    reviewer, approver = (Desk(chromium, service, folder, role) for role in ("reviewer", "approver"))
    reviewer.to(vote).look("04-review").press("通过", "已通过，等批准人发布")
    approver.to(vote).press("发布", "已发布").look("05-announced", narrow=True)


def _posted(editor: Desk, vote: str) -> None:
    """The notice and the roll on paper, and a photo of both where they hang."""
    editor.to(f"{vote}/prints").look("06-prints", narrow=True)
    for sheet in ("notice", "roll", "ballots"):
        editor.to(f"{vote}/prints/{sheet}").look(f"07-{sheet}")
    editor.to(f"{vote}/prints").upload("张贴照片文件").press("存档照片", "照片已存档").look("08-photo")
    editor.to(f"{vote}/roll").look("09-roll", narrow=True)


def _registered(chromium: Browser, service: Service, letter: tuple[str, str], who: tuple[str, str] = RELATIVE) -> Page:
    """The simulator's phone of a resident who has just registered."""
    address, code = letter
    phone = chromium.new_context(viewport=PHONE).new_page()  # pyright: ignore[reportArgumentType]
    _join(phone, service)
    for words in ("登记住址", "同意", address, *who):
        _say(phone, words)
    if "您已满18周岁" in (_answer(phone).text_content() or ""):
        _say(phone, "1")
    _say(phone, code)
    expect(_answer(phone)).to_contain_text("登记成功")
    return phone


def _objected(phone: Page, editor: Desk, vote: str, folder: Path) -> None:
    """「我在名册吗」, an objection, and the answer that the resident hears."""
    _say(phone, "我在名册吗")
    if "请选" in (_answer(phone).text_content() or ""):
        _say(phone, TITLE)
    expect(_answer(phone)).to_contain_text("在名册上")
    phone.screenshot(path=folder / "10-on-the-roll.png")
    _say(phone, "异议")
    expect(_answer(phone)).to_contain_text("异议已记下")
    editor.to(vote).look("11-objection", narrow=True)
    editor.page.get_by_placeholder("例如 已核对").fill("已核对，您家在名册上。")
    editor.press("答复", "已答复").look("12-answered")
    expect(_answer(phone)).to_contain_text("您的异议有答复了")
    phone.screenshot(path=folder / "13-told.png")


def _voted_in_chat(phone: Page, folder: Path) -> str:
    _say(phone, "投票")
    if "请选" in (_answer(phone).text_content() or ""):
        _say(phone, TITLE)
    phone.screenshot(path=folder / "14-card.png")
    _tap(phone, "1 同意")
    _tap(phone, "确认")
    expect(_answer(phone)).to_contain_text("投票成功")
    phone.screenshot(path=folder / "15-receipt.png")
    number = RECEIPT.search(_answer(phone).text_content() or "")
    assert number
    return number[0]


def _voted_on_the_page(chromium: Browser, service: Service, town: Town, vote: str, folder: Path) -> None:
    phone = _registered(chromium, service, town.take())
    _say(phone, "我的")
    with phone.context.expect_page() as opened:
        phone.locator(".chat a[target]").last.click()
    page = opened.value
    page.goto(f"{service.url}/m/votes")
    page.get_by_role("link", name=TITLE).click()
    _picture(page, folder / "16-page.png")
    page.get_by_label("2 不同意").check()
    page.get_by_role("button", name="下一步").click()
    _picture(page, folder / "17-confirm.png")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", name="投票成功")).to_be_visible()
    _picture(page, folder / "18-done.png")


def _picture(page: Page, path: Path) -> None:
    page.screenshot(path=path, full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _papers_handed_out(editor: Desk, vote: str) -> None:
    """Sixteen homes of one building and six of the other take a paper."""
    for building, homes in ((1, 16), (2, 6)):
        editor.to(f"{vote}/papers")
        editor.page.get_by_label("楼栋").select_option(index=building)
        editor.press("查找")
        for number in range(homes):
            editor.page.get_by_role("checkbox").nth(number).check()
        editor.look(f"19-ticking-{building}", narrow=True).press("登记领票", f"已登记{homes}户")
    editor.look("20-ticked")
    editor.to(vote).look("21-open", narrow=True)
    expect(editor.page.locator("main")).to_contain_text("已投 24 户 / 名册 40 户（60.0%）")


def _counted(approver: Desk, chief: Desk, vote: str) -> None:
    """What the box held, signed by a second person; then the count, certified by a second person."""
    approver.to(f"{vote}/prints/count").look("22-count-sheet")
    approver.to(f"{vote}/papers")
    approver.page.get_by_label("同意（张）", exact=True).fill("15")
    approver.page.get_by_label("不同意（张）").fill("4")
    approver.page.get_by_label("弃权（张）").fill("2")
    approver.page.get_by_label("废票（张）").fill("1")
    approver.fill(备注="居委会一楼").upload("计票单照片").look("23-box").press("录入票箱", "请另一位工作人员")
    approver.look("24-entered")
    chief.to(f"{vote}/papers").look("25-to-sign", narrow=True).press("签字", "已签字")
    chief.look("26-signed")
    approver.to(vote).look("27-to-count").press("计票", "请另一位工作人员确认").look("28-counted")
    chief.to(vote).look("29-to-certify").press("确认结果", "结果已公布").look("30-published", narrow=True)


def _checked(approver: Desk, vote: str, receipt: str) -> None:
    """The result on screen, as a table, on paper and for anybody; its public list by the program that comes with it."""
    approver.to(f"{vote}/result").look("31-result", narrow=True)
    lines = CalamineWorkbook.from_path(approver.save("下载 Excel")).get_sheet_by_index(0).to_python()
    assert ["同意", "16票"] in [line[:2] for line in lines]
    list_file = approver.save("公众清单")
    told = _recount(list_file, "公众清单.json")
    assert "全部对得上" in told
    assert receipt in zipfile.ZipFile(list_file).read("公众清单.json").decode()
    approver.to(f"{vote}/prints/outcome").look("32-outcome")
    approver.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    approver.page.goto(f"{approver.url}/m/results/{vote.rsplit('/', 1)[-1]}")
    _picture(approver.page, approver.folder / "33-public.png")


def _recount(file: Path, name: str) -> str:
    """What the program inside an export says of the list beside it."""
    folder = file.with_suffix("")
    zipfile.ZipFile(file).extractall(folder)
    command = [sys.executable, "-I", "recount.py", name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout


def _recounted_by_an_auditor(auditor: Desk, vote: str) -> None:
    told = _recount(auditor.to(f"{vote}/result").look("34-auditor").save("审计清单"), "auditor.json")
    assert "全部对得上" in told
    assert "同意：16" in told


def _put_away(editor: Desk, approver: Desk, vote: str) -> None:
    editor.to(f"{vote}/prints").upload("张贴照片文件").press("存档照片", "照片已存档")
    approver.to(f"{vote}/result").press("一键归档", "已归档").look("35-archived", narrow=True)
    kept = zipfile.ZipFile(approver.save("下载归档包"))
    minutes = docx.Document(io.BytesIO(kept.read("纪要.docx")))
    words = "\n".join(line.text for line in minutes.paragraphs)
    assert "表决有效" in words
    assert sum(name.startswith("照片/") for name in kept.namelist()) == 3
    assert "全部对得上" in _recount(Path(str(kept.filename)), "公众清单.json")


def test_an_owners_vote_with_named_papers(
    serve: Callable[..., Service], town: Town, chromium: Browser, tmp_path: Path
) -> None:
    service = serve("safe")
    editor = Desk(chromium, service, tmp_path, "editor")
    vote = _owners_draft(editor)
    _approved(chromium, service, tmp_path, vote)
    editor.to(f"{vote}/prints/delivery").look("40-delivery")

    service.linli("clock", "+16d")
    _an_owner_votes(chromium, service, town, tmp_path)
    _named_papers(editor, vote)

    service.linli("clock", "+8d")
    approver = Desk(chromium, service, tmp_path, "approver")
    approver.to(vote).press("计票", "请另一位工作人员确认")
    chief = Desk(chromium, service, tmp_path, "admin", DISTRICT)
    chief.to(vote).look("47-to-certify").press("确认结果", "结果已公布").look("48-published")
    approver.to(f"{vote}/result").look("49-result", narrow=True)
    approver.to(f"{vote}/prints/outcome").look("50-outcome")
    told = _recount(approver.to(f"{vote}/result").save("公众清单"), "公众清单.json")
    assert "全部对得上" in told
    service.linli("clock", "reset")


def _owners_draft(editor: Desk) -> str:
    editor.to("/admin/votes/new?kind=owners").fill(标题=OWNERS, 限定楼栋="幸福里1号楼1单元")
    editor.page.get_by_label("事项").select_option("5")
    editor.page.get_by_label("范围").select_option(index=1)
    editor.look("36-owners-form", narrow=True).press("新建投票", "草稿已保存").look("37-owners-draft")
    editor.press("提交审核", "等审核人看")
    return editor.page.url.removeprefix(editor.url)


def _an_owner_votes(chromium: Browser, service: Service, town: Town, folder: Path) -> None:
    phone = _registered(chromium, service, ("幸福里1号楼1单元102", town.letters.pop("幸福里1号楼1单元102")), OWNER)
    _say(phone, "投票")
    if "请选" in (_answer(phone).text_content() or ""):
        _say(phone, OWNERS)
    phone.screenshot(path=folder / "41-owner-card.png")
    _tap(phone, "1 赞成")
    _tap(phone, "确认")
    expect(_answer(phone)).to_contain_text("投票成功")


def _named_papers(editor: Desk, vote: str) -> None:
    """A co-owner's paper, the other's that comes later, and those of five neighbours."""
    _paper(editor, vote, "101", "A-1", "1", "已录入：有效").look("43-recorded")
    _paper(editor, vote, "101", "A-2", "2", "记为后到，不计").look("44-later", narrow=True)
    for number, room in enumerate(("201", "202", "301", "302", "401"), 3):
        _paper(editor, vote, room, f"A-{number}", "2" if room == "401" else "1", "已录入：有效")
    editor.to(vote).look("45-turnout")
    expect(editor.page.locator("main")).to_contain_text("已投 7 位业主 / 名册 10 位业主")
    editor.to(f"{vote}/prints/doorstep").look("46-doorstep")


def _paper(editor: Desk, vote: str, room: str, serial: str, choice: str, says: str) -> Desk:
    editor.to(f"{vote}/papers?q={room}")
    editor.page.get_by_role("link", name=room).click()
    editor.page.get_by_label("票上选的").select_option(choice)
    editor.fill(票上的编号=serial).upload("纸质票照片")
    if serial == "A-1":
        editor.look("42-paper", narrow=True)
    return editor.press("录入这张票", says)
