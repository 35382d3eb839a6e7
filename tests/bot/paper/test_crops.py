"""How long a crop is in memory."""

from datetime import UTC, datetime, timedelta

from bot.paper.crops import LASTS, MOST, Crops

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_crop_is_kept_until_it_is_dropped_or_an_hour_is_over() -> None:
    crops = Crops()
    crops.keep(1, {"U1": b"one", "U2": b"two"}, NOW)
    assert crops.of(1, "U1", NOW) == b"one"
    assert crops.of(1, "U1", NOW + LASTS) is None
    crops.drop(1, "U1")
    assert crops.of(1, "U1", NOW) is None
    assert crops.of(1, "U2", NOW) == b"two"
    crops.drop(1)
    assert crops.kept == {}


def test_old_crops_and_too_many_leave_the_memory() -> None:
    crops = Crops()
    crops.keep(1, {"U1": b"old"}, NOW)
    for form in range(2, MOST + 10):
        crops.keep(form, {"U1": b"png"}, NOW + timedelta(minutes=70))
    assert len(crops.kept) == MOST
    assert (1, "U1") not in crops.kept
