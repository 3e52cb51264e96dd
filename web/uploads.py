"""Files that a browser sends with a form: read into memory within a limit, before anybody looks into them."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from errors import Invalid
from web.forms import MOST_BYTES, TooLarge

MULTIPART = "multipart/form-data"
MOST_FILES = 10
MOST_FIELDS = 60


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came; its name is whatever the sender says."""

    name: str
    content: bytes = field(repr=False)


class _InMemory(MultiPartParser):
    """What people upload holds personal data, and is written to no disk in clear."""

    spool_max_size = 2**40


async def read_upload(request: Request, most_bytes: int) -> tuple[dict[str, str], list[Upload]]:
    """The fields of a form and the files that came with it; a field for files that was left empty is none.

    Raises:
        TooLarge: more than `most_bytes` in all, found out without reading on.
        Invalid: not to be read.
    """
    if int(request.headers.get("content-length") or 0) > most_bytes:
        raise TooLarge(f"文件太大，一次最多{most_bytes // 1024**2} MB，请分几次上传。")
    parser = _InMemory(
        request.headers,
        _limited(request, most_bytes),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=MOST_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise Invalid("上传的内容读不出来，请刷新页面再试。") from error
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    files = [Upload(one.filename or "", await one.read()) for one in sent]
    await form.close()
    return fields, files


async def _limited(request: Request, most_bytes: int) -> AsyncGenerator[bytes]:
    """The body, for as long as it keeps to the limit."""
    left = most_bytes
    async for chunk in request.stream():
        left -= len(chunk)
        if left < 0:
            raise TooLarge(f"文件太大，一次最多{most_bytes // 1024**2} MB，请分几次上传。")
        yield chunk
