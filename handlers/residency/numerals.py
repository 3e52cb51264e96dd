"""What people type made comparable: one width, one case, plain punctuation, and numbers however they are written."""

import re
import unicodedata

_SAME_CHARACTER = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―─−", "-"),
        **dict.fromkeys("“”「」『』", '"'),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("《〈", "<"),
        **dict.fromkeys("》〉", ">"),
        **dict.fromkeys("【〔", "["),
        **dict.fromkeys("】〕", "]"),
        **dict.fromkeys("、﹑", ","),
        **dict.fromkeys("。·•・", "."),
        "〜": "~",
        # Zero-width characters come with pasted text; the other two turn a digit into its keycap emoji.
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\ufe0f\u20e3", ""),
        **dict(zip("棟橦樓號單単戶層園區門東廠貳參陸", "栋幢楼号单单户层园区门东厂贰叁陆", strict=True)),
    }
)
_LONG_DASH = re.compile("——+|――+|──+")
_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return the form in which typed texts are compared: half width, plain punctuation, upper case, single blanks.

    A long Chinese dash (——) becomes one hyphen. Traditional forms of the words used in addresses become simplified.
    """
    plain = unicodedata.normalize("NFKC", _LONG_DASH.sub("-", text)).upper()
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", plain.translate(_SAME_CHARACTER))).strip()


CHINESE_DIGITS = "零〇○一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖十拾廿卅百佰千仟"
_ARABIC = str.maketrans(
    {
        **dict(zip("零〇○一二两三四五六七八九幺", "00012234567891", strict=True)),
        **dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "123456789十百千", strict=True)),
        "廿": "2十",
        "卅": "3十",
        "负": "-",
    }
)
_DIGITS = re.compile(r"-?[0-9]{1,12}")
_SPELLED = re.compile(r"(-)?(?:([1-9])千(?:0(?=[1-9]))?)?(?:([1-9])百(?:0(?=[1-9]))?)?(?:([1-9])?(十))?([1-9])?")
_ONES = tuple("123456789")
_NEXT_PLACE = {"千": "百", "百": "十"}


def number(text: str) -> int | None:
    """Return the whole number that `text` is, or None: `12`, `１２`, `①`, 十二, 五零一, 一百零二, 廿, 负一.

    Punctuation round it (`1.`, 「一、」) is ignored: people answer menus that way. Up to twelve digits, words below 万.
    """
    plain = fold(text).strip(" .,").translate(_ARABIC)
    if _DIGITS.fullmatch(plain):
        return int(plain)
    if plain.endswith(_ONES):
        plain += _NEXT_PLACE.get(plain[-2:-1], "")  # 一百二 is 120, 一百零二 is 102
    spelled = _SPELLED.fullmatch(plain)
    if spelled is None or not plain.strip("-"):
        return None
    sign, thousands, hundreds, tens, ten, ones = spelled.groups()
    value = 1000 * int(thousands or 0) + 100 * int(hundreds or 0) + 10 * int(tens or bool(ten)) + int(ones or 0)
    return -value if sign else value
