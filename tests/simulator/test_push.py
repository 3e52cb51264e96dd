"""Pushes: three deliveries, order, the three modes against wechatpy, and what counts as no answer."""

import asyncio
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from simulator.conversation import UNAVAILABLE
from simulator.envelope import BadEnvelope, decrypt, encrypt, sign
from tests.simulator.stand_ins import AES_KEY, APP_ID, TOKEN, Bot, Clock, Configure, Phones, phones_of, text_reply


async def fail(request: Request, body: str) -> Response:
    return Response("success", 500)


async def sleep(request: Request, body: str) -> Response:
    await asyncio.sleep(0.6)
    return Response(text_reply(body, "太晚"))


class TestDeliveries:
    @pytest.mark.parametrize("answer", [sleep, fail])
    async def test_same_message_comes_three_times_then_the_account_is_unavailable(
        self, phones: Phones, bot: Bot, answer
    ) -> None:
        openid = await phones.add()
        bot.bodies, bot.answer = [], answer
        result = await phones.press(openid, "text", text="在吗")
        assert (result["deliveries"], result["is_answered"]) == (3, False)
        assert len(bot.bodies) == 3
        assert len(set(bot.bodies)) == 1
        assert (await phones.words(openid))[-2:] == ["在吗", UNAVAILABLE]

    async def test_nobody_there_is_three_failures_too(self, configure: Configure, bot: Bot, clock: Clock) -> None:
        bot.url = "http://127.0.0.1:1/wechat"
        async with phones_of(configure(), clock) as phones:
            openid = await phones.add()
            assert (await phones.words(openid))[-1] == UNAVAILABLE

    async def test_answer_to_the_second_delivery_is_shown_once(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()
        bot.bodies = []

        async def answer_later(request: Request, body: str) -> Response:
            return (
                Response(text_reply(body, f"第{len(bot.bodies)}次"))
                if len(bot.bodies) > 1
                else await sleep(request, body)
            )

        bot.answer = answer_later
        assert (await phones.press(openid, "text", text="在吗"))["deliveries"] == 2
        await asyncio.sleep(0.4)
        assert (await phones.words(openid))[-2:] == ["在吗", "第2次"]

    async def test_each_delivery_is_stamped_afresh_unless_told_otherwise(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()
        bot.answer = fail
        for identical, stamps in ((False, 3), (True, 1), (False, 3)):
            await phones.http.post("control/resend", json={"identical": identical})
            bot.queries = []
            await phones.press(openid, "click", key="menu")
            assert len({query["nonce"] for query in bot.queries}) == stamps
            assert len({query["signature"] for query in bot.queries}) == stamps

    async def test_deadline_covers_an_answer_that_drips(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()

        async def drip(request: Request, body: str) -> Response:
            async def drops() -> AsyncIterator[bytes]:
                for _ in range(8):
                    yield b" "
                    await asyncio.sleep(0.1)

            return StreamingResponse(drops())

        bot.answer = drip
        started = time.monotonic()
        assert (await phones.press(openid, "text", text="在吗"))["deliveries"] == 3
        assert time.monotonic() - started < 1.5


class TestOrder:
    async def test_one_persons_pushes_wait_for_each_other(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()
        log: list[str] = []

        async def note(request: Request, body: str) -> Response:
            words = ElementTree.fromstring(body).findtext("Content") or ""
            log.append(f"{words}来")
            await asyncio.sleep(0.1)
            log.append(f"{words}走")
            return Response(text_reply(body, words))

        bot.answer = note
        presses = []
        for words in "甲乙丙":
            presses.append(asyncio.create_task(phones.press(openid, "text", text=words)))
            await asyncio.sleep(0.02)
        await asyncio.gather(*presses)
        assert log == ["甲来", "甲走", "乙来", "乙走", "丙来", "丙走"]

    async def test_different_people_do_not_wait(self, phones: Phones, bot: Bot) -> None:
        first, second = await phones.add(), await phones.add()
        together = asyncio.Barrier(2)

        async def meet(request: Request, body: str) -> Response:
            await together.wait()
            return Response("success")

        bot.answer = meet
        results = await asyncio.gather(*(phones.press(openid, "text", text="在吗") for openid in (first, second)))
        assert [result["deliveries"] for result in results] == [1, 1]

    async def test_push_of_a_dead_process_holds_nobody_up(self, phones: Phones, redis: Redis) -> None:
        openid = await phones.add()
        await redis.rpush(f"sim:turn:{openid}", "left-behind")
        result = await asyncio.wait_for(phones.press(openid, "text", text="在吗"), 1)
        assert result["is_answered"]

    async def test_message_ids_grow_even_when_redis_forgot_them(self, phones: Phones, bot: Bot, redis: Redis) -> None:
        for _ in range(2):
            openid = await phones.add()
            for words in "甲乙":
                await phones.press(openid, "text", text=words)
            await redis.flushdb()
            phones.clock.seconds += 1
        ids = [int(number) for number in bot.pushed("MsgId") if number]
        assert len(ids) == 4
        assert ids == sorted(set(ids))


class TestBadAnswers:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda reply: '{"MsgType": "text"}',
            lambda reply: '"success"',
            lambda reply: reply[:-1],
            lambda reply: f"<html>{reply}</html>",
            lambda reply: reply.replace("oSIM", "oOTHER"),
            lambda reply: reply.replace("[gh_simulator]", "[gh_other]"),
            lambda reply: reply.replace("[text]", "[poem]"),
            lambda reply: reply.replace("好", ""),
            lambda reply: reply.replace("<CreateTime>", "<CreateTime>now"),
            lambda reply: reply.encode("gb18030"),
        ],
        ids=["json", "quoted", "cut", "html", "receiver", "sender", "type", "empty", "time", "encoding"],
    )
    async def test_is_shown_as_unavailable_and_not_asked_again(self, phones: Phones, bot: Bot, spoil) -> None:
        openid = await phones.add()

        async def answer(request: Request, body: str) -> Response:
            return Response(spoil(text_reply(body, "好")))

        bot.answer = answer
        assert (await phones.press(openid, "text", text="在吗"))["deliveries"] == 1
        assert (await phones.words(openid))[-1] == UNAVAILABLE

    @pytest.mark.parametrize("silence", ["success", ""])
    async def test_success_and_nothing_are_silence(self, phones: Phones, bot: Bot, silence: str) -> None:
        openid = await phones.add()

        async def answer(request: Request, body: str) -> Response:
            return Response(silence)

        bot.answer = answer
        await phones.press(openid, "text", text="在吗")
        assert (await phones.words(openid))[-1] == "在吗"

    async def test_text_over_2048_bytes_is_dropped_with_a_note(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()
        bot.replies("a" * 2048)
        await phones.press(openid, "text", text="在吗")
        assert (await phones.words(openid))[-1] == "a" * 2048
        bot.replies("a" * 2049)
        await phones.press(openid, "text", text="在吗")
        assert (await phones.words(openid))[-1] == "回复超过2048字节，平台没有显示"


class TestModes:
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)

    async def reply_encrypted(self, request: Request, body: str) -> Response:
        """What a bot on wechatpy does in safe mode."""
        query = request.query_params
        plain = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        words = ElementTree.fromstring(plain).findtext("Content") or "关注"
        return Response(self.crypto.encrypt_message(text_reply(plain, f"收到{words}"), query["nonce"]))

    @pytest.mark.parametrize("mode", ["safe", "compatible"])
    async def test_wechatpy_reads_the_push_and_its_reply_is_read(
        self, configure: Configure, bot: Bot, clock: Clock, mode: str
    ) -> None:
        bot.answer = self.reply_encrypted
        async with phones_of(configure(mode), clock) as phones:
            openid = await phones.add()
            await phones.press(openid, "text", text="你]]>好&<a>")
            assert (await phones.words(openid))[-1] == "收到你]]>好&<a>"
        shown = {element.tag for element in ElementTree.fromstring(bot.bodies[-1])}
        plain = {"FromUserName", "CreateTime", "MsgType", "Content", "MsgId"} if mode == "compatible" else set()
        assert shown == {"ToUserName", "Encrypt"} | plain
        query = bot.queries[-1]
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        assert (query["encrypt_type"], query["openid"]) == ("aes", openid)

    async def test_compatible_mode_takes_a_plain_reply_and_safe_mode_does_not(
        self, configure: Configure, bot: Bot, clock: Clock
    ) -> None:
        for mode, expected in (("compatible", "你好"), ("safe", UNAVAILABLE)):
            async with phones_of(configure(mode), clock) as phones:
                openid = await phones.add(follow=False)

                async def answer(request: Request, body: str, openid: str = openid) -> Response:
                    known = f"<xml><FromUserName>{openid}</FromUserName><ToUserName>gh_simulator</ToUserName></xml>"
                    return Response(text_reply(known, "你好"))

                bot.answer = answer
                await phones.press(openid, "follow")
                assert (await phones.words(openid))[-1] == expected

    @pytest.mark.parametrize(
        ("token", "app_id"), [("WRONG", APP_ID), (TOKEN, "wx-of-somebody-else")], ids=["signature", "appid"]
    )
    async def test_foreign_encryption_is_no_answer(
        self, configure: Configure, bot: Bot, clock: Clock, token: str, app_id: str
    ) -> None:
        async def answer(request: Request, body: str) -> Response:
            query = request.query_params
            plain = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
            return Response(WeChatCrypto(token, AES_KEY, app_id).encrypt_message(text_reply(plain, "好"), "n"))

        bot.answer = answer
        async with phones_of(configure("safe"), clock) as phones:
            openid = await phones.add()
            assert (await phones.words(openid))[-1] == UNAVAILABLE

    async def test_success_is_not_encrypted_in_safe_mode(self, configure: Configure, clock: Clock) -> None:
        async with phones_of(configure("safe"), clock) as phones:
            openid = await phones.add()
            assert await phones.words(openid) == ["已关注"]

    async def test_plain_mode_is_signed_and_says_who(self, phones: Phones, bot: Bot) -> None:
        openid = await phones.add()
        query = bot.queries[-1]
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        assert query["openid"] == openid
        assert "encrypt_type" not in query

    async def test_saving_the_settings_asks_for_the_echo(self, phones: Phones, bot: Bot, configure: Configure) -> None:
        assert (await phones.http.post("control/verify")).json() == {"verified": True}
        bot.url = bot.url.replace("/wechat", "/elsewhere")
        async with phones_of(configure(), phones.clock) as lost:
            assert (await lost.http.post("control/verify")).json() == {"verified": False}


class TestEnvelope:
    official = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="

    def test_official_vector_is_read(self) -> None:
        assert decrypt(self.official, "A" * 43, "wxba5fad812f8e6fb9") == '{"demo_resp":"good luck"}'

    def test_another_appid_is_refused(self) -> None:
        with pytest.raises(BadEnvelope):
            decrypt(self.official, "A" * 43, "wx0000000000000000")

    @pytest.mark.parametrize("length", range(33))
    def test_every_padding_is_read_by_wechatpy(self, length: int) -> None:
        encrypted = encrypt("x" * length, AES_KEY, APP_ID)
        message, signature = f"<xml><Encrypt>{encrypted}</Encrypt></xml>", sign(TOKEN, "1", "n", encrypted)
        assert WeChatCrypto(TOKEN, AES_KEY, APP_ID).decrypt_message(message, signature, "1", "n") == "x" * length
        assert decrypt(encrypted, AES_KEY, APP_ID) == "x" * length

    @pytest.mark.parametrize("pad", [0, 33, 48])
    def test_padding_outside_1_to_32_is_refused(self, pad: int) -> None:
        raw = b64decode(AES_KEY + "=")
        text = b"x" * (-(16 + 4 + len(APP_ID) + pad) % 16)
        block = bytes(16) + len(text).to_bytes(4) + text + APP_ID.encode() + bytes([pad]) * pad
        encryptor = Cipher(AES(raw), CBC(raw[:16])).encryptor()
        with pytest.raises(BadEnvelope):
            decrypt(b64encode(encryptor.update(block)).decode(), AES_KEY, APP_ID)
