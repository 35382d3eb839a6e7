"""A small city for tests of officials: two offices, units below them, and answers to two quarters.

DINKES  Dinas Kesehatan
  PAJANG  Puskesmas Pajang        30 now, 30 before
    POSYANDU  Posyandu Melati      8 now
  PURWO   Puskesmas Purwosari     12 now, 12 before
  GILING  Puskesmas Gilingan       3 now: a small group
DUKCAPIL  Dinas Kependudukan      20 now
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.follow_up.tindak_lanjut import Plan
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.periods import follow_ups
from skm.store.survey import responses, upps
from skm.survey.response import Response
from tests.tools.chat import Desk

NOW, BEFORE = date(2026, 11, 2), date(2026, 8, 3)
DEADLINE = date(2026, 12, 1)  # of a plan
A_DAY = 4  # responses of a unit
UNITS = [
    Upp("DINKES", "Dinas Kesehatan"),
    Upp("PAJANG", "Puskesmas Pajang", "DINKES", 12000),
    Upp("POSYANDU", "Posyandu Melati", "PAJANG"),
    Upp("PURWO", "Puskesmas Purwosari", "DINKES"),
    Upp("GILING", "Puskesmas Gilingan", "DINKES"),
    Upp("DUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil"),
]
ANSWERED: Sequence[tuple[str, date, int, int]] = [  # unit, first day, how many, their usual nilai
    ("PAJANG", NOW, 30, 4),
    ("PAJANG", BEFORE, 30, 3),
    ("POSYANDU", NOW, 8, 3),
    ("PURWO", NOW, 12, 3),
    ("PURWO", BEFORE, 12, 3),
    ("GILING", NOW, 3, 2),
    ("DUKCAPIL", NOW, 20, 3),
]


async def settle(desk: Desk) -> None:
    """Put the city into a fresh installation."""
    instrument = desk.inbox.instrument
    rows = [
        (response_of(desk, unit, datetime.combine(day, time(3, minute, number), UTC), nilai), day)
        for minute, (unit, first, many, nilai) in enumerate(ANSWERED)
        for number in range(many)
        for day in [first + timedelta(days=number // A_DAY)]
    ]
    await desk.db.write(lambda conn: upps.put(conn, UNITS))
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))


async def plan(desk: Desk, code: str, period: Period) -> None:
    """Plan the three follow-ups of a unit, so that its report can be handed in."""

    async def work(conn: AsyncConnection) -> None:
        unit = await upps.by_code(conn, code)
        assert unit is not None
        for item in await follow_ups.of(conn, unit, period):
            planned = item.planned(Plan("Tambah loket", DEADLINE, "Bu Sri"), period.end)
            await follow_ups.put(conn, unit, planned)

    await desk.db.write(work)


def response_of(desk: Desk, unit: str, at: datetime, nilai: int) -> Response:
    """Mostly the usual nilai; U3 and U9 one lower, and every third person is stricter."""
    number = at.second
    lower = {"U3", "U9"} if number % 3 else {"U3", "U9", "U1", "U8"}
    answers = {
        item.id: nilai - (item.unsur in lower and nilai > 1) for item in desk.inbox.instrument.items
    }
    said = f"Saran {number} untuk {unit}" if number < 4 else None
    return Response(
        id=f"{unit}-{at:%m}-{number}",
        upp=unit,
        layanan="Pendaftaran" if number % 4 else "Laboratorium",
        collector=None,
        instrument=desk.inbox.instrument.version,
        answers=answers,
        submitted_at=at,
        saran=said,
    )
