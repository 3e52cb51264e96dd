"""What was uploaded, looked into before it is kept: pictures are drawn anew, office archives are measured."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from errors import Invalid
from handlers.files.rules import PICTURES, Kind, check_kind, check_plain, check_size, clean_name, kind_of
from models.states import FilePurpose

MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2560
"""Pixels; a page of A4 photographed whole is still read well."""
MOST_PARTS = 2_000
MOST_UNPACKED = 300 * 1024 * 1024
_CHUNK = 1024 * 1024
_ARCHIVE = b"PK\x03\x04"
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP", Kind.GIF: "GIF"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it will be kept."""

    content: bytes = field(repr=False)
    name: str
    kind: Kind


def examine(content: bytes, name: str, purpose: FilePurpose) -> Upload:
    """What is kept of an upload. Takes processor time: call it in a thread.

    Pictures lose everything but what is seen (EXIF with the place they were taken at, thumbnails, later frames) and
    are no longer than 2,560 pixels; all else is kept as it came.

    Raises:
        Invalid: too large, of a kind the purpose does not take, or not what it seems to be.
    """
    check_size(len(content), purpose)
    found = _office_kind(content) if content.startswith(_ARCHIVE) else kind_of(content, name)
    kind = check_kind(found, purpose)
    if kind in PICTURES:
        content, kind = _drawn_anew(content, kind)
    else:
        check_plain(content, kind)
    return Upload(content, clean_name(name, kind), kind)


def _drawn_anew(content: bytes, kind: Kind) -> tuple[bytes, Kind]:
    """The first frame, upright, at most 2,560 pixels long: JPEG for photographs, PNG for what may be transparent."""
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise Invalid("图片的尺寸太大，请缩小后再上传。")
            sent.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            upright = ImageOps.exif_transpose(sent)
            clear = upright.has_transparency_data
            picture = upright.convert("RGBA" if clear else "RGB")
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid("图片的尺寸太大，请缩小后再上传。") from error
    except Exception as error:
        # What a hostile picture makes a decoder raise has no end.
        raise Invalid("图片读不出来，可能没有传完整，请重新上传。") from error
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    picture.info.clear()
    kept = Kind.PNG if clear or kind in {Kind.PNG, Kind.GIF} else Kind.JPEG
    written = io.BytesIO()
    picture.save(written, _FORMATS[kept], quality=85)
    return written.getvalue(), kept


def _office_kind(content: bytes) -> Kind | None:
    """Which office document an archive is; None for any other archive.

    Raises:
        Invalid: broken, encrypted, with macros, or larger inside than it says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise Invalid("文件打不开，可能没有传完整，请重新上传。") from error
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        return None
    if any(part.flag_bits & _ENCRYPTED for part in parts) or any("vbaProject" in name for name in names):
        raise Invalid("文件加了密码或带有宏，请另存为普通的表格再上传。")
    _measure(content, parts)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    return Kind.DOCX if "word/document.xml" in names else None


def _measure(content: bytes, parts: list[zipfile.ZipInfo]) -> None:
    """Raise Invalid where the parts are too many, too large together, or not as large as the archive says."""
    too_much = Invalid("文件展开后太大，请分成几个文件上传。")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise too_much
    if any(_unpacked_size(content, part) != part.file_size for part in parts):
        raise Invalid("文件已损坏，请重新保存后再上传。")


def _unpacked_size(content: bytes, part: zipfile.ZipInfo) -> int:
    """Bytes that really come out; -1 as soon as there are more than the archive says, or they can't be read."""
    header = content[part.header_offset : part.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or not header.startswith(_ARCHIVE):
        return -1
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    begin = part.header_offset + _LOCAL_HEADER + name_length + extra_length
    packed = content[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    return _inflated_size(packed, part.file_size) if part.compress_type == zipfile.ZIP_DEFLATED else -1


def _inflated_size(packed: bytes, most: int) -> int:
    inflate, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while not inflate.eof and packed and size <= most:
            size += len(inflate.decompress(packed, _CHUNK))
            packed = inflate.unconsumed_tail
    except zlib.error:
        return -1
    return size if inflate.eof else -1
