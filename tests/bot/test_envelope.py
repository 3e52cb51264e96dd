"""The envelope against the platform's published vectors and against wechatpy, in every mode."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import example, given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot import envelope
from bot.envelope import (
    UNCARRIABLE,
    Credentials,
    Push,
    answer_body,
    open_push,
    reply_text,
    seal,
    verify_url,
)
from bot.messages import Incoming, incoming
from tests.bot.platform_side import (
    COMPATIBLE,
    FIELDS,
    OFFICIAL,
    OFFICIAL_ENCRYPT,
    OFFICIAL_QUERY,
    OFFICIAL_REPLY_ENCRYPT,
    OWN,
    OWN_ENCRYPT,
    PLAIN,
    TEXT,
    encrypted,
    json_envelope,
    open_plain,
    open_sealed,
    padded,
    plain_query,
    refusal,
    sealed_query,
    signature,
    xml_envelope,
)

PAYLOADS = Path(__file__).parent / "payloads"
ORACLE = WeChatCrypto(OWN.token, OWN.aes_key, OWN.app_id)
MESSAGE = incoming(FIELDS, OWN.app_id)


def as_sent(text: str) -> str:
    """What an XML parser on the other side reads: uncarriable characters gone, line ends normalised."""
    return UNCARRIABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


# The console's GET


def test_official_url_verification_returns_the_echostr():
    query = {"signature": "f464b24fc39322e44b38aa78f5edd27bd1441696", "echostr": "4375120948345356249"}
    query |= {"timestamp": "1714036504", "nonce": "1514711492"}
    assert verify_url(OFFICIAL, query) == "4375120948345356249"
    assert refusal(verify_url, OFFICIAL, query | {"nonce": "1514711493"}) == 403
    assert refusal(verify_url, OFFICIAL, query | {"echostr": ""}) == 400


@pytest.mark.parametrize(
    "given", [{}, {"signature": ""}, {"signature": "签名"}, {"signature": "\ud800"}, {"nonce": "\ud800"}]
)
def test_url_verification_without_a_right_signature_is_refused(given: dict[str, str]):
    assert refusal(verify_url, OWN, {"echostr": "1", "timestamp": "1", **given}) == 403


# Published vectors


@pytest.mark.parametrize("wrap", [xml_envelope, json_envelope])
def test_official_push_is_opened(wrap: Callable[[str], bytes]):
    push = open_push(OFFICIAL, OFFICIAL_QUERY, "application/json", wrap(OFFICIAL_ENCRYPT))
    assert (push.fields["Event"], push.fields["debug_str"]) == ("debug_demo", "hello world")
    assert (push.encrypted, push.is_json) == (True, wrap is json_envelope)


def test_official_push_is_encrypted_to_the_byte(monkeypatch: pytest.MonkeyPatch):
    key = b64decode(OFFICIAL.aes_key + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    block = decryptor.update(b64decode(OFFICIAL_ENCRYPT)) + decryptor.finalize()
    assert (block[:16], int.from_bytes(block[16:20], "big")) == (b"a8eedb185eb2fecf", 167)
    monkeypatch.setattr(envelope, "token_bytes", lambda _size: b"a8eedb185eb2fecf")
    sealed = json.loads(seal(OFFICIAL, block[20:187].decode(), "415670741", 1714112445, is_json=True))
    assert sealed["Encrypt"] == OFFICIAL_ENCRYPT
    assert sealed["MsgSignature"] == OFFICIAL_QUERY["msg_signature"]


def test_official_reply_is_sealed_to_the_byte(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(envelope, "token_bytes", lambda _size: b"707722b803182950")
    assert json.loads(seal(OFFICIAL, '{"demo_resp":"good luck"}', "415670741", 1713424427, is_json=True)) == {
        "Encrypt": OFFICIAL_REPLY_ENCRYPT,
        "MsgSignature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
        "TimeStamp": 1713424427,
        "Nonce": "415670741",
    }


def test_own_vector_holds_in_both_directions_and_for_wechatpy(monkeypatch: pytest.MonkeyPatch):
    assert signature(OWN.token, "1700000000", "nonce1", OWN_ENCRYPT) == "79e602b84b77e8a6d790acea76dd82751adf824c"
    assert open_sealed(OWN_ENCRYPT) == Push(FIELDS, is_json=False, encrypted=True)
    monkeypatch.setattr(envelope, "token_bytes", lambda _size: b"0123456789abcdef")
    sealed = ElementTree.fromstring(seal(OWN, TEXT, "nonce1", 1700000000, is_json=False))
    assert {child.tag: child.text for child in sealed} == {
        "Encrypt": OWN_ENCRYPT,
        "MsgSignature": "79e602b84b77e8a6d790acea76dd82751adf824c",
        "TimeStamp": "1700000000",
        "Nonce": "nonce1",
    }
    body = xml_envelope(OWN_ENCRYPT)
    assert ORACLE.decrypt_message(body, "79e602b84b77e8a6d790acea76dd82751adf824c", "1700000000", "nonce1") == TEXT


def test_sealing_twice_never_gives_the_same_bytes():
    assert seal(OWN, TEXT, "n", 1, is_json=False) != seal(OWN, TEXT, "n", 1, is_json=False)


# Round trips with wechatpy


@given(text=st.text(min_size=1))
@example("a]]><x>b")
@example("]]]]>>]]>")
@example("]]\x00>")
@example("👨‍👩‍👧 好的😀\r\n\u2028&lt;<a href='x'>&</a>")
def test_any_sealed_answer_is_read_by_wechatpy(text: str):
    push = Push(FIELDS, is_json=False, encrypted=True)
    body, media_type = answer_body(OWN, push, MESSAGE, text, 1700000009, "nonce9")
    signed = ElementTree.fromstring(body).findtext("MsgSignature")
    reply = ElementTree.fromstring(ORACLE.decrypt_message(body, signed, "1700000009", "nonce9"))
    assert media_type == "application/xml"
    assert {child.tag: child.text or "" for child in reply} == {
        "ToUserName": "oUSER",
        "FromUserName": "gh_test",
        "CreateTime": "1700000009",
        "MsgType": "text",
        "Content": as_sent(text),
    }


@given(text=st.text())
@example("]]>")
@example("\x1dc")
def test_any_text_sealed_by_wechatpy_is_opened(text: str):
    content = text.replace("]]>", "]]]]><![CDATA[>")
    plain = TEXT.replace("你好", content)
    sealed = ElementTree.fromstring(ORACLE.encrypt_message(plain, "nonce1", "1700000000"))
    assert open_sealed(sealed.findtext("Encrypt") or "").fields["Content"] == as_sent(text)


@given(text=st.text(min_size=1), is_json=st.booleans(), encrypted=st.booleans())
def test_answer_goes_back_in_the_form_of_the_push(text: str, is_json: bool, encrypted: bool):
    body, media_type = answer_body(COMPATIBLE, Push({}, is_json, encrypted), MESSAGE, text, 1700000000, "nonce1")
    assert media_type == ("application/json" if is_json else "application/xml")
    query = plain_query()
    if encrypted:
        sealed = json.loads(body) if is_json else {child.tag: child.text for child in ElementTree.fromstring(body)}
        query = sealed_query(sealed["Encrypt"])
        assert sealed["MsgSignature"] == query["msg_signature"]
        body = (json_envelope if is_json else xml_envelope)(sealed["Encrypt"])
    push = open_push(COMPATIBLE, query, media_type, body)
    assert (push.is_json, push.encrypted) == (is_json, encrypted)
    assert push.fields["Content"] == (UNCARRIABLE.sub("", text) if is_json else as_sent(text))


@pytest.mark.parametrize("is_json", [True, False])
@pytest.mark.parametrize("sealed", [True, False])
def test_no_text_answers_success_unencrypted(is_json: bool, sealed: bool):
    assert answer_body(OWN, Push({}, is_json, sealed), MESSAGE, "", 1, "n") == (b"success", "text/plain")


def test_name_that_breaks_out_of_its_section_is_kept_inside():
    hostile: Incoming = replace(MESSAGE, sender="o]]></ToUserName><Evil/>", recipient="gh]]>")
    reply = ElementTree.fromstring(reply_text(hostile, "好", 1, is_json=False))
    assert [child.tag for child in reply] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert reply.findtext("ToUserName") == "o]]></ToUserName><Evil/>"


def test_json_reply_carries_numbers_as_numbers_and_chinese_unescaped():
    rendered = reply_text(MESSAGE, "您好", 1700000009, is_json=True)
    assert "您好" in rendered
    assert json.loads(rendered)["CreateTime"] == 1700000009


# Modes


def mode_of(credentials: Credentials) -> str:
    return credentials.mode


def compatible_body(encrypt: str) -> bytes:
    return TEXT.replace("</xml>", f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>").replace("你好", "forged").encode()


ENCRYPTED_BODIES = {"xml": xml_envelope, "json": json_envelope, "compatible": compatible_body}


@pytest.mark.parametrize("form", ENCRYPTED_BODIES)
@pytest.mark.parametrize("credentials", [OWN, COMPATIBLE], ids=mode_of)
def test_encrypted_body_is_taken_and_only_its_sealed_fields_count(form: str, credentials: Credentials):
    push = open_push(credentials, sealed_query(OWN_ENCRYPT), "text/xml", ENCRYPTED_BODIES[form](OWN_ENCRYPT))
    assert push == Push(FIELDS, is_json=form == "json", encrypted=True)


@pytest.mark.parametrize("credentials", [PLAIN, COMPATIBLE], ids=mode_of)
def test_plain_body_is_taken_outside_safe_mode(credentials: Credentials):
    assert open_push(credentials, plain_query(), "text/xml", TEXT.encode()) == Push(FIELDS, False, False)
    assert open_push(credentials, plain_query() | {"encrypt_type": "raw"}, "", TEXT.encode()).fields == FIELDS
    as_json = open_push(credentials, plain_query(), "application/json", json.dumps(FIELDS).encode())
    assert as_json == Push(FIELDS, True, False)


def test_safe_mode_refuses_a_plain_body():
    assert refusal(open_push, OWN, plain_query(), "text/xml", TEXT.encode()) == 403
    assert refusal(open_push, OWN, plain_query(), "application/json", json.dumps(FIELDS).encode()) == 403


@pytest.mark.parametrize("credentials", [OWN, COMPATIBLE], ids=mode_of)
@pytest.mark.parametrize("body", [TEXT, TEXT.replace("</xml>", "<Encrypt><a/></Encrypt></xml>"), '{"Encrypt":1}'])
def test_body_announced_as_encrypted_must_be_encrypted(credentials: Credentials, body: str):
    assert refusal(open_push, credentials, sealed_query(""), "text/xml", body.encode()) == 403


def test_plain_mode_refuses_encrypted_bodies():
    assert refusal(open_push, PLAIN, sealed_query(OWN_ENCRYPT), "text/xml", xml_envelope(OWN_ENCRYPT)) == 403
    assert refusal(open_push, PLAIN, plain_query(), "text/xml", xml_envelope(OWN_ENCRYPT)) == 403


@pytest.mark.parametrize("credentials", [OWN, COMPATIBLE], ids=mode_of)
@pytest.mark.parametrize("left", [{"encrypt_type": "aes"}, {}])
def test_signature_of_the_query_never_stands_in_for_msg_signature(credentials: Credentials, left: dict[str, str]):
    body = compatible_body(OWN_ENCRYPT)
    assert refusal(open_push, credentials, plain_query() | left, "text/xml", body) == 403


def test_plain_body_announced_as_encrypted_is_refused_without_msg_signature():
    assert refusal(open_push, COMPATIBLE, plain_query() | {"encrypt_type": "aes"}, "text/xml", TEXT.encode()) == 403


def test_msg_signature_alone_announces_an_encrypted_body():
    query = sealed_query(OWN_ENCRYPT)
    del query["encrypt_type"], query["signature"]
    assert open_push(OWN, query, "text/xml", xml_envelope(OWN_ENCRYPT)).fields == FIELDS


@pytest.mark.parametrize("path", sorted(PAYLOADS.iterdir()), ids=lambda path: path.name)
def test_every_payload_is_read_alike_in_every_mode(path: Path):
    body = path.read_bytes()
    encrypt = encrypted(padded(body))
    wrap = json_envelope if path.suffix == ".json" else xml_envelope
    plain = open_push(PLAIN, plain_query(), "text/xml", body)
    safe = open_push(OWN, sealed_query(encrypt), "text/xml", wrap(encrypt))
    assert safe == replace(plain, encrypted=True)
    assert open_push(COMPATIBLE, sealed_query(encrypt), "text/xml", wrap(encrypt)) == safe


def test_msg_signature_must_cover_the_encrypted_content():
    query = sealed_query(OWN_ENCRYPT)
    for changed in ({"msg_signature": query["signature"]}, {"nonce": "nonce2"}, {"timestamp": "1700000001"}):
        assert refusal(open_push, OWN, query | changed, "text/xml", xml_envelope(OWN_ENCRYPT)) == 403
    assert refusal(open_push, OWN, query, "text/xml", xml_envelope(OFFICIAL_ENCRYPT)) == 403
    assert refusal(open_push, replace(OWN, token="other"), query, "text/xml", xml_envelope(OWN_ENCRYPT)) == 403


@pytest.mark.parametrize("changed", [{"signature": "0" * 40}, {"signature": ""}, {"nonce": "x"}, {"signature": "é"}])
def test_plain_body_with_a_wrong_signature_is_refused(changed: dict[str, str]):
    assert refusal(open_push, PLAIN, plain_query() | changed, "text/xml", TEXT.encode()) == 403


def test_wrong_signature_is_refused_before_a_plain_body_is_read():
    assert refusal(open_push, PLAIN, plain_query() | {"signature": "x"}, "text/xml", b"\xff<not xml") == 403


def test_old_timestamp_passes():
    assert open_plain(TEXT).fields == FIELDS
