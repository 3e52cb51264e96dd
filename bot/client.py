"""The platform's server API for one account: messages, menu, scene codes, people, files and web sign-in."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx
from redis.asyncio import Redis

from bot.answers import (
    Addresses,
    FollowerPage,
    MadeMenu,
    MadeTag,
    Media,
    OAuthUser,
    Scene,
    SceneTicket,
    Tag,
    Tags,
    TextCheck,
    Uploaded,
    UserInfo,
)
from bot.errcodes import (
    CodeRejected,
    PermanentError,
    PlatformError,
    TechnicalError,
    TemporaryError,
    TokenRejected,
    UncertainError,
)
from bot.signature import PageSignature, Ticket, one_at_a_time, sign_page
from bot.token import Token, TokenStore, fetch_stable_token
from bot.wire import LIMITS, MAX_BYTES, TIMEOUT, Answer, Call, Shape, Wire, file_call, get_call, post_call, shaped
from clock import clock

__all__ = [
    "CodeRejected",
    "FollowerPage",
    "Media",
    "OAuthUser",
    "PageSignature",
    "PermanentError",
    "PlatformError",
    "Scene",
    "Tag",
    "TechnicalError",
    "TemporaryError",
    "TokenRejected",
    "UncertainError",
    "UserInfo",
    "WeChatClient",
    "WeChatConfig",
]

OFFICIAL_API = "https://api.weixin.qq.com"
MAX_TEXT_BYTES = 2048
LONGEST_CHECKED = 2500
MAX_IMAGE_BYTES = 2 * 1024 * 1024
FEWEST_AT_ONCE, MOST_AT_ONCE = 2, 10_000
MAX_SCENE, SHORTEST_SCENE, LONGEST_SCENE = 64, 60, 2592000
STATE = re.compile(r"[A-Za-z0-9]{0,128}")


@dataclass(frozen=True, slots=True)
class WeChatConfig:
    """One account and where its platform is; both addresses without a final slash."""

    app_id: str
    secret: str = field(repr=False)
    api_base: str = OFFICIAL_API
    open_base: str = "https://open.weixin.qq.com"

    @property
    def image_base(self) -> str:
        """Where QR pictures come from: a host of its own at the real platform, the API's host at a stand-in."""
        return "https://mp.weixin.qq.com" if self.api_base == OFFICIAL_API else self.api_base


class WeChatClient:
    """Every method raises an error of the tree in `errcodes`, or ValueError for what the platform would refuse.

    `redis` shares the token between processes, encrypted by `seal`; `transport`, `sleep` and `now` are for tests.
    """

    def __init__(
        self,
        config: WeChatConfig,
        redis: Redis,
        seal: Callable[[str], bytes],
        unseal: Callable[[bytes], str],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._config = config
        self._http = httpx.AsyncClient(base_url=config.api_base, timeout=TIMEOUT, limits=LIMITS, transport=transport)
        self._wire = Wire(self._http, sleep, now)
        fetch = partial(fetch_stable_token, self._wire, config.app_id, config.secret)
        self._tokens = TokenStore(redis, config.app_id, fetch, seal, unseal)
        ticket = f"{config.app_id}:jsapi"
        alone = partial(one_at_a_time, redis, ticket)
        self._tickets = TokenStore(redis, ticket, self._fetch_ticket, seal, unseal, alone=alone)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer message; ValueError when it exceeds 2,048 bytes (wechat-platform §2.3, §3.6)."""
        _refuse_long_text(text)
        await self._send_custom(openid, "text", {"content": text})

    async def send_menu(self, openid: str, head: str, choices: Sequence[tuple[str, str]], tail: str = "") -> None:
        """Send a list to tap; `choices` are (id, words), whose taps come back as text (wechat-platform §2.1, §3.6)."""
        _refuse_long_text("".join((head, *(words for _, words in choices), tail)))
        items = [{"id": item, "content": words} for item, words in choices]
        await self._send_custom(openid, "msgmenu", {"head_content": head, "list": items, "tail_content": tail})

    async def send_subscription(self, openid: str, template_id: str, content: Mapping[str, str], page: str = "") -> str:
        """Send a subscription notice, its keys filled; `page` opens on a tap. Its message id, if told (§3.8)."""
        return await self._send_template("message/subscribe/bizsend", openid, template_id, content, {"page": page})

    async def send_template(
        self, openid: str, template_id: str, content: Mapping[str, str], url: str = "", client_msg_id: str = ""
    ) -> str:
        """Send a template message; one `client_msg_id` is sent once in ten minutes. Its message id (§3.7)."""
        given = {"url": url, "client_msg_id": client_msg_id}
        return await self._send_template("message/template/send", openid, template_id, content, given)

    async def send_mass_text(self, openids: Sequence[str], text: str, client_msg_id: str) -> str:
        """Send one text to 2 to 10,000 people; the message id, of one sent earlier under this `client_msg_id` too."""
        _refuse_long_text(text)
        if not FEWEST_AT_ONCE <= len(openids) <= MOST_AT_ONCE:
            raise ValueError(f"a mass message is for {FEWEST_AT_ONCE} to {MOST_AT_ONCE} people, not {len(openids)}")
        body = {"touser": list(openids), "msgtype": "text", "text": {"content": text}, "clientmsgid": client_msg_id}
        return await self._send("message/mass/send", body)

    async def typing(self, openid: str) -> None:
        """Show 「对方正在输入」 for 15 seconds; PermanentError 45080 without a sign of life in the last 30 (§3.6)."""
        await self._call(post_call("message/custom/typing", {"touser": openid, "command": "Typing"}))

    async def create_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replace the account's menu by what `menu.menu_buttons` built (wechat-platform §3.3)."""
        await self._call(post_call("menu/create", {"button": list(buttons)}))

    async def get_menu(self) -> dict[str, Any]:
        """The menu as the platform holds it; TechnicalError 46003 when there is none."""
        return (await self._call(get_call("menu/get"))).fields

    async def add_conditional_menu(self, buttons: Sequence[Mapping[str, Any]], tag_id: int) -> str:
        """Another menu for who has this tag, beside the one for all, which must be there; its id (§3.3)."""
        body = {"button": list(buttons), "matchrule": {"tag_id": str(tag_id)}}
        return (await self._read(MadeMenu, post_call("menu/addconditional", body))).menu_id

    async def delete_conditional_menu(self, menu_id: str) -> None:
        await self._call(post_call("menu/delconditional", {"menuid": menu_id}))

    async def delete_menu(self) -> None:
        """Delete the menu, and with it all conditional menus (wechat-platform §3.3)."""
        await self._call(get_call("menu/delete"))

    async def create_scene(self, scene: str, seconds: int) -> Scene:
        """A code that runs out: `scene` has 1 to 64 characters, `seconds` is 60 to 2,592,000 (wechat-platform §3.4)."""
        if not SHORTEST_SCENE <= seconds <= LONGEST_SCENE:
            raise ValueError(f"a scene code lives {SHORTEST_SCENE} to {LONGEST_SCENE} seconds, not {seconds}")
        return await self._scene("QR_STR_SCENE", scene, {"expire_seconds": seconds})

    async def create_permanent_scene(self, scene: str) -> Scene:
        """A code for ever, of which an account has 100,000 (wechat-platform §3.4)."""
        return await self._scene("QR_LIMIT_STR_SCENE", scene, {})

    async def user_info(self, openid: str) -> UserInfo:
        return await self._read(UserInfo, get_call("user/info", openid=openid, lang="zh_CN"))

    async def followers(self, next_openid: str = "") -> FollowerPage:
        """The followers after `next_openid`, from the first one without it (wechat-platform §3.5)."""
        return await self._read(FollowerPage, get_call("user/get", next_openid=next_openid))

    async def tags(self) -> tuple[Tag, ...]:
        """The account's tags, at most 100 beside the platform's own (wechat-platform §3.5)."""
        return (await self._read(Tags, get_call("tags/get"))).tags

    async def create_tag(self, name: str) -> int:
        """The id of a new tag; its name has at most 30 bytes."""
        return (await self._read(MadeTag, post_call("tags/create", {"tag": {"name": name}}))).tag.id

    async def tagged(self, tag_id: int, next_openid: str = "") -> FollowerPage:
        """Who has a tag, page by page."""
        return await self._read(FollowerPage, post_call("user/tag/get", {"tagid": tag_id, "next_openid": next_openid}))

    async def tag(self, tag_id: int, openids: Sequence[str], *, on: bool) -> None:
        """Give a tag to at most 50 followers, or take it from them; twice is once."""
        name = "batchtagging" if on else "batchuntagging"
        await self._call(post_call(f"tags/members/{name}", {"openid_list": list(openids), "tagid": tag_id}))

    async def sign_page(self, url: str) -> PageSignature:
        """What a page at `url` proves itself with to WeChat's own script (wechat-platform §3.11)."""
        return sign_page(self._config.app_id, await self._tickets.get(), url)

    async def callback_ips(self) -> tuple[str, ...]:
        """Addresses and networks the pushes come from; they change, ask daily (wechat-platform §1.5)."""
        return (await self._read(Addresses, get_call("getcallbackip"))).ip_list

    async def media(self, media_id: str, most_bytes: int = MAX_BYTES) -> Media:
        """A picture, voice or video a resident sent in the last three days; OversizeError for a larger one.

        Of a video the platform tells the address only; it is fetched from there, without the token (§3.10).
        """
        answer = await self._call(file_call("/cgi-bin/media/get", most_bytes, media_id=media_id))
        if address := answer.fields.get("video_url"):
            answer = await self._wire.exchange(file_call(str(address), most_bytes))
        return Media(answer.content, answer.content_type)

    async def upload_image(self, content: bytes, filename: str) -> str:
        """Lay a picture of up to 2 MB there for three days and return its media_id (wechat-platform §3.10)."""
        if len(content) > MAX_IMAGE_BYTES:
            raise ValueError(f"a picture of {len(content)} bytes exceeds {MAX_IMAGE_BYTES}")
        call = Call("POST", "/cgi-bin/media/upload", query={"type": "image"}, upload=(filename, content))
        return (await self._read(Uploaded, call)).media_id

    def authorize_url(self, redirect_uri: str, state: str, scope: str = "snsapi_base") -> str:
        """Where to send a browser inside WeChat; it comes back to `redirect_uri` with code and state.

        The platform insists on this order of the parameters (wechat-platform §3.11). ValueError for a state that is
        not up to 128 letters and digits.
        """
        if not STATE.fullmatch(state):
            raise ValueError("the state must be up to 128 letters and digits")
        return (
            f"{self._config.open_base}/connect/oauth2/authorize?appid={self._config.app_id}"
            f"&redirect_uri={quote(redirect_uri, safe='')}&response_type=code"
            f"&scope={quote(scope, safe='')}&state={state}#wechat_redirect"
        )

    async def exchange_code(self, code: str) -> OAuthUser:
        """Who came back with `code`, which is good once and for five minutes; CodeRejected otherwise (§3.11)."""
        query = {"appid": self._config.app_id, "secret": self._config.secret, "code": code}
        call = Call("GET", "/sns/oauth2/access_token", query=query | {"grant_type": "authorization_code"})
        return shaped(OAuthUser, call, await self._wire.exchange(call))

    async def msg_sec_check(self, openid: str, text: str, scene: int) -> TextCheck:
        """What the platform thinks of a text of a mini-program's user, active there within two hours (§3.12)."""
        body = {"version": 2, "openid": openid, "scene": scene, "content": text[:LONGEST_CHECKED]}
        return await self._read(TextCheck, Call("POST", "/wxa/msg_sec_check", body=body))

    async def check(self) -> None:
        """Prove that AppID, secret, IP list and network are right, by a token and one harmless call."""
        await self.callback_ips()

    async def _fetch_ticket(self) -> Token:
        return await self._read(Ticket, get_call("ticket/getticket", type="jsapi"))

    async def _send_custom(self, openid: str, kind: str, content: Mapping[str, Any]) -> None:
        await self._send("message/custom/send", {"touser": openid, "msgtype": kind, kind: content})

    async def _send_template(
        self, name: str, openid: str, template_id: str, content: Mapping[str, str], more: Mapping[str, str]
    ) -> str:
        body = {"touser": openid, "template_id": template_id, **{key: value for key, value in more.items() if value}}
        return await self._send(name, body | {"data": {key: {"value": value} for key, value in content.items()}})

    async def _send(self, name: str, body: Mapping[str, Any]) -> str:
        """Send a message that may not go out twice; its message id, where the platform tells one."""
        answer = await self._call(Call("POST", f"/cgi-bin/{name}", body=body, repeatable=False))
        return str(answer.fields.get("msgid") or answer.fields.get("msg_id") or "")

    async def _scene(self, action: str, scene: str, life: Mapping[str, int]) -> Scene:
        if not 1 <= len(scene) <= MAX_SCENE:
            raise ValueError(f"a scene has 1 to {MAX_SCENE} characters, not {len(scene)}")
        body = {**life, "action_name": action, "action_info": {"scene": {"scene_str": scene}}}
        made = await self._read(SceneTicket, post_call("qrcode/create", body))
        image_url = f"{self._config.image_base}/cgi-bin/showqrcode?ticket={quote(made.ticket, safe='')}"
        return Scene(made.ticket, made.url, image_url)

    async def _read(self, shape: type[Shape], call: Call) -> Shape:
        return shaped(shape, call, await self._call(call))

    async def _call(self, call: Call) -> Answer:
        """Exchange with the token; a refused token is renewed once, never in a loop (wechat-platform §3.2)."""
        token = await self._tokens.get()
        try:
            return await self._wire.exchange(call.signed(token))
        except TokenRejected:
            await self._tokens.invalidate(token)
        return await self._wire.exchange(call.signed(await self._tokens.get()))


def _refuse_long_text(text: str) -> None:
    if (size := len(text.encode())) > MAX_TEXT_BYTES:
        raise ValueError(f"a text of {size} bytes exceeds {MAX_TEXT_BYTES}")
