"""The form of a vote's draft: its fields by kind, what is wrong with them, and the draft that they make."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from admin.layout import browser_time
from admin.pages.vote_terms import TERMS, changed_terms, read_terms
from clock import BEIJING, clock
from errors import Invalid
from handlers.votes.actions.drafts import Draft
from handlers.votes.motions import MAX_CHOICES, electorates
from handlers.votes.terms import MATTERS, preset
from models.states import Electorate, LegalEffect, PollKind
from models.votes import Poll
from web.forms import beijing_time, clean, lines, missing, one_line

ABSTAIN = "弃权"
OPEN_FOR = timedelta(days=7)
OPENS, CLOSES = 8, 18
"""Hours of the day that stand in a new form: nobody is asked to vote at night."""
FIELDS = (
    *("kind", "title", "explanation", "choices", "abstain", "max_choices", "dimensions", "low", "high", "matter"),
    *("electorate", "place", "parts", "electors", "secrecy", "changing", "effect", "basis", "opens_at", "closes_at"),
    *("organiser", "contact"),
)
LABELS = {
    "title": "标题",
    "choices": "选项",
    "dimensions": "评分项",
    "max_choices": "最多选几项",
    "low": "最低分",
    "high": "最高分",
    "matter": "事项",
    "place": "范围",
    "parts": "限定楼栋",
    "electors": "代表名单",
    "secrecy": "记名",
    "changing": "能否改票",
    "basis": "依据",
    "opens_at": "开始时间",
    "closes_at": "截止时间",
}
LONGEST = {"title": 60, "explanation": 2000, "abstain": 30, "basis": 200, "organiser": 60, "contact": 60}
KIND_HELP = {
    PollKind.OPINION: "从几个选项里挑几项，按得票多少排。每人一票，或每户一票。",
    PollKind.HOUSEHOLD: "户代表投票：每户一票，同意的过半才算通过。",
    PollKind.SCORE: "按几个方面打分，算平均分。每户一份，或每人一份。",
    PollKind.DELEGATES: "名单上的居民代表来投，一人一票。",
    PollKind.OWNERS: "《民法典》第二百七十八条的九项事项，按人数和面积两样算，记名。",
}


def kind_of(word: str) -> PollKind:
    """The kind that a link names; 户代表表决 where it names none."""
    return PollKind(word) if word in set(PollKind) else PollKind.HOUSEHOLD


def empty(kind: PollKind) -> dict[str, str]:
    """What stands in the form of a new vote."""
    announced_days = preset(kind, 9).announce_days
    opens_at = (clock.now() + timedelta(days=announced_days)).astimezone(BEIJING)
    opens_at = opens_at.replace(hour=OPENS, minute=0) if announced_days else opens_at
    closes_at = (opens_at + OPEN_FOR).replace(hour=CLOSES, minute=0)
    usual = {
        PollKind.OPINION: "",
        PollKind.SCORE: "",
        PollKind.OWNERS: f"赞成\n反对\n{ABSTAIN}",
    }.get(kind, f"同意\n不同意\n{ABSTAIN}")
    return blank() | {
        "kind": kind.value,
        "choices": usual,
        "max_choices": "3" if kind is PollKind.OPINION else "1",
        "low": "1",
        "high": "5",
        "opens_at": browser_time(opens_at),
        "closes_at": browser_time(closes_at),
    }


def blank() -> dict[str, str]:
    names = {name for terms in TERMS.values() for name in terms}
    return dict.fromkeys((*FIELDS, *names, *(f"source_{name}" for name in names)), "")


def sent(form: Mapping[str, str]) -> dict[str, str]:
    """What somebody wrote."""
    return {name: clean(form.get(name, "")) for name in blank()}


def written(poll: Poll, place: str, parts: list[str]) -> dict[str, str]:
    """What stands in the form of a draft that is changed."""
    low, high = poll.scale or (1, 5)
    return (
        blank()
        | {
            "kind": poll.kind.value,
            "title": poll.title,
            "explanation": poll.explanation,
            "choices": "\n".join(poll.choices),
            "abstain": "" if poll.abstain == ABSTAIN else poll.abstain,
            "max_choices": str(poll.max_choices),
            "dimensions": "\n".join(poll.dimensions),
            "low": str(low),
            "high": str(high),
            "matter": str(poll.matter or ""),
            "electorate": poll.electorate.value,
            "place": place,
            "parts": "\n".join(parts),
            "secrecy": "" if poll.secret else "named",
            "changing": "yes" if poll.changeable else "",
            "effect": poll.legal_effect.value,
            "basis": poll.legal_basis,
            "opens_at": browser_time(poll.opens_at),
            "closes_at": browser_time(poll.closes_at),
            "organiser": poll.organiser,
            "contact": poll.contact,
        }
        | changed_terms(poll)
    )


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what was written, by field; what the rules say is not asked here."""
    kind = kind_of(values["kind"])
    wanted = ["title", "dimensions" if kind is PollKind.SCORE else "choices", "place", "opens_at", "closes_at"]
    wanted += ["matter"] if kind is PollKind.OWNERS else []
    found = missing({name: LABELS[name] for name in wanted}, values)
    for name in ("opens_at", "closes_at"):
        if name not in found and beijing_time(values[name]) is None:
            found[name] = f"{LABELS[name]}要写成日期和时间，例如 2026-05-01 08:00。"
    for name, longest in LONGEST.items():
        if len(values[name]) > longest:
            found[name] = f"这一项最多{longest}个字，现在有{len(values[name])}个。"
    return found


def field_of(sentence: str) -> str:
    """The field that a refusal speaks of: the one whose label comes first in it; none when it names no field."""
    named = [(sentence.index(label), name) for name, label in LABELS.items() if label in sentence]
    return min(named)[1] if named else ""


def draft_of(values: Mapping[str, str]) -> Draft:
    """The draft that the fields make.

    Raises:
        Invalid: a number or a term can't be read.
    """
    kind = kind_of(values["kind"])
    opens_at, closes_at = beijing_time(values["opens_at"]), beijing_time(values["closes_at"])
    assert opens_at
    assert closes_at
    choices = lines(values["choices"]) if kind is not PollKind.SCORE else []
    matter = _number(values, "matter", 0) or None
    owners, opinion, score = kind is PollKind.OWNERS, kind is PollKind.OPINION, kind is PollKind.SCORE
    usual = ABSTAIN if ABSTAIN in choices else ""
    return Draft(
        title=one_line(values["title"]),
        explanation=values["explanation"],
        choices=choices,
        place=values["place"],
        opens_at=opens_at,
        closes_at=closes_at,
        organiser=one_line(values["organiser"]),
        contact=one_line(values["contact"]),
        abstain=one_line(values["abstain"]) or usual,
        kind=kind,
        parts=lines(values["parts"]),
        electorate=Electorate(values["electorate"]) if values["electorate"] in set(Electorate) else None,
        matter=matter if owners else None,
        max_choices=_number(values, "max_choices", 1) if opinion else 1,
        dimensions=lines(values["dimensions"]) if score else (),
        scale=(_number(values, "low", 1), _number(values, "high", 5)),
        secret=False if owners else values["secrecy"] != "named",
        changeable=values["changing"] == "yes",
        legal_effect=LegalEffect(values["effect"]) if values["effect"] in set(LegalEffect) else None,
        legal_basis=one_line(values["basis"]),
        terms=read_terms(kind, matter if owners else None, values),
        electors=lines(values["electors"]) if kind is PollKind.DELEGATES else (),
    )


def _number(values: Mapping[str, str], name: str, usual: int) -> int:
    text = values[name]
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise Invalid(f"{LABELS.get(name, '')}请写数字。")
    return int(text)


def choices_of(kind: PollKind) -> dict[str, Any]:
    """What the selects of a kind's form offer."""
    return {
        "electorates": [(one.value, one.label) for one in electorates(kind)],
        "matters": list(MATTERS.items()),
        "effects": [(one.value, one.label) for one in LegalEffect],
        "usual_effect": LegalEffect.INDICATIVE.value if kind is PollKind.OWNERS else LegalEffect.CONSULTATIVE.value,
        "most": MAX_CHOICES,
    }
