"""What may be uploaded for which purpose, recognised by its content, under which name, and who may read it again."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from errors import Invalid
from handlers.staff.rules import Permission, Viewer
from models.states import FilePurpose

MEGABYTE = 1024 * 1024
LONGEST_STEM = 80


class Kind(StrEnum):
    """A type of content that is known here; the value is what browsers call it."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    CSV = "text/csv"
    TEXT = "text/plain"
    AMR = "audio/amr"
    MP3 = "audio/mpeg"
    MP4 = "video/mp4"

    @property
    def endings(self) -> tuple[str, ...]:
        """How names of such files may end; the first is put where another stands."""
        return _ENDINGS[self]


_ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.JPEG: ("jpg", "jpeg"),
    Kind.PNG: ("png",),
    Kind.WEBP: ("webp",),
    Kind.GIF: ("gif",),
    Kind.PDF: ("pdf",),
    Kind.XLSX: ("xlsx",),
    Kind.DOCX: ("docx",),
    Kind.CSV: ("csv",),
    Kind.TEXT: ("txt", "yaml", "yml"),
    Kind.AMR: ("amr",),
    Kind.MP3: ("mp3",),
    Kind.MP4: ("mp4",),
}
PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.GIF})
RECORDINGS = frozenset({Kind.AMR, Kind.MP3})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a purpose asks of its files; `readers` is the permission by which staff may read them."""

    kinds: frozenset[Kind]
    most_bytes: int
    readers: Permission


TERMS: dict[FilePurpose, Terms] = {
    FilePurpose.LEDGER: Terms(frozenset({Kind.XLSX, Kind.CSV, Kind.TEXT}), 40 * MEGABYTE, Permission.IMPORT_RUN),
    FilePurpose.EXPORT: Terms(frozenset({Kind.XLSX, Kind.CSV}), 80 * MEGABYTE, Permission.RESIDENTS_EXPORT),
    FilePurpose.PAPER: Terms(
        frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.PDF, Kind.DOCX}), 10 * MEGABYTE, Permission.BINDINGS_DECIDE
    ),
    FilePurpose.CONVERSATION: Terms(
        PICTURES | {Kind.PDF, Kind.AMR, Kind.MP3, Kind.MP4}, 20 * MEGABYTE, Permission.INBOX_VIEW
    ),
    FilePurpose.VOTE: Terms(PICTURES | {Kind.PDF, Kind.DOCX, Kind.XLSX}, 10 * MEGABYTE, Permission.VOTES_VIEW),
    FilePurpose.NOTICE: Terms(PICTURES | {Kind.PDF, Kind.DOCX, Kind.XLSX}, 10 * MEGABYTE, Permission.NOTICES_VIEW),
    FilePurpose.MEETING: Terms(PICTURES | {Kind.PDF}, 10 * MEGABYTE, Permission.CONSULTATIONS_EDIT),
    FilePurpose.MINUTES: Terms(PICTURES | {Kind.PDF}, 10 * MEGABYTE, Permission.CONSULTATIONS_VIEW),
}

_MP4_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4A "})
_SIGNATURES: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    (Kind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (Kind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (Kind.GIF, re.compile(rb"GIF8[79]a")),
    (Kind.WEBP, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    (Kind.PDF, re.compile(rb"%PDF-[12]\.")),
    (Kind.AMR, re.compile(rb"#!AMR(-WB)?\n")),
    (Kind.MP3, re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2]")),
    (Kind.MP4, re.compile(rb".{4}ftyp(" + b"|".join(map(re.escape, sorted(_MP4_BRANDS))) + rb")", re.DOTALL)),
)
_MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|iframe|body|\?xml)", re.IGNORECASE)
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_ARCHIVE_END = b"PK\x05\x06"
_HEAD, _TAIL = 4096, 65_557
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


def kind_of(content: bytes, name: str) -> Kind | None:
    """What the content is, by its first bytes; text by being readable, and a table where the name says so.

    Office documents are archives and need to be opened: see `contents.py`.
    """
    for kind, signature in _SIGNATURES:
        if signature.match(content):
            return kind
    if not is_text(content):
        return None
    return Kind.CSV if name.lower().endswith(".csv") else Kind.TEXT


def is_text(content: bytes) -> bool:
    """Whether these are words in UTF-8 or GB 18030, as Excel in China writes them, without control characters."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return not _NOT_TEXT.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False


def check_size(size: int, purpose: FilePurpose) -> None:
    """Raise Invalid for an empty file and for one over the purpose's size."""
    if not size:
        raise Invalid("文件是空的，请重新选择。")
    if size > TERMS[purpose].most_bytes:
        raise Invalid(f"文件太大，最多{TERMS[purpose].most_bytes // MEGABYTE}MB。")


def check_kind(kind: Kind | None, purpose: FilePurpose) -> Kind:
    """The kind, where the purpose takes it.

    Raises:
        Invalid: with the endings that it takes.
    """
    kinds = TERMS[purpose].kinds
    if kind is None or kind not in kinds:
        endings = "、".join(ending for known in Kind if known in kinds for ending in known.endings)
        raise Invalid(f"只能上传这些文件：{endings}。")
    return kind


def check_plain(content: bytes, kind: Kind) -> None:
    """Raise Invalid for what a browser or viewer could take for something else, or run: it is kept as it came."""
    archive = kind not in {Kind.XLSX, Kind.DOCX} and _ARCHIVE_END in content[-_TAIL:]
    disguised = archive or _MARKUP.search(content[:_HEAD]) or (kind is not Kind.PDF and b"%PDF-" in content[:_HEAD])
    if disguised or (kind is Kind.PDF and _ACTIVE_PDF.search(content)):
        raise Invalid("文件里夹带了别的内容，不能上传。请另存一份再试。")


def clean_name(name: str, kind: Kind) -> str:
    """The name without folders, control and direction characters, ending as its content does."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = " ".join("".join(" " if sign in _NOT_IN_NAMES or not sign.isprintable() else sign for sign in last).split())
    stem, _, ending = plain.rpartition(".")
    stem, ending = (stem, ending.lower()) if stem else (plain, "")
    ending = ending if ending in kind.endings else kind.endings[0]
    return f"{stem.strip('. ')[:LONGEST_STEM] or '文件'}.{ending}"


def context(purpose: FilePurpose) -> str:
    """What the bytes of a purpose are sealed for."""
    return f"file:{purpose}"


def may_read(purpose: FilePurpose, place: str, owner: str, reader: Viewer | str) -> bool:
    """Whether staff with the purpose's permission over this place, or a resident (`account:12`), may read a file."""
    if isinstance(reader, str):
        return reader == owner
    return reader.may(TERMS[purpose].readers) and reader.sees(place)
