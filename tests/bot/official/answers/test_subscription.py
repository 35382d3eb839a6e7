"""`/langganan` as people type it: every word is understood, or nothing is stored."""

from datetime import time

import pytest

from bot.official.answers.subscription import parse
from skm.notices.subscription import Frequency, Subscription
from tests.tools.chat import CATALOG

HELD = [Subscription(7, Frequency.WEEKLY, 0, time(7, 30))]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("mingguan senin 07.30", ("weekly", 0, "07:30")),
        ("mingguan jumat", ("weekly", 4, "07:30")),
        ("mingguan jam 9", ("weekly", 0, "09:00")),
        ("harian pukul 6", ("daily", 0, "06:00")),
        ("bulanan tanggal 1 jam 8", ("monthly", 0, "08:00")),
        ("bulanan tgl 1", ("monthly", 0, "07:30")),
        ("weekly friday at 16.00", ("weekly", 4, "16:00")),
        ("bulanan tanggal 5 jam 8", None),
        ("mingguan tanggal 1", None),
        ("mingguan senin 7 malam", None),
        ("mingguan senin jumat", None),
        ("harian mingguan", None),
        ("harian 25.00", None),
        ("harian 7 30 15", None),
        ("setiap senin", None),
    ],
)
def test_a_subscription_is_understood_as_a_whole_or_not_at_all(
    typed: str, understood: tuple[str, int, str] | None
) -> None:
    found = parse(typed, 7, HELD, CATALOG.vocabulary)
    assert understood == (
        found and (str(found.frequency), found.weekday, found.at.isoformat("minutes"))
    )
