"""`linli bench inbox` with a small district: every page of every level opens and is timed."""

from benches.inbox import bench_inbox


def test_every_page_of_the_desk_is_opened() -> None:
    said: list[str] = []
    outcome = bench_inbox(said.append, 9_000, 500, 5)
    assert len(outcome.openings) == 27
    assert all(0 < one.p50 <= one.p99 for one in outcome.openings)
    assert "没结束的 500 条" in said[0]
