"""Pushes from whoever means harm are refused at once, and nothing but EnvelopeError ever comes out."""

import json
from base64 import b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.envelope import (
    Credentials,
    EnvelopeError,
    answer_body,
    open_push,
    verify_url,
)
from bot.messages import incoming
from tests.bot.platform_side import (
    COMPATIBLE,
    OFFICIAL_QUERY,
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
    xml_envelope,
)
from tests.effort import effort

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE_XML = {
    "billion laughs": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><Content>&l9;</Content></xml>',
    "quadratic blow-up": f'<!DOCTYPE xml [<!ENTITY a "{"a" * 30_000}">]><xml><Content>{"&a;" * 5_000}</Content></xml>',
    "file entity": '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>',
    "outside document type": '<!DOCTYPE xml SYSTEM "http://127.0.0.1/evil.dtd"><xml><Content>x</Content></xml>',
    "empty document type": "<!DOCTYPE xml><xml><Content>x</Content></xml>",
    "nested tags": "<xml>" + "<a>" * 20_000,
    "nested and closed tags": "<xml>" + "<a>" * 8_000 + "</a>" * 8_000 + "</xml>",
    "nested xml": "<xml>" * 12_000,
    "many tags": "<xml><l>" + "<i/>" * 15_000 + "</l></xml>",
    "many fields": "<xml>" + "".join(f"<f{n}/>" for n in range(7_000)) + "</xml>",
}
HOSTILE_JSON = {
    "nested objects": '{"a":' * 12_000,
    "nested and closed objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "nested lists": '{"a":' + "[" * 60_000,
    "nested and closed lists": '{"a":' + "[" * 30_000 + "]" * 30_000 + "}",
    "endless number": '{"a":' + "9" * 60_000 + "}",
}


@pytest.mark.parametrize("name", [*HOSTILE_XML, *HOSTILE_JSON])
def test_hostile_body_is_refused_at_once(name: str):
    body = (HOSTILE_XML | HOSTILE_JSON)[name]
    assert refusal(open_plain, body) == 400
    assert effort(lambda: refusal(open_plain, body)) < 2
    if len(body) < 48_000:
        assert refusal(open_sealed, encrypted(padded(body.encode()))) == 400


def test_sixteen_levels_are_read_and_seventeen_are_not():
    def xml(levels: int) -> str:
        return "<xml>" + "<a>" * (levels - 1) + "x" + "</a>" * (levels - 1) + "</xml>"

    def nested(levels: int) -> str:
        return '{"a":' + "[" * (levels - 1) + "1" + "]" * (levels - 1) + "}"

    for levels in (xml, nested):
        assert open_plain(levels(16)).fields
        assert refusal(open_plain, levels(17)) == 400


def opened_or_refused(credentials: Credentials, query: dict[str, str], content_type: str, body: bytes) -> None:
    with suppress(EnvelopeError):
        push = open_push(credentials, query, content_type, body)
        message = incoming(push.fields, credentials.app_id)
        answer_body(credentials, push, message, "好", 1, query["nonce"])


XML_PARTS = ("<xml>", "</xml>", "<a>", "</a>", "<![CDATA[", "]]>", "<!DOCTYPE", "&lt;", "&#x", "<!--", "-->", "<?")
XML_FIELDS = ("<MsgType>text</MsgType>", "<FromUserName>o</FromUserName>", "<CreateTime>1</CreateTime>", "<Content>")
JSON_PARTS = ("{", "}", "[", "]", '"', ":", ",", "\\u", "d800", "0000", "null", "1e999", "NaN", "\0", "好", '"List"')
JSON_FIELDS = ('"MsgType":"event"', '"Event":"subscribe_msg_popup_event"', '"FromUserName":"o"', '"CreateTime":1')
PARTS = [part.encode() for part in (*XML_PARTS, *XML_FIELDS, *JSON_PARTS, *JSON_FIELDS)]
FRAGMENTS = st.lists(st.sampled_from([*PARTS, b"\xff"])).map(b"".join)


@given(body=st.binary() | FRAGMENTS | FRAGMENTS.map(lambda inner: b"<xml>" + inner + b"</xml>"))
def test_random_bytes_are_opened_or_refused(body: bytes):
    opened_or_refused(PLAIN, plain_query(), "", body)
    opened_or_refused(OWN, plain_query(), "", body)
    opened_or_refused(OWN, sealed_query(OWN_ENCRYPT), "", body)
    encrypt = encrypted(padded(body))
    opened_or_refused(COMPATIBLE, sealed_query(encrypt), "", xml_envelope(encrypt))


@given(block=st.binary(max_size=200))
def test_random_blocks_are_opened_or_refused(block: bytes):
    raw = b64encode(block).decode()
    whole = encrypted(block + b"\x01" * (-len(block) % 16))
    for encrypt in (raw, whole):
        opened_or_refused(OWN, sealed_query(encrypt), "", json_envelope(encrypt))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
USED = ["FromUserName", "ToUserName", "MsgType", "CreateTime", "Event", "EventKey", "Content", "MsgId", "MsgID", "List"]
EVENT_NAMES = st.sampled_from(["event", "text", "subscribe", "subscribe_msg_sent_event", "user_authorization_revoke"])


@given(fields=st.dictionaries(st.sampled_from([*USED, "OpenID", "SubscribeMsgSentEvent"]), JSON | EVENT_NAMES))
def test_random_json_fields_are_opened_or_refused(fields: dict[str, Any]):
    body = json.dumps({"FromUserName": "o", "CreateTime": 1, "MsgType": "event", **fields}).encode()
    opened_or_refused(PLAIN, plain_query(), "application/json", body)


@given(query=st.dictionaries(st.sampled_from([*OFFICIAL_QUERY]), st.text(st.characters())), content_type=st.text())
def test_random_queries_are_refused(query: dict[str, str], content_type: str):
    for credentials in (PLAIN, OWN):
        assert refusal(open_push, credentials, query, "", xml_envelope(OWN_ENCRYPT)) == 403
        assert refusal(verify_url, credentials, query) == 403
    if content_type.partition(";")[0].strip():
        assert refusal(open_push, OWN, query, "x" + content_type, TEXT.encode()) == 415
