"""Names, phones and ID numbers in the one spelling that blind indexes are made of: whole values find equal people."""

from handlers.residency.numerals import fold


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


def masked_name(name: str) -> str:
    """王秀英 → 王**: how a name is shown to neighbours; the stars do not tell how long it is."""
    return f"{name[:1]}**"


def dwelling_code(district: str, code: str) -> str:
    """A dwelling's code as stored: codes nest, and one that does not begin with its district's gets it in front."""
    return code if code.startswith(district) else f"{district}:{code}"
