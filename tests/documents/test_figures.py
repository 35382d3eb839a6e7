"""What a document says is what `skm report --json` says, and nothing else."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import opened
from bot.catalog import Catalog
from bot.settings import Settings
from skm.period import Period
from skm.store import reports, upps
from skm.unsur import Unsur
from tests.documents.conftest import CITY, HALF, QUARTER, UNIT, Made

Json = dict[str, Any]
PARTS = ("2026-Q3", "2026-Q4")


@pytest.fixture(scope="module")
def said(settings: Settings) -> Mapping[tuple[str, str], Json]:
    """(unit's name, period) → the keys of `skm report UPP PERIOD --json`; "" is the city."""

    async def gather(conn: AsyncConnection) -> dict[tuple[str, str], Json]:
        found: dict[tuple[str, str], Json] = {}
        for unit in await upps.listed(conn):
            for part in PARTS:
                report = await reports.of(conn, unit, Period.parse(part))
                found[unit.name, part] = report.as_json()
        for part in (*PARTS, HALF):
            city = await reports.of_instansi(conn, Period.parse(part))
            found["", part] = city.as_json()
        return found

    async def read() -> dict[tuple[str, str], Json]:
        async with opened(settings) as app:
            return await app.db.read(gather)

    return asyncio.run(read())


def number(figure: object) -> str:
    return "" if figure is None else str(figure).replace(".", ",")


def lines(made: Made) -> list[str]:
    return made(CITY, HALF, "text").decode().splitlines()


def test_the_half_year_report_reads_as_before(
    made: Made, golden: Path, request: pytest.FixtureRequest
) -> None:
    text, file = made(CITY, HALF, "text").decode(), golden / "half_year.txt"
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_row_of_the_recap_is_what_skm_report_says(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    rows = [line.split(" | ") for line in lines(made) if re.match(r"\d+ \| .* \| 2026-Q", line)]
    assert len(rows) == 2 * 155
    checked = 0
    for _, unit, period, *figures in rows:
        report = said[unit, period]
        nilai = report["nilai"]
        if figures[9] == "–":
            continue
        assert figures[:9] == [number(nilai[unsur]) for unsur in Unsur]
        assert figures[9:11] == [number(report["ikm"]), report["mutu"]]
        assert figures[11].replace(".", "") == str(report["responden"])
        assert figures[13] == ", ".join(report["prioritas"] or ())
        checked += 1
    assert checked > 250


def test_the_averages_are_the_two_of_skm_report_each_by_its_name(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    text = made(CITY, HALF, "text").decode()
    for part, name in (("2026-Q3", "Triwulan III 2026"), (HALF, "Semester II 2026")):
        city = said["", part]["instansi"]
        (row,) = (line for line in text.splitlines() if line.startswith(f"{name} | "))
        cells = row.split(" | ")
        assert cells[3].startswith(number(city["ikm_rerata_upp"]))
        assert cells[4].startswith(number(city["ikm_gabungan"]))


def test_every_unsur_of_the_unit_report_is_what_skm_report_says(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    text = made(UNIT, QUARTER, "text").decode()
    report = said["UPT. Puskesmas Pajang", QUARTER]
    words = Catalog.load().table("id", "unsur")
    for unsur in Unsur:
        nrr, nilai = report["nrr"], report["nilai"]
        assert f"{unsur} {words[unsur]} | {number(nrr[unsur])} | {number(nilai[unsur])} | " in text
    assert f"IKM: {number(report['ikm'])}\n" in text


def test_the_old_weight_is_only_ever_a_labelled_side_figure(made: Made) -> None:
    text = made(UNIT, QUARTER, "text").decode()
    side = text.index("Angka pembanding, bukan IKM resmi")
    assert (
        side < text.index("IKM dengan bobot 0,11 (cara lama)") < text.index("-- Nilai Tiap Unsur")
    )
    assert text.count("0,11") == 1


def test_a_period_without_answers_says_that_there_are_no_figures(made: Made) -> None:
    text = made(UNIT, "2024-Q1", "text").decode()
    assert "Responden: tidak ada responden. Data tidak tersedia." in text
    assert "\nIKM: " not in text
