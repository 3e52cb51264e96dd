"""The places where bytes may lie do the same: a folder, a store in memory, a bucket behind HTTP."""

import hashlib
import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from obstore.store import MemoryStore

from errors import ConfigurationError
from handlers.files.storage import Bucket, Folder, Lost, Storage, open_storage
from settings import Settings

SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=a-key/\d{8}/cn-north-1/s3/aws4_request, SignedHeaders=\S+, Signature=\w{64}"
)
LISTED = (
    """<?xml version="1.0"?><ListBucketResult><Name>linli</Name><IsTruncated>false</IsTruncated>{}</ListBucketResult>"""
)
ENTRY = "<Contents><Key>{}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>{}</Size></Contents>"


class StandIn(BaseHTTPRequestHandler):
    """An S3 that keeps objects in a dictionary and answers 403 to whoever does not sign."""

    objects: dict[str, bytes]

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        told = self.headers.get("x-amz-content-sha256", "")
        signed = SIGNED.fullmatch(self.headers.get("Authorization", "")) and self.headers.get("x-amz-date")
        if not signed or told not in {hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"}:
            return self.answer(403)
        path, _, query = self.path.partition("?")
        if self.command == "PUT":
            self.objects[path] = body
            return self.answer(200)
        if query == "delete":
            gone = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for name in gone:
                self.objects.pop(f"/linli/{name}", None)
            told = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in gone)
            return self.answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())
        if "list-type=2" in query:
            found = "".join(ENTRY.format(key.removeprefix("/linli/"), len(of)) for key, of in self.objects.items())
            return self.answer(200, LISTED.format(found).encode())
        return self.answer(200, self.objects[path]) if path in self.objects else self.answer(404)

    do_GET = do_PUT = do_POST = handle_one  # noqa: N815

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def stand_in() -> Generator[Settings]:
    handler = type("Objects", (StandIn,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield Settings(
        s3_endpoint=f"http://127.0.0.1:{server.server_port}",
        s3_bucket="linli",
        s3_key="a-key",
        s3_secret="a-secret",
        s3_region="cn-north-1",
    )
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["folder", "memory", "http"])
def store(request: pytest.FixtureRequest, tmp_path: Path, stand_in: Settings) -> Storage:
    return {"folder": Folder(tmp_path / "files"), "memory": Bucket(MemoryStore()), "http": open_storage(stand_in)}[
        request.param
    ]


async def test_bytes_are_put_read_listed_and_removed(store: Storage) -> None:
    key, other = uuid4(), uuid4()
    await store.put(key, b"first")
    await store.put(key, b"second")
    await store.put(other, bytes(3_000_000))
    assert await store.get(key) == b"second"
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert {found async for keys in store.older(tomorrow) for found in keys} == {key, other}
    assert [keys async for keys in store.older(datetime(2020, 1, 1, tzinfo=UTC))] == []
    await store.remove(key)
    await store.remove(key)
    with pytest.raises(Lost):
        await store.get(key)
    assert len(await store.get(other)) == 3_000_000


async def test_an_empty_store_lists_nothing(store: Storage) -> None:
    assert [keys async for keys in store.older(datetime.now(UTC))] == []


def test_half_a_configuration_is_refused_with_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="LINLI_S3_KEY、LINLI_S3_SECRET"):
        open_storage(Settings(s3_endpoint="https://s3.example.org", s3_bucket="linli"))
