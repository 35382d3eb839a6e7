"""`skm recap import`."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from skm.instansi.upp import Upp
from skm.intake.recaps.recap import Reported
from skm.store.database.database import Database
from skm.store.figures import recaps
from skm.store.survey import upps
from tests.tools.command_line import Operator
from tests.tools.recaps import csv_of, row
from tests.tools.tallies import RECAP


@pytest.fixture
def url(database_url: str) -> str:
    """A database with one unit."""

    async def add() -> None:
        async with Database.open(database_url) as db:
            unit = Upp("PKMPAJANG", "UPT Puskesmas Pajang")
            await db.write(partial(upps.put, units=[unit]))

    asyncio.run(add())
    return database_url


def history(url: str, unit: Upp) -> list[Reported]:
    async def read() -> list[Reported]:
        async with Database.open(url) as db:
            return await db.read(partial(recaps.of_upp, upp=unit))

    return asyncio.run(read())


@pytest.mark.takes_long
def test_a_recap_becomes_history_and_importing_it_twice_changes_nothing(
    operator: Operator, url: str
) -> None:
    skm = operator.deployed(url)
    first = skm("recap", "import", str(RECAP))
    assert (first.code, first.out) == (0, "310 new rows, 0 changed, 0 already stored.\n")
    assert first.err.startswith("154 units of the file match none of ours")
    again = skm("recap", "import", str(RECAP))
    assert again.out == "0 new rows, 0 changed, 310 already stored.\n"
    found = history(url, Upp("PKMPAJANG", "UPT Puskesmas Pajang"))
    assert [(str(one.row.period), str(one.row.ikm), one.source) for one in found] == [
        ("2023-Q1", "87.41", RECAP.name),
        ("2023-Q2", "86.96", RECAP.name),
    ]


def test_of_a_recap_with_bad_rows_nothing_is_stored(
    operator: Operator, url: str, tmp_path: Path
) -> None:
    good, bad = row("UPT. Puskesmas Pajang"), row("Pasar", ikm="20")
    (tmp_path / "rekap.csv").write_bytes(csv_of([good, bad]))
    ended = operator.deployed(url)("recap", "import", "rekap.csv")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "Line 3: ikm “20” is not a number from 25 to 100.\n"
    assert history(url, Upp("PKMPAJANG", "UPT Puskesmas Pajang")) == []
