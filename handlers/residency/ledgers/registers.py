"""Reading the registers: dwellings.csv, residents.csv and owners.csv."""

import re
from fractions import Fraction

from handlers.residency.ledgers.reading import Reading
from handlers.residency.ledgers.records import DwellingRecord, OwnerRecord, ResidentRecord
from handlers.residency.ledgers.sheets import BadCell, Row
from handlers.residency.people import ID_NO, PHONE

DWELLINGS, RESIDENTS, OWNERS = "dwellings.csv", "residents.csv", "owners.csv"
PARTY_TAG = "党员"
HALF = "同一户室的另一位业主有误，这一行也没有装载"
_HOLDERS = {"person": "person", "company": "company", "个人": "person", "单位": "company"}
_SEXES = {"男": "男", "女": "女"}
_YES = {"1": "1", "0": "", "是": "1", "否": ""}
MOBILE_DIGITS = 11


# Column by the word that may stand at its head, as our own tables write it.
_DWELLING_HEADINGS = {
    "户室编码": "code",
    "网格编码": "grid",
    "社区编码": "community",
    "小区": "compound",
    "楼栋": "building",
    "单元": "unit",
    "楼层": "floor",
    "房号": "room",
    "地址": "address",
    "面积": "area",
    "类型": "kind",
    "使用状态": "state",
}
_PERSON_HEADINGS = {"人员编号": "pid", "姓名": "name", "证件号码": "id_no", "电话": "phone", "户室编码": "dwelling"}
_RESIDENT_HEADINGS = _PERSON_HEADINGS | {
    "性别": "sex",
    "出生日期": "birth",
    "身份": "role",
    "与户主关系": "relation",
    "户籍": "huji",
    "党员": "party",
    "标签": "tags",
}
_OWNER_HEADINGS = _PERSON_HEADINGS | {"业主编号": "owner", "类别": "holder", "份额": "share"}


def read_dwellings(reading: Reading) -> list[DwellingRecord]:
    columns = ("code", "community", "compound", "building", "room")
    rows = reading.table(DWELLINGS, columns, _DWELLING_HEADINGS, _dwelling)
    rows = reading.without_repeats(DWELLINGS, rows, lambda row: row.code, "code")
    return reading.without_repeats(
        DWELLINGS, rows, lambda row: (row.community, row.estate, row.building, row.entrance, row.room), "房号"
    )


def read_residents(reading: Reading) -> list[ResidentRecord]:
    rows = reading.table(RESIDENTS, ("pid", "name", "dwelling"), _RESIDENT_HEADINGS, _resident)
    return reading.without_repeats(RESIDENTS, rows, lambda row: row.pid, "pid")


def read_owners(reading: Reading) -> list[OwnerRecord]:
    """The holders of dwellings; where one holder's row is wrong, the other holders of that dwelling wait with it."""
    halves: set[str] = set()

    def owner(row: Row) -> OwnerRecord:
        try:
            return _owner(row)
        except BadCell:
            halves.add(str((row.cells or {}).get("dwelling")).strip())
            raise

    rows = reading.table(OWNERS, ("dwelling", "name"), _OWNER_HEADINGS, owner)
    for row in rows:
        if row.dwelling in halves:
            reading.flaw(OWNERS, row.line, HALF)
    return [row for row in rows if row.dwelling not in halves]


def _dwelling(row: Row) -> DwellingRecord:
    estate, building = row.text("compound", 60, needed=True), row.text("building", 10, needed=True)
    entrance, room = row.text("unit", 10), row.text("room", 20, needed=True)
    entrance_words = f"{entrance}单元" if entrance else ""
    return DwellingRecord(
        line=row.line,
        code=row.text("code", 32, needed=True),
        grid=row.text("grid", 20),
        community=row.text("community", 12, needed=True),
        estate=estate,
        building=building,
        entrance=entrance,
        floor=row.whole("floor"),
        room=room,
        address=row.text("address", 120) or f"{estate}{building}号楼{entrance_words}{room}",
        area=row.decimal("area"),
        kind=row.text("kind", 20),
        occupancy=row.text("state", 20),
        linked=bool(row.one_of("linked", _YES)),
    )


def _resident(row: Row) -> ResidentRecord:
    party = (PARTY_TAG,) if row.one_of("party", _YES) else ()
    return ResidentRecord(
        line=row.line,
        pid=row.text("pid", 50, needed=True),
        name=row.text("name", 60, needed=True),
        sex=row.one_of("sex", _SEXES),
        birth_on=row.day("birth"),
        id_no=_shaped(row, "id_no", ID_NO),
        phone=_phone(row),
        dwelling=row.text("dwelling", 32),
        role=row.text("role", 20),
        relation=row.text("relation", 20),
        huji=row.text("huji", 20),
        tags=row.words("tags", 20) + party,
    )


def _owner(row: Row) -> OwnerRecord:
    dwelling = row.text("dwelling", 32, needed=True)
    return OwnerRecord(
        line=row.line,
        head=row.text("owner", 70) or dwelling,
        dwelling=dwelling,
        holder=row.one_of("holder", _HOLDERS, default="person"),
        pid=row.text("pid", 50),
        name=row.text("name", 60, needed=True),
        id_no=_shaped(row, "id_no", ID_NO),
        phone=_phone(row),
        share=_share(row),
    )


def _shaped(row: Row, column: str, shape: re.Pattern[str]) -> str:
    text = row.text(column, 30)
    if text and not shape.fullmatch(text):
        raise BadCell(f"{column} 的格式不对")
    return text


def _phone(row: Row) -> str:
    phone = _shaped(row, "phone", PHONE)
    if row.is_number("phone") and not (len(phone) == MOBILE_DIGITS and phone.startswith("1")):
        raise BadCell("phone 是数字格式，区号的0可能丢了，请把这一列设为「文本」后重填")
    return phone


def _share(row: Row) -> str:
    """The share as a fraction, `1/1` when the cell is empty: weights of votes are counted exactly (民法典第278条)."""
    text = row.text("share", 20) or "1/1"
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise BadCell("share 应为分数，例如 1/2") from None
    if not 0 < share <= 1:
        raise BadCell("share 应大于0、不超过1")
    return text
