"""What is kept of an upload: pictures without what their camera told, nothing that is not what it seems."""

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from errors import Invalid
from handlers.files import contents
from handlers.files.contents import LONGEST_EDGE, examine
from handlers.files.rules import MEGABYTE, TERMS, Kind
from models.states import FilePurpose
from tests.effort import effort
from tests.files.uploads import drawn, gif_bomb, lying_office, office, photograph, png_bomb

PAPER, LEDGER, TALK = FilePurpose.PAPER, FilePurpose.LEDGER, FilePurpose.CONVERSATION


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_of_a_photograph_only_what_is_seen_is_kept(form: str) -> None:
    sent = photograph(form=form)
    assert b"SECRET" in sent
    kept = examine(sent, "身份证.jpg", PAPER)
    assert b"SECRET" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp"} & set(picture.info)
        # Orientation 6: the camera lay on its side. The red half is on top once it stands.
        assert picture.size == (40, 60)
        assert picture.convert("RGB").getpixel((20, 5))[0] > 180
        assert picture.convert("RGB").getpixel((20, 5))[1] < 60
        assert min(picture.convert("RGB").getpixel((20, 55))) > 230


def test_a_large_photograph_is_made_smaller_and_a_transparent_one_stays_so() -> None:
    kept = examine(photograph(4000, 100, orientation=1), "a.jpg", PAPER)
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (LONGEST_EDGE, 64)
    assert examine(drawn("WEBP", "RGBA"), "a.webp", PAPER).kind is Kind.PNG
    assert examine(drawn("WEBP"), "a.webp", PAPER).kind is Kind.JPEG
    assert examine(drawn("GIF", "P"), "a.gif", TALK).name == "a.png"


@pytest.mark.parametrize(
    "bomb",
    [png_bomb(40_000, 40_000), png_bomb(8_000, 8_000), png_bomb(2**31 - 1, 2**31 - 1), gif_bomb()],
    ids=["1.6 gigapixels", "64 megapixels", "more than can be", "gif"],
)
def test_a_picture_too_large_is_refused_before_it_is_decoded(bomb: bytes) -> None:
    def sent() -> None:
        with pytest.raises(Invalid, match="图片"):
            examine(bomb, "a.png", TALK)

    assert effort(sent) < 20


def test_a_picture_cut_off_is_refused() -> None:
    for sent in (photograph()[:-200], drawn("PNG")[:40], b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP"):
        with pytest.raises(Invalid):
            examine(sent, "a.jpg", PAPER)


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    for tail in (b"<script>alert(1)</script>", office()):
        kept = examine(drawn("PNG") + tail, "a.png", PAPER)
        assert tail not in kept.content


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png"),
        (b"<!DOCTYPE html><script>1</script>", "a.csv"),
        (b"\xef\xbb\xbf\n  <html>", "a.txt"),
        (b"name,phone\n<script>alert(1)</script>,1\n", "a.csv"),
        (b"a,b\n%PDF-1.4\n", "a.csv"),
        (b"a,b\n1,\x00\n", "a.csv"),
        (b"\xff\xfe\x00\xd8", "a.csv"),
        (b"%PDF-1.4\n/JavaScript (app.alert(1))\n%%EOF", "a.pdf"),
        (b"%PDF-1.4\n" + office(), "a.pdf"),
        (b"%PDF-1.4\n<html><body onload=1>", "a.pdf"),
        (b"MZ\x90\x00", "a.jpg"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "a.jpg"),
        (b"PK\x03\x04 nothing else", "a.xlsx"),
        (office(main="other.xml"), "a.xlsx"),
        (office(parts={"xl/vbaProject.bin": b"macro"}), "a.xlsx"),
        (b"", "a.csv"),
    ],
)
def test_what_is_not_what_it_seems_is_refused(sent: bytes, name: str) -> None:
    for purpose in FilePurpose:
        with pytest.raises(Invalid):
            examine(sent, name, purpose)


def test_the_ending_follows_the_content() -> None:
    assert examine(office(), "台账.csv", LEDGER).name == "台账.xlsx"
    assert examine("姓名,电话\n".encode("gb18030"), "台账.CSV", LEDGER) == contents.Upload(
        "姓名,电话\n".encode("gb18030"), "台账.csv", Kind.CSV
    )
    assert examine(b"a: 1", "org.yaml", LEDGER).name == "org.yaml"
    assert examine(office("word/document.xml"), "证明.xlsx", PAPER).kind is Kind.DOCX
    assert examine(b"#!AMR\n\x3c\x08", "录音", TALK).name == "录音.amr"


def test_what_a_purpose_does_not_take_is_refused_with_what_it_takes() -> None:
    with pytest.raises(Invalid, match="xlsx、csv、txt"):
        examine(photograph(), "a.xlsx", LEDGER)
    with pytest.raises(Invalid, match="最多10MB"):
        examine(b"%PDF-1.4" + bytes(TERMS[PAPER].most_bytes), "a.pdf", PAPER)


def test_an_archive_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_UNPACKED", 8 * MEGABYTE)
    bomb = office(parts={"xl/sharedStrings.xml": bytes(9 * MEGABYTE)})
    assert len(bomb) < 20_000
    with pytest.raises(Invalid, match="展开后太大"):
        examine(bomb, "a.xlsx", LEDGER)
    with pytest.raises(Invalid, match="展开后太大"):
        examine(office(parts={f"{number}.xml": b"" for number in range(2_000)}), "a.xlsx", LEDGER)


def test_an_archive_that_lies_about_what_is_in_it_is_refused() -> None:
    with pytest.raises(Invalid, match="已损坏"):
        examine(lying_office(), "a.xlsx", LEDGER)


@given(
    st.sampled_from([photograph(), drawn("PNG"), drawn("GIF", "P"), drawn("WEBP"), office(), b"a,b\n1,2\n"]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=12),
    st.binary(max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_is_kept_or_refused_and_breaks_nothing(
    sent: bytes, changes: list[tuple[int, int]], tail: bytes
) -> None:
    broken = bytearray(sent + tail)
    for place, value in changes:
        broken[place % len(broken)] = value
    for purpose in FilePurpose:
        with suppress(Invalid):
            assert examine(bytes(broken), "a.csv", purpose).kind in TERMS[purpose].kinds | {Kind.PNG}
