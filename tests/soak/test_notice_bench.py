"""`linli bench notice` with a small district: every try is one message, and the floor is measured beside it."""

from benches.notice import bench_notice


def test_every_try_of_the_bench_is_one_message() -> None:
    said: list[str] = []
    outcome = bench_notice(said.append, 3_000, 300)
    assert outcome.sent == outcome.attempts >= 1_800
    assert outcome.people > 4_000
    assert all(rate > 0 for rate in (*outcome.ours, *outcome.bare))
    assert f"{outcome.ratio:.2f}" in said[-1]
    assert {"送达情况", "没送到的", "投票送达情况"} <= {page.question for page in outcome.pages}
