"""Recordings, pictures, places, links and files as residents send them (conversations.md, Free text)."""

from collections.abc import Callable

import pytest

from handlers.enquiries.actions.asked import end_enquiry
from models.conversations import Message
from models.database import rows
from models.enquiries import Enquiry, EnquiryLine
from models.residency import Binding
from models.sealed import unseal
from models.states import EnquiryState
from tests.enquiries.conftest import Neighbourhood, SetClock
from tests.phone import Phone

Phones = Callable[[str], Phone]
DICTATION = "键盘上的话筒"
ID_NUMBER = "11010519491231002X"


async def lines() -> list[tuple[str, str]]:
    return [(line.text, line.media) for line in await EnquiryLine.all().order_by("id")]


@pytest.fixture
async def resident(neighbourhood: Neighbourhood, phone: Phones, set_clock: SetClock) -> Phone:
    set_clock("2026-05-11 09:00")
    await neighbourhood.settle("oWang")
    return phone("oWang")


async def test_a_recording_by_itself_opens_a_conversation(resident: Phone, neighbourhood: Neighbourhood) -> None:
    answer = await resident.send("voice", MediaId="media-1", Format="amr", Recognition="")
    [enquiry] = await Enquiry.all()
    for words in ("语音已转给工作人员", DICTATION, f"编号 {enquiry.id}", "工作人员会在这里回复您"):
        assert words in answer
    assert (enquiry.state, enquiry.community_id) == (EnquiryState.WAITING, neighbourhood.community.id)
    assert "已补充" in await resident.say("三号楼")
    assert await lines() == [("语音", "media-1"), ("三号楼", "")]


async def test_after_hours_the_next_opening_is_named(resident: Phone, set_clock: SetClock) -> None:
    set_clock("2026-05-15 20:00")
    assert "明天9:00上班后回复您" in await resident.send("image", MediaId="media-1", PicUrl="http://x/1")


@pytest.mark.parametrize(
    ("kind", "fields", "told", "kept"),
    [
        ("image", {"MediaId": "m", "PicUrl": "http://x/1"}, "图片已转给工作人员", ("图片", "m")),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, "视频已转给工作人员", ("视频", "m")),
        ("shortvideo", {"MediaId": "m"}, "视频已转给工作人员", ("视频", "m")),
        (
            "location",
            {"Location_X": "31.23041789", "Location_Y": "121.4737", "Scale": "16", "Label": "幸福里3号楼"},
            "位置已转给工作人员",
            ("位置：幸福里3号楼\n31.2304,121.4737", ""),
        ),
        ("location", {"Location_X": "here", "Location_Y": ""}, "位置已转给工作人员", ("位置", "")),
        (
            "link",
            {"Title": "停水<b>", "Description": "d", "Url": "https://example.com/a?b=1"},
            "链接已转给工作人员",
            ("链接：停水<b>\nhttps://example.com/a?b=1", ""),
        ),
        ("file", {"Title": "申请.docx", "FileKey": "k"}, "文件已转给工作人员", ("文件：申请.docx", "")),
        ("voice", {"MediaId": "m", "Recognition": "灯坏了"}, "语音已转给工作人员", ("语音：灯坏了", "m")),
    ],
)
async def test_every_kind_is_kept_with_its_words_and_passed_on(
    resident: Phone, kind: str, fields: dict[str, str], told: str, kept: tuple[str, str]
) -> None:
    assert told in await resident.send(kind, **fields)
    assert await lines() == [kept]


async def test_it_joins_the_open_conversation_and_is_confirmed_there(resident: Phone) -> None:
    await resident.say("人工")
    opened = await resident.send("voice", MediaId="media-1", Format="amr")
    assert "语音已转给工作人员" in opened
    assert "已转人工" in opened
    assert "图片已转给工作人员" in await resident.send("image", MediaId="media-2", PicUrl="http://x/1")
    await resident.say("我的")
    assert "语音已转给工作人员" in await resident.send("voice", MediaId="media-3", Format="amr")
    assert await lines() == [("语音", "media-1"), ("图片", "media-2"), ("语音", "media-3")]
    assert await Enquiry.all().count() == 1


async def test_another_dialogue_goes_on_beside_it(resident: Phone) -> None:
    await Binding.all().delete()
    await resident.say("绑定")
    assert "图片已转给工作人员" in await resident.send("image", MediaId="media-1", PicUrl="http://x/1")
    assert "请发送您家的地址" in await resident.say("同意")


async def test_the_same_delivery_again_is_one_line(resident: Phone) -> None:
    first = await resident.send("voice", MediaId="media-1", MsgId="77")
    assert await resident.send("voice", MediaId="media-1", MsgId="77") == first
    assert await lines() == [("语音", "media-1")]


async def test_what_is_sent_after_the_end_opens_a_new_one(resident: Phone) -> None:
    await resident.send("voice", MediaId="media-1")
    [enquiry] = await Enquiry.all()
    await end_enquiry(enquiry.account_id, enquiry.opened_at)
    await resident.send("location", Location_X="31.2", Location_Y="121.4", Label="门口")
    assert await Enquiry.all().count() == 2


async def test_unknown_kinds_are_taken_in_silence(resident: Phone) -> None:
    for kind in ("miniprogrampage", "sticker", "hologram"):
        assert await resident.send(kind, Title="x") == ""
    assert not await Enquiry.exists()


async def test_an_id_number_that_was_spoken_is_masked_wherever_it_is_kept(resident: Phone) -> None:
    await resident.send("voice", MediaId="media-1", Recognition=f"我的证号是{ID_NUMBER}")
    assert await lines() == [("语音：我的证号是110105************", "media-1")]
    assert await Message.all().count() == 1
    [kept] = await rows("SELECT content FROM message")
    assert ID_NUMBER not in unseal(kept["content"], "message:content")
