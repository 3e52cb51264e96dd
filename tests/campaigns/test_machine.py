"""What follows from outcomes, whatever their order: no path twice, never again after "uncertain", never for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.delivery import MOST_TRIES, after
from models.reach import AttemptOutcome, DeliveryState, Path

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
MACHINE = [path for path in Path if path.by_machine]
TRIED_AGAIN = (AttemptOutcome.TEMPORARY, AttemptOutcome.TECHNICAL)
ENDS = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNCERTAIN)


@given(
    st.lists(st.sampled_from(MACHINE), unique=True, min_size=1),
    st.lists(st.sampled_from(list(AttemptOutcome)), min_size=40, max_size=40),
    st.integers(0, 3600),
)
def test_a_delivery_ends_and_takes_no_path_again_that_is_used_up(
    paths: list[Path], outcomes: list[AttemptOutcome], later: int
) -> None:
    left, tries, now = [path for path in Path if path in paths], 0, NOON
    told: list[tuple[Path, AttemptOutcome]] = []
    for outcome in outcomes:
        path, tries = left[0], tries + 1
        told.append((path, outcome))
        change = after(outcome, path, tries, now, now + timedelta(seconds=later))
        if change.state in ENDS:
            assert outcome not in (*TRIED_AGAIN, AttemptOutcome.PERMANENT)
            break
        if change.used_up:
            assert (change.state, change.next_at) == (DeliveryState.CREATED, now)
            left, tries = left[1:], 0
            if not left:
                break
            continue
        assert change.next_at
        assert change.next_at >= now + timedelta(seconds=max(later, 5))
        now = change.next_at
    else:
        raise AssertionError("never ended")
    for path in paths:
        by_this = [outcome for used, outcome in told if used is path]
        assert len(by_this) <= MOST_TRIES
        assert all(outcome in TRIED_AGAIN for outcome in by_this[:-1])
    assert [path for path, _ in told] == sorted((path for path, _ in told), key=list(Path).index)
