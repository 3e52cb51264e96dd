"""Every payload in tests/bot/payloads becomes the message it stands for; ill-typed ones are refused."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import EnvelopeError, Incoming, Kind, incoming, subscription_items
from tests.bot.platform_side import open_plain

PAYLOADS = Path(__file__).parent / "payloads"
NAMES = sorted(path.name for path in PAYLOADS.iterdir())
APP_ID = "wx0123456789abcdef"
RESIDENT = "oLq3v5Xk2TnWbRzY8mJc0dHs6uAe"
PLATFORM = "oLq3v5SyStEmAcCoUnToFwEcHaT0"
ACCOUNT = "gh_4c1f0e7a9b52"

REPORT = "你好，3号楼的电梯坏了/::)😀"
MESSAGES: dict[str, tuple[Kind, dict[str, str]]] = {
    "text.xml": (Kind.TEXT, {"text": REPORT}),
    "text.json": (Kind.TEXT, {"text": REPORT}),
    "text_menu_tap.xml": (Kind.TEXT, {"text": "同意", "list_id": "bind-1"}),
    "text_from_article.xml": (Kind.TEXT, {"text": "这篇文章说的电话打不通"}),
    "image.xml": (Kind.IMAGE, {}),
    "image.json": (Kind.IMAGE, {}),
    "voice.xml": (Kind.VOICE, {}),
    "voice_recognised.xml": (Kind.VOICE, {}),
    "video.xml": (Kind.VIDEO, {}),
    "shortvideo.xml": (Kind.SHORTVIDEO, {}),
    "location.xml": (Kind.LOCATION, {}),
    "link.xml": (Kind.LINK, {}),
    "file.xml": (Kind.FILE, {}),
    "miniprogrampage.xml": (Kind.MINIPROGRAMPAGE, {}),
    "miniprogrampage.json": (Kind.MINIPROGRAMPAGE, {}),
    "unknown_type.xml": (Kind.UNKNOWN, {}),
}
# Event, EventKey, scene.
EVENTS: dict[str, tuple[str, str, str]] = {
    "subscribe_scene.xml": ("subscribe", "qrscene_bd_7kq2m9xd", "bd_7kq2m9xd"),
    "subscribe_after_payment.xml": ("subscribe", "last_trade_no_4200001234202511231234567890", ""),
    "scan.xml": ("scan", "bd_7kq2m9xd", "bd_7kq2m9xd"),
    "scan_numeric_scene.xml": ("scan", "1024", "1024"),
    "location_event.xml": ("location", "", ""),
    "click.xml": ("click", "vote", ""),
    "click_null_key.json": ("click", "", ""),
    "view.xml": ("view", "https://linli.example.org/h5/votes", ""),
    "view_miniprogram.xml": ("view_miniprogram", "pages/index/index", ""),
    "scancode_push.xml": ("scancode_push", "scan_push", ""),
    "scancode_waitmsg.xml": ("scancode_waitmsg", "scan_wait", ""),
    "pic_sysphoto.xml": ("pic_sysphoto", "photo", ""),
    "pic_photo_or_album.xml": ("pic_photo_or_album", "photo", ""),
    "pic_weixin.xml": ("pic_weixin", "photo", ""),
    "location_select.xml": ("location_select", "place", ""),
    "templatesendjobfinish_success.xml": ("templatesendjobfinish", "", ""),
    "templatesendjobfinish_user_block.xml": ("templatesendjobfinish", "", ""),
    "templatesendjobfinish_system_failed.xml": ("templatesendjobfinish", "", ""),
    "subscribe_msg_popup_event_array.json": ("subscribe_msg_popup_event", "", ""),
    "subscribe_msg_popup_event_object.json": ("subscribe_msg_popup_event", "", ""),
    "wxa_media_check_v1.json": ("wxa_media_check", "", ""),
    "unknown_event.xml": ("teleported_by_drone", "", ""),
}
# The other events carry no key and give the file its name.
EVENTS |= {name: (Path(name).stem, "", "") for name in NAMES if name not in MESSAGES and name not in EVENTS}


def fields_of(name: str) -> dict[str, Any]:
    return open_plain((PAYLOADS / name).read_bytes()).fields


def received(name: str) -> Incoming:
    return incoming(fields_of(name), APP_ID)


def text_fields(**changed: Any) -> dict[str, Any]:
    sent = {"ToUserName": ACCOUNT, "FromUserName": RESIDENT, "CreateTime": "1700000000", "MsgType": "text"}
    return sent | {"Content": "你好", "MsgId": "1"} | changed


def event_fields(**changed: Any) -> dict[str, Any]:
    sent = {"ToUserName": ACCOUNT, "FromUserName": RESIDENT, "CreateTime": 1700000000, "MsgType": "event"}
    return sent | {"Event": "CLICK", "EventKey": "vote"} | changed


def key_of(fields: dict[str, Any], app_id: str = APP_ID):
    return incoming(fields, app_id).key


@pytest.mark.parametrize("name", MESSAGES)
def test_message_payload_is_read(name: str):
    kind, expected = MESSAGES[name]
    message = received(name)
    assert (message.sender, message.recipient, message.app_id) == (RESIDENT, ACCOUNT, APP_ID)
    assert message.kind is kind
    assert {"text": message.text, "list_id": message.list_id} == {"text": "", "list_id": ""} | expected
    assert (message.event, message.event_key, message.scene) == ("", "", "")
    assert 1763870400 < message.sent_at < 1763871000


@pytest.mark.parametrize("name", EVENTS)
def test_event_payload_is_read(name: str):
    message = received(name)
    assert (message.event, message.event_key, message.scene) == EVENTS[name]
    assert (message.kind, message.text, message.list_id) == (Kind.EVENT, "", "")
    assert message.recipient == ACCOUNT
    assert 1763871000 < message.sent_at < 1763871060


def test_all_payloads_have_different_keys():
    assert len({received(name).key for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("user_auth", "user_info"))])
def test_subject_of_an_authorization_event_is_the_resident_not_the_platform(name: str):
    assert fields_of(name)["FromUserName"] == PLATFORM
    assert received(name).sender == RESIDENT


def test_authorization_event_without_openid_keeps_its_sender():
    assert incoming(event_fields(Event="user_authorization_revoke"), APP_ID).sender == RESIDENT


def test_openid_and_scene_belong_to_their_own_events_only():
    message = incoming(event_fields(OpenID="oSOMEONE", EventKey="qrscene_1"), APP_ID)
    assert (message.sender, message.scene) == (RESIDENT, "")


def test_voice_and_pictures_keep_their_media_in_the_fields():
    assert received("voice.xml").fields["Recognition"] == ""
    assert received("voice.xml").fields["MediaId"].endswith("_voice")
    assert received("pic_weixin.xml").fields["SendPicsInfo"]["Count"] == "3"
    pictures = received("pic_weixin.xml").fields["SendPicsInfo"]["PicList"]["item"]
    assert [int(picture["PicMd5Sum"]) for picture in pictures] == [1, 2, 3]


def test_repeated_texts_below_the_first_level_become_a_list():
    assert received("freepublishjobfinish.xml").fields["PublishEventInfo"]["fail_idx"] == ["1", "2"]


def test_repeated_structures_on_the_first_level_become_a_list():
    assert [part["strategy"] for part in received("wxa_media_check.xml").fields["detail"]] == [
        "content_model",
        "keyword",
    ]


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("subscribe_msg_popup_event.xml", ["accept", "reject"]),
        ("subscribe_msg_popup_event_array.json", ["accept", "reject"]),
        ("subscribe_msg_popup_event_object.json", ["accept"]),
        ("subscribe_msg_change_event.xml", ["reject"]),
        ("subscribe_msg_change_event.json", ["reject"]),
    ],
)
def test_subscription_items_are_alike_in_every_form(name: str, statuses: list[str]):
    items = subscription_items(received(name))
    assert [item["SubscribeStatusString"] for item in items] == statuses
    assert items[0]["TemplateId"] == "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc"


def test_sent_subscription_says_which_message_and_why():
    xml, json = (subscription_items(received(f"subscribe_msg_sent_event.{form}"))[0] for form in ("xml", "json"))
    assert (xml["MsgID"], xml["ErrorCode"], json["ErrorCode"]) == ("1700827132819554304", "0", "43101")


@pytest.mark.parametrize("empty", [{}, {"List": ""}, {"List": []}, {"List": None}, {"SubscribeMsgPopupEvent": "\n"}])
def test_empty_subscription_event_has_no_items(empty: dict[str, Any]):
    assert subscription_items(incoming(event_fields(Event="subscribe_msg_popup_event", **empty), APP_ID)) == []


def test_other_events_have_no_subscription_items():
    assert subscription_items(incoming(event_fields(List=[{"TemplateId": "x"}]), APP_ID)) == []


@pytest.mark.parametrize("broken", ["text", ["text"], [{"TemplateId": []}], [["x"]]])
def test_broken_subscription_items_are_refused(broken: Any):
    with pytest.raises(EnvelopeError) as refused:
        incoming(event_fields(Event="subscribe_msg_popup_event", List=broken), APP_ID)
    assert refused.value.status == 400


@pytest.mark.parametrize("event", ["CLICK", "click", "Click", "cLiCk"])
def test_case_of_the_event_does_not_matter(event: str):
    message = incoming(event_fields(Event=event), APP_ID)
    assert message.event == "click"
    assert message.key == key_of(event_fields())


def test_case_of_the_message_type_does_not_matter():
    assert incoming(text_fields(MsgType="Text"), APP_ID).kind is Kind.TEXT


def test_event_without_a_name_is_no_error():
    fields = event_fields()
    del fields["Event"]
    assert incoming(fields, APP_ID).event == ""


def test_message_key_depends_on_account_and_msgid_alone():
    key = key_of(text_fields())
    assert key == key_of(text_fields(MsgId=1))
    assert key == key_of(text_fields(CreateTime="1700000005", Content="另一句"))
    assert key != key_of(text_fields(MsgId="2"))
    assert key != key_of(text_fields(), "wxanother")


@pytest.mark.parametrize(
    "changed",
    [
        {"FromUserName": "oOTHER"},
        {"CreateTime": 1700000001},
        {"Event": "VIEW"},
        {"EventKey": "notice"},
        {"MsgID": 7},
        {"trace_id": "t-1"},
    ],
)
def test_event_key_tells_different_events_of_one_second_apart(changed: dict[str, Any]):
    assert key_of(event_fields(**changed)) != key_of(event_fields())


def test_event_key_survives_a_retry_and_a_change_of_form():
    assert key_of(event_fields()) == key_of(event_fields(CreateTime="1700000000"))
    assert key_of(event_fields()) != key_of(event_fields(), "wxanother")


def test_two_sent_subscription_messages_of_one_second_are_two_events():
    one, two = (
        event_fields(Event="subscribe_msg_sent_event", List={"TemplateId": "t", "MsgID": number}) for number in "12"
    )
    assert key_of(one) != key_of(two)


def test_two_withdrawals_of_one_second_are_two_events():
    phone, place = (event_fields(Event="user_authorization_revoke", RevokeInfo=number) for number in ("8", "13"))
    assert key_of(phone) != key_of(place)


def test_message_without_msgid_is_known_by_sender_time_and_words():
    key = key_of(text_fields(MsgId=None))
    assert key == key_of(text_fields(MsgId=""))
    assert key != key_of(text_fields(MsgId=None, Content="另一句"))
    assert key != key_of(text_fields(MsgId=None, CreateTime=1700000001))


@given(text=st.text(max_size=2000))
def test_the_words_of_a_resident_are_kept_exactly(text: str):
    assert incoming(text_fields(Content=text), APP_ID).text == text


def test_blanks_around_the_words_are_kept():
    assert incoming(text_fields(Content="  1 \n"), APP_ID).text == "  1 \n"


@pytest.mark.parametrize("name", ["FromUserName", "MsgType", "CreateTime"])
@pytest.mark.parametrize("value", [None, "", [], {}, ["a", "b"], {"a": "b"}, True, 1.5, "x" * 129])
def test_missing_ill_typed_or_endless_common_field_is_refused(name: str, value: Any):
    with pytest.raises(EnvelopeError) as refused:
        incoming(text_fields(**{name: value}), APP_ID)
    assert refused.value.status == 400
    assert RESIDENT not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["-1", "1700000000.5", "１７０００００００", "soon", " 1700000000", "17000000001", -1, 10**10]
)
def test_create_time_that_is_no_unix_time_is_refused(value: Any):
    with pytest.raises(EnvelopeError):
        incoming(text_fields(CreateTime=value), APP_ID)


@pytest.mark.parametrize("name", ["Content", "MsgId", "bizmsgmenuid", "ToUserName"])
@pytest.mark.parametrize("value", [[], {"a": "b"}, True, 1.5, "x" * 70_000])
def test_ill_typed_field_of_a_message_is_refused(name: str, value: Any):
    with pytest.raises(EnvelopeError):
        incoming(text_fields(**{name: value}), APP_ID)


@pytest.mark.parametrize("name", ["Event", "EventKey", "MsgID"])
@pytest.mark.parametrize("value", [[], {"a": "b"}, False, 1.5, "x" * 2049])
def test_ill_typed_field_of_an_event_is_refused(name: str, value: Any):
    with pytest.raises(EnvelopeError):
        incoming(event_fields(**{name: value}), APP_ID)


def test_fields_of_other_kinds_are_not_looked_at():
    message = incoming(text_fields(MsgType="hologram", Content={"a": "b"}, EventKey=[], MsgId="9"), APP_ID)
    assert (message.kind, message.text) == (Kind.UNKNOWN, "")


def test_message_does_not_show_the_person_or_the_words():
    shown = repr(incoming(text_fields(), APP_ID)) + repr(incoming(event_fields(EventKey="secret-place"), APP_ID))
    assert RESIDENT not in shown
    assert "你好" not in shown
    assert "secret-place" not in shown
