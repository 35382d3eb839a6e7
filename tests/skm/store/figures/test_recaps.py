"""Reported history comes in once, keeps its source and its digits, and finds its unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from skm.figures.ikm import Mutu
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.intake.recaps.audit import audit
from skm.intake.recaps.recap import Recap, RecapRow, Reported, tables
from skm.store.database.database import Database
from skm.store.figures import recaps
from skm.store.figures.recaps import Stored
from skm.store.survey import tallies
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q1, Q2, published, recap_of, row

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


async def put(db: Database, recap: Recap, now: datetime = NOW) -> Stored:
    return await db.write(lambda conn: recaps.put(conn, recap, now))


async def history(db: Database, upp: Upp) -> list[Reported]:
    return await db.read(partial(recaps.of_upp, upp=upp))


async def test_the_published_recap_comes_back_as_it_was_read(db: Database) -> None:
    recap = published()
    assert await put(db, recap) == Stored(new=310, changed=0, known=0)
    rows = await db.read(recaps.rows)
    by_key = {(row.unit, row.period): row for row in recap.rows}
    assert {(row.unit, row.period): row for row in rows} == by_key
    assert [str(table.rerata_upp) for table in tables(rows).values()] == ["89.23", "89.72"]
    assert len(audit(replace(recap, rows=tuple(rows)))) == len(audit(recap))


async def test_importing_it_again_is_harmless(db: Database) -> None:
    await put(db, published())
    assert await put(db, published(), LATER) == Stored(new=0, changed=0, known=310)
    first = await history(db, Upp("DIKNAS", "Dinas Pendidikan"))
    assert {reported.imported_at for reported in first} == {NOW}


async def test_a_corrected_file_replaces_what_it_says_otherwise_and_nothing_else(
    db: Database,
) -> None:
    wrong = recap_of(row("Pasar", ikm="85.20"), row("Terminal"))
    right = Recap((row("Pasar"), row("Terminal"), row("Museum")), "revisi.csv", "1" * 64)
    await put(db, wrong)
    assert await put(db, right, LATER) == Stored(new=1, changed=1, known=1)
    sources = [
        (reported.row.ikm, reported.source, reported.sha256[0], reported.imported_at)
        for name in ("Pasar", "Terminal", "Museum")
        for reported in await history(db, Upp("", name))
    ]
    assert sources == [
        (Decimal("85.25"), "revisi.csv", "1", LATER),
        (Decimal("85.25"), "recap.csv", "0", NOW),
        (Decimal("85.25"), "revisi.csv", "1", LATER),
    ]


async def test_every_digit_and_every_gap_is_kept(db: Database) -> None:
    full = RecapRow(
        unit="UPT. Museum",
        parent="Dinas Kebudayaan",
        period=Period.parse("2023-S2"),
        nilai={unsur: Decimal("85.2500") for unsur in Unsur},
        ikm=Decimal("85.0"),
        mutu=Mutu.B,
        respondents=1360,
        prioritas=(Unsur.U9, Unsur.U2),
        realised=Decimal("66.7"),
    )
    await put(db, recap_of(full, row("Pasar")))
    found = await db.read(recaps.rows)
    assert found == [row("Pasar"), full]
    assert repr(found[1]) == repr(full)


@pytest.mark.parametrize("printed", ["UPT. Museum", "upt museum", "MUSEUM", "UPT.Museum "])
async def test_a_unit_finds_its_history_by_name_or_code_however_spelled(
    db: Database, printed: str
) -> None:
    other = replace(row("UPT Museum Batik"), period=Q2)
    await put(db, recap_of(replace(row(printed), period=Q2), row(printed), other))
    found = await history(db, Upp("MUSEUM", "UPT. Museum"))
    assert [reported.row.period for reported in found] == [Q1, Q2]


async def test_own_figures_do_not_change(db: Database) -> None:
    await put(db, published())
    start, end = Q1.start, Q2.end
    assert await db.read(partial(tallies.of, upp_code=None, start=start, end=end)) == {}
