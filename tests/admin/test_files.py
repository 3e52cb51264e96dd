"""Uploaded files at the panel: for the branch they belong to, never run by a browser, noted in the audit trail."""

from uuid import uuid4

from handlers.files.actions import store
from models.audit import AuditEntry
from models.files import StoredFile
from models.states import FilePurpose, StaffRole
from tests.admin.conftest import SignIn
from tests.factories import Community
from tests.files.uploads import photograph


async def keep(community: Community, content: bytes = b"", name: str = "证 明.jpg") -> StoredFile:
    return await store(content or photograph(), name, FilePurpose.PAPER, community.code, "account:7")


async def test_a_picture_is_shown_and_a_document_saved(signed_in: SignIn, community: Community) -> None:
    worker = await signed_in(StaffRole.WORKER, community.code)
    picture = await keep(community)
    response = await worker.get(f"/admin/files/{picture.key}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["content-disposition"] == "inline; filename*=UTF-8''%E8%AF%81%20%E6%98%8E.jpg"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert len(response.content) == picture.size
    opened = await AuditEntry.get(action="file.open")
    assert (opened.actor, opened.subject, opened.place) == (
        f"staff:worker-{community.code}",
        f"file:{picture.key}",
        community.code,
    )
    paper = await keep(community, b"%PDF-1.4\n%%EOF", "a.pdf")
    saved = await worker.get(f"/admin/files/{paper.key}")
    assert saved.headers["content-disposition"].startswith("attachment")
    page = await (await signed_in(StaffRole.AUDITOR, community.code)).page("/admin/audit")
    assert "打开文件" in page
    assert "证 明" not in page


async def test_another_branch_another_role_and_no_one_get_nothing(
    signed_in: SignIn, community: Community, elsewhere: Community
) -> None:
    file = await keep(community)
    address = f"/admin/files/{file.key}"
    for role, code in ((StaffRole.ADMIN, elsewhere.code), (StaffRole.EDITOR, community.code)):
        assert (await (await signed_in(role, code)).get(address)).status_code == 404
    worker = await signed_in(StaffRole.WORKER, community.code)
    for key in (uuid4(), "x", "..%2f..%2fetc%2fpasswd"):
        assert (await worker.get(f"/admin/files/{key}")).status_code == 404
    worker.http.cookies.clear()
    assert (await worker.get(address)).status_code == 303
    assert not await AuditEntry.filter(action="file.open").exists()
