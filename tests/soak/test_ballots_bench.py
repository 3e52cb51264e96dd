"""`linli bench ballots` in a small district: every ballot is cast once, and the floor is measured beside it."""

from benches.ballots import bench_ballots


def test_every_ballot_of_the_bench_is_marked_and_lies_in_the_box() -> None:
    said: list[str] = []
    outcome = bench_ballots(said.append, 6_000)
    assert outcome.cast == outcome.marks == outcome.papers > 1_000
    assert all(rate > 0 for rate in (*outcome.ballots, *outcome.floor))
    assert f"{outcome.ratio:.2f}" in said[-1]
