"""Names, phones and ID numbers in the one spelling that blind indexes are made of: whole values find equal people."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from errors import Invalid
from handlers.residency.numerals import fold

SEXES = ("", "男", "女")
MOST_TAGS = 20
OLDEST = 130
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
ID_NO = re.compile(r"[0-9A-Za-z()-]{5,30}")


def name_key(name: str) -> str:
    """「 Ａnna　李 」 and 「ANNA李」 are one name: width, case and blanks ignored."""
    return fold(name).replace(" ", "")


def phone_key(phone: str) -> str:
    """Digits only, without the country's 86: `+86 154-0000-0001` and `15400000001` are one phone."""
    digits = "".join(character for character in fold(phone) if character.isdecimal())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def id_key(id_no: str) -> str:
    """Width, case and blanks ignored: the check character of an ID number is an X or an x."""
    return fold(id_no).replace(" ", "")


_COMPOUND_SURNAME = re.compile(
    "欧阳|司马|诸葛|上官|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|司空|东方|独孤"
    "|南宫|西门|端木|百里|东郭|南郭|呼延|轩辕|钟离|申屠|太史|闻人|澹台|公冶|宗政|濮阳"
    "|淳于|单于|太叔|公羊|赫连|鲜于|闾丘|亓官|司寇|子车|颛孙|巫马|公西|漆雕|乐正|壤驷"
    "|公良|拓跋|夹谷|宰父|谷梁|段干|东门|羊舌|微生|梁丘|左丘|第五|完颜|纳兰|耶律|叶赫"
    "|爱新|哥舒|万俟"
)
"""Two characters that are one surname (《百家姓》 and names of the census); other Chinese surnames have one."""


def surname(name: str) -> str:
    """The surname as it is indexed: 欧阳 of 欧阳娜娜, 王 of 王秀英; of 阿卜杜拉·买买提 and Anna Li the first part."""
    first, dot, _ = fold(name).partition(".")
    if first.isascii():
        return first.partition(" ")[0]
    plain = name_key(first)
    compound = len(plain) > 2 and _COMPOUND_SURNAME.match(plain)
    return plain if dot else plain[: 2 if compound else 1]


def is_surname(word: str) -> bool:
    """Whether a word is a surname alone: one character, or one of those with two."""
    plain = name_key(word)
    return bool(_COMPOUND_SURNAME.fullmatch(plain)) or (len(plain) == 1 and plain.isalpha() and not plain.isascii())


def masked_name(name: str) -> str:
    """王秀英 → 王**: how a name is shown to neighbours; the stars do not tell how long it is."""
    return f"{name[:1]}**"


def masked_phone(phone: str) -> str:
    """15400000001 → 154****0001; of a shorter number only the end stays."""
    digits = phone_key(phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"


def masked_id(id_no: str) -> str:
    """990103199612180036 → 9901**********0036; of a shorter number only the end stays."""
    plain = id_key(id_no)
    return f"{plain[:4]}{'*' * (len(plain) - 8)}{plain[-4:]}" if len(plain) >= 15 else f"****{plain[-2:]}"


def dwelling_code(district: str, code: str) -> str:
    """A dwelling's code as stored: codes nest, and one that does not begin with its district's gets it in front."""
    return code if code.startswith(district) else f"{district}:{code}"


def check_particulars(particulars: Mapping[str, Any], today: date) -> None:
    """Refuse what can't be said of a person; only the columns that are there are looked at.

    Raises:
        Invalid: with the sentence that says what to change.
    """
    name, phone, id_no = (particulars.get(column) or "" for column in ("name", "phone", "id_no"))
    born: date | None = particulars.get("birth_on")
    tags: list[str] = particulars.get("tags") or []
    flaws = {
        "请填写姓名，最多60个字。": "name" in particulars and not 0 < len(name) <= 60,
        "电话的格式不对。": phone and not PHONE.fullmatch(phone),
        "证件号的格式不对。": id_no and not ID_NO.fullmatch(id_no),
        "性别请选男或女。": particulars.get("sex", "") not in SEXES,
        "出生日期不能晚于今天。": born and born > today,
        "出生日期太早了，请核对。": born and today.year - born.year > OLDEST,
        f"标签最多{MOST_TAGS}个，每个最多20个字。": len(tags) > MOST_TAGS or any(len(tag) > 20 for tag in tags),
    }
    for sentence, wrong in flaws.items():
        if wrong:
            raise Invalid(sentence)
