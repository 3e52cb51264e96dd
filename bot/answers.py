"""What the platform's server API answers with, read into frozen shapes."""

from dataclasses import dataclass, field

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field

from bot.wire import Filled


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene code: `url` is what the QR code holds, `image_url` is its picture."""

    ticket: str
    url: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Media:
    content: bytes = field(repr=False)
    content_type: str


class Read(BaseModel):
    """Fields of an answer."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class OAuthUser(Read):
    """Who signed in. A snapshot's openid is a fake of the platform and must never be bound (wechat-platform §3.11)."""

    openid: Filled = Field(repr=False)
    union_id: str = Field(default="", repr=False, validation_alias="unionid")
    is_snapshot: bool = Field(default=False, validation_alias="is_snapshotuser")


class UserInfo(Read):
    """Of somebody who does not follow the platform tells nothing but that (wechat-platform §3.5)."""

    openid: Filled = Field(repr=False)
    is_following: bool = Field(validation_alias="subscribe")
    union_id: str = Field(default="", repr=False, validation_alias="unionid")


class FollowerPage(Read):
    """Up to 10,000 followers, all or those with a tag; an empty `next_openid` or empty `openids` is the end."""

    total: int = Field(ge=0, validation_alias=AliasChoices("total", "count"))
    openids: tuple[Filled, ...] = Field(default=(), repr=False, validation_alias=AliasPath("data", "openid"))
    next_openid: str = Field(default="", repr=False)


class Tag(Read):
    """A tag of the account; those numbered 0 to 2 are the platform's own."""

    id: int
    name: str = ""


class Tags(Read):
    tags: tuple[Tag, ...] = ()


class MadeTag(Read):
    tag: Tag


class MadeMenu(Read):
    menu_id: Filled = Field(validation_alias="menuid")


class SceneTicket(Read):
    ticket: Filled
    url: Filled


class Uploaded(Read):
    media_id: Filled


class Addresses(Read):
    ip_list: tuple[Filled, ...]


class TextCheck(Read):
    """What `msg_sec_check` decides: pass, review or risky, by `result` alone, as details may lack theirs (§3.12)."""

    suggest: Filled = Field(validation_alias=AliasPath("result", "suggest"))
    label: int = Field(default=0, validation_alias=AliasPath("result", "label"))
    trace: str = Field(default="", validation_alias="trace_id")
