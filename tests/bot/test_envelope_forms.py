"""What the envelope takes apart rightly and what it calls malformed: sizes, XML, JSON, the AES block."""

import json
from dataclasses import replace

import pytest

from bot.envelope import (
    MAX_BYTES,
    Push,
    open_push,
)
from tests.bot.platform_side import (
    FIELDS,
    OWN,
    OWN_ENCRYPT,
    PLAIN,
    TEXT,
    encrypted,
    open_plain,
    open_sealed,
    padded,
    plain_query,
    refusal,
)

# Content types and sizes


@pytest.mark.parametrize("accepted", ["", "text/xml", "Text/XML; charset=utf-8", "application/xml", "application/json"])
def test_content_type_of_the_platform_is_taken(accepted: str):
    assert open_plain(TEXT, accepted).fields == FIELDS


@pytest.mark.parametrize("strange", ["text/html", "application/x-www-form-urlencoded", "multipart/form-data", "xml"])
def test_other_content_types_are_refused(strange: str):
    assert refusal(open_plain, TEXT, strange) == 415


def test_body_of_the_greatest_size_is_read_and_one_byte_more_is_not():
    filler = "x" * (MAX_BYTES - len(TEXT.encode()))
    body = TEXT.replace("你好", "你好" + filler)
    assert open_plain(body).fields["Content"].endswith(filler)
    assert refusal(open_plain, body + " ") == 413


def test_size_is_checked_before_signature_and_content_type():
    assert refusal(open_push, OWN, {}, "text/html", b"x" * 1_000_000) == 413
    assert refusal(open_plain, "<xml>" + "<a>" * 1_000_000) == 413


# Forms


def test_form_is_read_from_the_body_not_from_the_content_type():
    assert open_plain("\n " + json.dumps(FIELDS), "text/xml") == Push(FIELDS, True, False)
    assert open_plain(TEXT, "application/json") == Push(FIELDS, False, False)


def test_answer_follows_the_envelope_when_the_sealed_payload_has_the_other_form():
    assert open_sealed(encrypted(padded(json.dumps(FIELDS).encode()))) == Push(FIELDS, is_json=False, encrypted=True)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "hello",
        "<xml>",
        "<xml></xml>",
        "<xml> </xml>",
        "<xml/>",
        "<foo><a>1</a></foo>",
        "<xml><a>1</b></xml>",
        "<xml><a>1</a></xml><xml/>",
        "<xml><a>&undefined;</a></xml>",
        "<xml><a>&#0;</a></xml>",
        "<xml><a>]]></a></xml>",
        "<xml><a]]>>1</a]]>></xml>",
        "<xml><FromUserName><![CDATA[o]]></FromUserName>]]></xml>",
        "{",
        "[]",
        "[{}]",
        "null",
        '"text"',
        '{"a":1,}',
        '{"a":1}{"b":2}',
        "{'a':1}",
    ],
)
def test_malformed_body_is_refused(body: str):
    assert refusal(open_plain, body) == 400
    assert refusal(open_sealed, encrypted(padded(body.encode()))) == 400


@pytest.mark.parametrize(
    "body",
    [TEXT.encode("gb18030"), TEXT.encode("utf-16"), b"<xml><a>\xff</a></xml>", b'{"a":"\xc3("}', b"\xed\xa0\x80"],
)
def test_body_that_is_not_utf8_is_refused(body: bytes):
    assert refusal(open_plain, body) == 400
    assert refusal(open_sealed, encrypted(padded(body))) == 400


def test_declared_encoding_does_not_change_how_bytes_are_read():
    assert open_plain('<?xml version="1.0" encoding="gb2312"?>' + TEXT).fields == FIELDS


def test_control_characters_the_platform_pushes_raw_are_dropped():
    assert open_plain(TEXT.replace("你好", "\x1d你\x00好\x08")).fields["Content"] == "你好"
    assert open_plain('{"Content":"\x1d你\\u0000\\ud800好\ufffe"}').fields == {"Content": "你好"}


@pytest.mark.parametrize(
    "body",
    [
        TEXT.replace("<MsgId>", "<FromUserName>oOTHER</FromUserName><MsgId>"),
        TEXT.replace("<MsgId>", "<FromUserName/><MsgId>"),
        TEXT.replace("<MsgId>", "<FromUserName><a/></FromUserName><MsgId>"),
        "<xml><detail><a>1</a></detail><detail><a>2</a></detail><detail>3</detail></xml>",
        '{"FromUserName":"a","FromUserName":"b"}',
        '{"FromUserName":"a"," FromUserName":"b"}',
    ],
)
def test_field_that_occurs_twice_is_refused(body: str):
    assert refusal(open_plain, body) == 400


def test_nested_and_repeated_elements_become_structures():
    push = open_plain(
        "<xml><a><item><b>1</b></item><item><b>2</b></item><item>3</item></a><c> <d/> </c>"
        "<e>x<!-- -->y&amp;<![CDATA[<z>]]></e></xml>"
    )
    assert push.fields == {"a": {"item": [{"b": "1"}, {"b": "2"}, "3"]}, "c": {"d": ""}, "e": "xy&<z>"}


def test_json_values_keep_their_types_but_fractions_stay_text():
    body = '{" OpenID ":"o", "CreateTime":1, "EventKey":null, "a":[{" b":1.10}], "c":true, "d":NaN, "e":1e999}'
    fields = {
        "OpenID": "o",
        "CreateTime": 1,
        "EventKey": None,
        "a": [{"b": "1.10"}],
        "c": True,
        "d": "NaN",
        "e": "1e999",
    }
    assert open_plain(body).fields == fields


# The AES block


def with_padding(padding: bytes) -> str:
    """A message right in everything but its padding; blanks after the root bring it to whole blocks."""
    length = 20 + len(TEXT.encode()) + len(OWN.app_id) + len(padding)
    message = TEXT.encode() + b" " * (-length % 32)
    return encrypted(b"0123456789abcdef" + len(message).to_bytes(4, "big") + message + OWN.app_id.encode() + padding)


@pytest.mark.parametrize("pad", range(1, 33))
def test_every_padding_from_1_to_32_is_opened(pad: int):
    assert open_sealed(with_padding(bytes([pad]) * pad)).fields == FIELDS


@pytest.mark.parametrize(
    "padding",
    [
        b"",
        b"\0",
        b"\x21" * 33,
        b"\x40" * 64,
        b"\xff" * 255,
        b"\x03\x02\x03",
        b"\0" * 7 + b"\x08",
        b"\x01" * 31 + b"\x20",
    ],
    ids=lambda padding: padding[-3:].hex(),
)
def test_wrong_padding_is_refused(padding: bytes):
    assert refusal(open_sealed, with_padding(padding)) == 400


@pytest.mark.parametrize(
    "block", [b"", b"\x20" * 16, b"\x10" * 16, b"\x20" * 32, b"x" * 15 + b"\x01", b"x" * 31 + b"\x0d"]
)
def test_block_without_a_message_is_refused(block: bytes):
    assert refusal(open_sealed, encrypted(block)) in {400, 403}


@pytest.mark.parametrize(
    "encrypt",
    [
        "",
        "=",
        OWN_ENCRYPT[:-1],
        OWN_ENCRYPT[:-4],
        OWN_ENCRYPT[:-24],
        "*" + OWN_ENCRYPT[1:],
        OWN_ENCRYPT[:8] + "*" + OWN_ENCRYPT[8:],
        "你好",
        "AAAA",
    ],
    ids=lambda encrypt: encrypt[-8:],
)
def test_damaged_encrypt_is_refused(encrypt: str):
    assert refusal(open_sealed, encrypt) in {400, 403}


@pytest.mark.parametrize(
    "app_id", ["", "wx0123456789abcdeF", "wx0123456789abcdef0", "wx0123456789abcde", "\0" + OWN.app_id]
)
def test_message_of_another_account_is_refused(app_id: str):
    assert refusal(open_sealed, encrypted(padded(TEXT.encode(), app_id))) == 403


@pytest.mark.parametrize("wrong", [len(TEXT.encode()) + 19, 100_000, 2**31, 2**32 - 1])
def test_length_past_the_end_is_refused(wrong: int):
    assert refusal(open_sealed, encrypted(padded(TEXT.encode(), length=wrong))) == 400


@pytest.mark.parametrize("wrong", [0, 1, len(TEXT.encode()) - 1, len(TEXT.encode()) + 1, len(TEXT.encode()) + 18])
def test_length_that_moves_the_appid_is_refused(wrong: int):
    assert refusal(open_sealed, encrypted(padded(TEXT.encode(), length=wrong))) == 403


@pytest.mark.parametrize("bad", [{"aes_key": "A" * 42}, {"aes_key": "A" * 44}, {"aes_key": ""}, {"aes_key": "é" * 43}])
def test_credentials_with_a_wrong_key_are_refused(bad: dict[str, str]):
    with pytest.raises(ValueError, match=r"."):
        replace(OWN, **bad)


def test_credentials_need_a_token_and_a_plain_account_needs_no_key():
    with pytest.raises(ValueError, match="token"):
        replace(OWN, token="")
    assert open_push(replace(PLAIN, aes_key=""), plain_query(), "", TEXT.encode()).fields == FIELDS


def test_credentials_and_pushes_do_not_show_their_secrets():
    shown = repr(OWN) + repr(open_plain(TEXT))
    assert not [secret for secret in (OWN.token, OWN.aes_key, repr(OWN.key), "你好", "oUSER") if secret in shown]
