"""`linli bench opinion` in a small conversation."""

from benches.opinion import bench_opinion


def test_groups_and_their_floor_are_measured() -> None:
    said: list[str] = []
    [outcome] = bench_opinion(said.append, ((300, 60, 9_000),))
    assert len(outcome.computing) == len(outcome.floor) == 3
    assert f"{outcome.ratio:.2f}" in said[1]
