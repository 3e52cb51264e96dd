"""Minutes of a vote as a Word file: what was asked, of whom, under which terms, what came of it, who answered."""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from admin.layout import local
from handlers.votes import card, outcomes
from handlers.votes.queries.archive import Archive
from handlers.votes.tallies import result_from
from handlers.votes.terms import terms_from
from models.votes import Poll

FONT = "宋体"
SIGNERS = ("主持人", "计票人", "监票人", "居民（业主）代表")
_TERMS = {"announce_days": "公示天数", "open_days": "投票天数", "result_days": "结果公示天数"}
Rows = Sequence[Sequence[str]]


async def minutes(archive: Archive, names: Sequence[str], mark: str) -> bytes:
    """The minutes of a finished vote, written in a thread.

    Args:
        names: of the files that lie beside it in the archive.
        mark: the watermark, which stands in the footer.
    """
    return await asyncio.to_thread(_written, archive, names, mark)


def _written(archive: Archive, names: Sequence[str], mark: str) -> bytes:
    poll, document = archive.poll, _page(mark)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(f"{poll.title}\n投票纪要")
    run.bold, run.font.size = True, Pt(18)
    _chapter(document, "一、基本情况")
    _table(document, [], _facts(poll))
    _chapter(document, "二、名册和参与")
    _lines(document, _turnout(archive))
    _chapter(document, "三、结果")
    _lines(document, [outcomes.outcome(poll), outcomes.effect(poll)])
    _table(document, ("项目", "数字", "比例", "要求", "达到"), _figures(poll))
    _chapter(document, "四、通过条件和依据")
    _lines(document, _sources(poll))
    _chapter(document, "五、更正和异动")
    _lines(document, _changes(archive) or ["没有。"])
    _chapter(document, "六、纸票")
    _lines(document, _papers(archive) or ["没有纸票。"])
    _chapter(document, "七、经办人")
    _table(document, ("步骤", "谁", "时间"), _steps(archive))
    _chapter(document, "八、附件")
    _lines(document, names)
    _chapter(document, "九、签名")
    for word in SIGNERS:
        document.add_paragraph(
            f"{word}：____________________　　日期：______________"
        ).paragraph_format.space_before = Pt(14)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _page(mark: str) -> WordDocument:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)  # pyright: ignore
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.footer.paragraphs[0].text = mark
    return document


def _chapter(document: WordDocument, words: str) -> None:
    run = document.add_paragraph().add_run(words)
    run.bold, run.font.size = True, Pt(14)


def _lines(document: WordDocument, lines: Sequence[str]) -> None:
    for line in lines:
        document.add_paragraph(line)


def _table(document: WordDocument, header: Sequence[str], lines: Rows) -> None:
    if not lines:
        return
    table = document.add_table(0, len(lines[0]))
    table.style = "Table Grid"
    for line in [header, *lines] if header else lines:
        for cell, words in zip(table.add_row().cells, line, strict=True):
            cell.text = words
    document.add_paragraph()


def _facts(poll: Poll) -> Rows:
    shape = card.shape(poll)
    options = ("评议项目", "、".join(shape.dimensions)) if shape.scores else ("选项", "、".join(shape.choices))
    times = f"{local(poll.opened_at or poll.opens_at)} 至 {local(poll.closes_at)}"
    return [
        ("主办单位", poll.organiser),
        ("范围", poll.scope),
        *card.facts(poll),
        options,
        ("公示时间", _when(poll.announced_at)),
        ("投票时间", times),
        ("说明", poll.explanation or "—"),
    ]


def _turnout(archive: Archive) -> list[str]:
    poll = archive.poll
    unit = outcomes.unit(poll)
    lines = [f"名册有{result_from(poll.result).roll.ballots}{unit}。"] if poll.result else []
    if archive.channels:
        by = "，".join(f"{channel.label}{voted}{unit}" for channel, voted in archive.channels.items())
        lines.append(f"按方式分：{by}。")
    return lines


def _figures(poll: Poll) -> Rows:
    return [
        (figure.label, figure.number, figure.share or "—", figure.threshold or "—", figure.verdict or "—")
        for figure in outcomes.figures(poll)
    ]


def _sources(poll: Poll) -> list[str]:
    terms = terms_from(poll.terms)
    tests = [
        f"{figure.label}：{figure.threshold}。依据：{figure.source or '本次投票的设置'}。"
        for figure in outcomes.figures(poll)
        if figure.threshold
    ]
    days = [
        f"{words}：{getattr(terms, name)}天。依据：{terms.sources[name]}。"
        for name, words in _TERMS.items()
        if getattr(terms, name) and name in terms.sources
    ]
    return [*tests, *days] or ["没有设通过的条件。"]


def _changes(archive: Archive) -> list[str]:
    known = {**card.CHANGED}
    return [
        f"{local(one.made_at)} {known.get(one.field, '更正')}，{archive.name(one.made_by)}。原因：{one.reason}"
        for one in archive.changes
    ]


def _papers(archive: Archive) -> list[str]:
    lines = [
        f"{box.source.label}：{sum(line[1] for line in box.lines)}张，废票{box.spoilt}张。"
        f"录入：{archive.name(box.entered_by)}，签字：{archive.name(box.signed_by)}。"
        for box in archive.boxes
        if box.signed_by
    ]
    if archive.papers:
        later = sum(one.counts is False for one in archive.papers)
        lines.append(f"登记纸票和上门票{len(archive.papers)}张，其中后到不计的{later}张。清单见附件。")
    return lines


def _steps(archive: Archive) -> Rows:
    poll = archive.poll
    return [
        ("起草", archive.name(poll.created_by), "—"),
        ("审核", archive.name(poll.reviewed_by), "—"),
        ("批准发布", archive.name(poll.published_by), _when(poll.announced_at)),
        ("计票", archive.name(poll.counted_by), _when(poll.counted_at)),
        ("确认结果", archive.name(poll.certified_by), _when(poll.certified_at)),
    ]


def _when(moment: datetime | None) -> str:
    return local(moment) if moment else "—"
