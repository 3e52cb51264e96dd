"""Files as people and attackers send them, made small and on the spot."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

PLACE_TAKEN = b"\x00\x00\x00A\x00\x00\x00"


def photograph(width: int = 60, height: int = 40, *, orientation: int = 6, form: str = "JPEG") -> bytes:
    """A picture with everything a telephone writes into it: camera, place, comment, XMP."""
    picture = Image.new("RGB", (width, height), "white")
    for x in range(width // 2):
        for y in range(height):
            picture.putpixel((x, y), (200, 0, 0))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRET-CAMERA", orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(39), IFDRational(54), IFDRational(26)), 3: "E"})
    written = io.BytesIO()
    more = {"comment": b"SECRET-COMMENT", "xmp": b"<x:xmpmeta>SECRET-XMP</x:xmpmeta>"} if form == "JPEG" else {}
    picture.save(written, form, exif=exif, **more)
    return written.getvalue()


def drawn(form: str, mode: str = "RGB", size: tuple[int, int] = (30, 20)) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, form)
    return written.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are as wide and high as told."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


def gif_bomb(width: int = 65_000, height: int = 65_000) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + drawn("GIF", "P")[13:]


def office(main: str = "xl/workbook.xml", parts: dict[str, bytes] | None = None) -> bytes:
    """An office archive with its main part and others."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in ({"[Content_Types].xml": b"<Types/>", main: b"<x/>"} | (parts or {})).items():
            archive.writestr(name, body)
    return written.getvalue()


def lying_office(real: int = 3_000_000, told: int = 100) -> bytes:
    """An archive whose largest part says that it is small, with the checksum of its beginning."""
    body = bytes(real)
    content = bytearray(office(parts={"xl/sharedStrings.xml": body}))
    right = struct.pack("<I", zlib.crc32(body))
    lie = struct.pack("<I", zlib.crc32(body[:told]))
    for found in (content.find(right), content.rfind(right)):
        content[found : found + 4] = lie
        content[found + 8 : found + 12] = struct.pack("<I", told)
    return bytes(content)
