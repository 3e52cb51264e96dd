"""/m/moderation: what became of residents' texts, for anybody: figures and kinds, nobody's words or name."""

from datetime import timedelta

from clock import clock
from models.deliberation import ModerationReason, PostKind, PostState
from models.participation import Post
from tests.miniprogram.conftest import Handsets
from tests.votes.conftest import Community, community

__all__ = ["community"]


async def test_anybody_reads_the_figures_and_nobody_reads_the_words(community: Community, handset: Handsets) -> None:
    now, anybody = clock.now(), handset().http
    whats = ((PostState.PUBLISHED, None), (PostState.HIDDEN, "abuse"), (PostState.RETURNED, "privacy"))
    for number, (state, reason) in enumerate(whats):
        await Post.create(
            kind=PostKind.STATEMENT,
            organisation_id=community.organisation.id,
            text="<script>alert(1)</script>谁的话",
            nickname="梧桐树下",
            fingerprint=str(number),
            state=state,
            reason=ModerationReason(reason) if reason else None,
            created_at=now - timedelta(hours=3),
            decided_at=now,
            decided_by="mod-a",
            published_at=now if state is not PostState.RETURNED else None,
        )
    page = (await anybody.get(f"/m/moderation/{community.organisation.code}")).text
    for words in ("收到3条，已发布1条", "一半的发言在3小时内审完", "一条观点因人身攻击被隐藏"):
        assert words in page
    assert not {"谁的话", "梧桐树下", "mod-a"} & set(page.split())
    assert "谁的话" not in page
    table = (await anybody.get(f"/m/moderation/{community.organisation.code}/table.csv")).text
    assert "泄露隐私,1,0" in table
    assert (await anybody.get("/m/moderation/999999999999")).status_code == 404
    assert (await anybody.get("/m/moderation/x")).status_code == 404
