"""Papers and boxes, pure: when they may be entered, and which totals can be true."""

from collections.abc import Sequence
from decimal import Decimal

from errors import Conflict, Invalid
from handlers.votes.answers import Shape, check_answer, ordered
from handlers.votes.tallies import Line
from models.states import BoxSource, LegalEffect, PollState


def check_may_record(state: PollState, *, counted: bool) -> None:
    """Refuse papers and boxes outside the time between opening and counting.

    Raises:
        Conflict: the poll is not open or closed and uncounted.
    """
    if state not in {PollState.OPEN, PollState.COUNTING} or counted:
        raise Conflict("现在不能录票：要在投票开始以后、计票以前。")


def check_may_open(source: BoxSource, state: PollState) -> None:
    """Refuse to open a box while voting goes on: what lies in it is a split, and nobody sees one before closing.

    Raises:
        Conflict.
    """
    if source is BoxSource.PAPER and state is PollState.OPEN:
        raise Conflict("票箱要到投票截止以后再开，现在还不能录。")


def check_box_source(source: BoxSource, effect: LegalEffect, *, secret: bool) -> None:
    """Refuse totals where ballots must be one by one: a box is of secret papers, official totals of a decision in law.

    Raises:
        Invalid: with what to do instead.
    """
    if source is BoxSource.PAPER and not secret:
        raise Invalid("记名投票请逐张录入纸票。")
    if source is BoxSource.OFFICIAL and effect is not LegalEffect.STATUTORY:
        raise Invalid("只有法定表决才录官方系统或会议的结果。")


def check_box(lines: Sequence[Line], spoilt: int, shape: Shape) -> None:
    """Refuse totals that could not come out of a box.

    Raises:
        Invalid: an answer that is not on the paper or stands twice, papers below nought or none at all, or other heads
            than papers: a ballot is one head (司法解释第九条).
    """
    for line in lines:
        check_answer(line.answer, shape)
    answers = [ordered(line.answer, shape) for line in lines]
    if len(set(answers)) < len(answers):
        raise Invalid("同一个答案写了两行，请合在一起。")
    if spoilt < 0 or any(line.weight.ballots < 0 or line.weight.area < 0 for line in lines):
        raise Invalid("票数和面积不能小于0。")
    if any(line.weight.heads != line.weight.ballots for line in lines):
        raise Invalid("每张票是一户或一人，票数和人数要一样。")
    if not spoilt + sum(line.weight.ballots for line in lines):
        raise Invalid("这一箱没有票。")


def check_papers(papers: int, ticked: int) -> None:
    """Refuse more papers in the boxes than the roll has ticks.

    Raises:
        Conflict: with both figures.
    """
    if papers > ticked:
        raise Conflict(f"票箱里的票共{papers}张，名册上只登记领票{ticked}张。请先核对。")


def check_official(heads: int, area: Decimal, heads_left: int, area_left: Decimal) -> None:
    """Refuse official totals beyond what the roll has beside those whose papers are recorded one by one.

    Raises:
        Conflict: with what is left.
    """
    if heads > heads_left or area > area_left:
        raise Conflict(f"超出名册：除已录的票，名册上还有{heads_left}人、{area_left:.2f}平方米。")
