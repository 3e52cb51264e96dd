"""The platform's refusals: an errcode, its usual words and the `rid` that support asks for (wechat-platform §3.2)."""

import secrets
import time

from simulator.store import Record

OK: Record = {"errcode": 0, "errmsg": "ok"}

ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40029: "invalid code",
    40032: "invalid openid list size",
    40037: "invalid template_id",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40053: "invalid action info",
    40055: "invalid button url domain",
    40097: "invalid args",
    40125: "invalid appsecret",
    40130: "invalid openid list size, at least two openid",
    40163: "code been used",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45056: "too many tag now, no need to add new",
    45058: "can't modify sys tag",
    45059: "can't add too many tags to a user",
    45072: "invalid command",
    45080: "no user interaction within 30 seconds",
    45081: "already typing",
    45157: "invalid tag name",
    45158: "tag name too long",
    45159: "invalid tag id",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    65301: "no such conditional menu",
    65303: "default menu not exist",
    65304: "match rule empty",
    65320: "match rule attribute not supported",
}


class PlatformError(Exception):
    """A call the platform refuses; it travels as HTTP 200 with errcode and errmsg."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or ERRMSG.get(errcode, "simulated fault")

    def body(self) -> Record:
        """The answer's JSON, with a fresh rid."""
        return {"errcode": self.errcode, "errmsg": f"{self.errmsg} {_rid()}"}


def _rid() -> str:
    return f"rid: {int(time.time()):08x}-{secrets.randbits(32):08x}-{secrets.randbits(32):08x}"
