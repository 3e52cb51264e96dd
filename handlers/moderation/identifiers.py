"""Phone, ID and plate numbers, WeChat and QQ names, mail and web addresses in a text, however they are disguised."""

import re
import unicodedata

from handlers.proofreading.rules import holds_id_number, holds_mobile

_NUMERALS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912")
_BETWEEN = r"[\s\-_.·•*~—|/\\()]{1,3}"
_JOINED = re.compile(rf"(?<=[0-9Xx]){_BETWEEN}(?=[0-9Xx])")
# Digits parted one by one by commas are a number in disguise; 「1、3、15号楼」 is a list of buildings.
_ONE_BY_ONE = re.compile(r"(?<!\d)\d(?:[,，、]\d(?!\d)){10,18}")
_LANDLINE = re.compile(r"(?<!\d)0(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}(?!\d)")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][\s·.\-]{{0,2}}(?=(?:[A-Z]*\d){{3}})(?:[A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}[挂学警港澳])(?![A-Z0-9])"
)
_MAIL = re.compile(r"[a-z0-9._%+-]+\s?(?:@|\(at\))\s?[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_CHAT = re.compile(
    r"(?:(?:微信|威信|薇信|徽信|v信|vx|wx|wechat|weixin)(?:号|id|账号|帐号)?|加[我他她]?[vV微薇])"
    r"\s*(?:是|为|:|加|)\s*(?=[a-z0-9_-]*[\d_-])[a-z0-9_-]{6,20}(?![a-z0-9_])"
    r"|(?:微信|威信|薇信|v信|vx|wx)(?:号|id|账号|帐号)\s*(?:是|为|:)?\s*[a-z][a-z0-9_-]{5,19}"
    r"|(?:qq|扣扣|企鹅)(?:号|群|账号|帐号)?\s*(?:是|为|:|加)?\s*[1-9]\d{4,10}(?!\d)"
)
_TOP = "com|cn|net|org|top|xyz|vip|cc|info|shop|club|site|online|app|link|me|tv|io"
_LINK = re.compile(
    rf"https?\s*:?\s*//|(?<![a-z0-9])www\s*[.。点]|(?<![a-z0-9.@-])[a-z0-9][a-z0-9-]{{0,40}}(?:\s?[.。]\s?|点)(?:{_TOP})(?![a-z0-9])"
    r"|[a-z0-9]{2,}\.[a-z]{2,4}/[a-z0-9]"
)


def _digits_bare(text: str) -> str:
    """One width, Chinese numerals as digits, and nothing between the digits of one number."""
    plain = unicodedata.normalize("NFKC", text).translate(_NUMERALS)
    joined = _ONE_BY_ONE.sub(lambda found: re.sub(r"\D", "", found[0]), plain)
    return _JOINED.sub("", joined)


def numbers_in(text: str) -> list[str]:
    """What kinds of personal numbers stand in a text, in words; empty where none does."""
    plain = unicodedata.normalize("NFKC", text)
    bare, lower = _digits_bare(text), plain.casefold()
    kinds = {
        "身份证号": holds_id_number(plain) or holds_id_number(bare),
        "手机号": holds_mobile(plain) or holds_mobile(bare),
        "固定电话": _LANDLINE.search(bare),
        "车牌号": _PLATE.search(plain.upper()) or _PLATE.search(re.sub(r"(?<=\w)\s(?=\w)", "", plain.upper())),
        "邮箱": _MAIL.search(lower),
        "微信号或QQ号": _CHAT.search(lower),
    }
    return [kind for kind, found in kinds.items() if found]


def holds_link(text: str) -> bool:
    """Whether a web address stands in a text."""
    return _LINK.search(unicodedata.normalize("NFKC", text).casefold()) is not None
