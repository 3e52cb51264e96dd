"""Pictures and recordings, kept three days: sent by a phone or uploaded by the account (wechat-platform §3.10)."""

import secrets

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from simulator.bodies import PICTURE_LIMIT
from simulator.config import SimulatorConfig, config_of
from simulator.errcodes import PlatformError
from simulator.store import Record, key

KEPT = 3 * 86400

_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
_RECORDINGS = {b"#!AMR\n": "audio/amr"}


async def keep_picture(config: SimulatorConfig, picture: bytes) -> str:
    """Store a JPEG, PNG or GIF of at most 2 MB and give its media id; raises PlatformError 40004 or 40006."""
    return await _keep(config, picture, _PICTURES)


async def keep_recording(config: SimulatorConfig, recording: bytes) -> str:
    """Store what a phone recorded, AMR of at most 2 MB, and give its media id; raises PlatformError 40004 or 40006."""
    return await _keep(config, recording, _RECORDINGS)


async def _keep(config: SimulatorConfig, content: bytes, kinds: dict[bytes, str]) -> str:
    if not content.startswith(tuple(kinds)):
        raise PlatformError(40004)
    if len(content) > PICTURE_LIMIT:
        raise PlatformError(40006)
    media_id = secrets.token_urlsafe(48)
    await config.redis.set(key("media", media_id), content, ex=KEPT)
    return media_id


async def is_kept(config: SimulatorConfig, media_id: object) -> bool:
    """Whether this is the id of something that has not run out."""
    return isinstance(media_id, str) and await config.redis.exists(key("media", media_id)) == 1


def _content_type(content: bytes) -> str | None:
    return next((kind for start, kind in (_PICTURES | _RECORDINGS).items() if content.startswith(start)), None)


async def upload(config: SimulatorConfig, request: Request) -> Record:
    """POST /cgi-bin/media/upload?type=image with the multipart field `media`."""
    if request.query_params.get("type") != "image":
        raise PlatformError(40004)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise PlatformError(41005)
    async with request.form() as form:
        part = form.get("media")
        if not isinstance(part, UploadFile):
            raise PlatformError(41005)
        media_id = await keep_picture(config, await part.read())
    return {"type": "image", "media_id": media_id, "created_at": int(config.now())}


async def download(config: SimulatorConfig, request: Request) -> Response:
    """GET /cgi-bin/media/get: the bytes, or 40007 as JSON."""
    return await _picture(config, request.query_params.get("media_id", ""))


async def show_picture(request: Request) -> Response:
    """GET /media/{media_id}: the picture as the phone shows it and as PicUrl names it."""
    try:
        return await _picture(config_of(request), request.path_params["media_id"])
    except PlatformError:
        return Response("图片已过期。", 404, media_type="text/plain")


async def _picture(config: SimulatorConfig, media_id: str) -> Response:
    picture = await config.redis.get(key("media", media_id))
    if not isinstance(picture, bytes):
        raise PlatformError(40007)
    return Response(picture, media_type=_content_type(picture), headers={"X-Content-Type-Options": "nosniff"})
