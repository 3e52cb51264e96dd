"""`linli bench residency` with one community: it is drawn up, asked, and no question is slow at that size."""

from pathlib import Path

from benches.residency import bench_residency


def test_a_small_district_is_asked_everything_and_the_plans_are_kept(tmp_path: Path) -> None:
    said: list[str] = []
    timings = bench_residency(said.append, 3_000, tmp_path / "plans.txt")
    assert "3,000 户" in said[0]
    assert [timing.question for timing in timings if timing.slow] == []
    plans = (tmp_path / "plans.txt").read_text("utf-8")
    assert all(f"===== {timing.question}" in plans for timing in timings)
    assert "ix_search_entry_words" in plans
    assert "ix_dwelling_coverage" in plans
