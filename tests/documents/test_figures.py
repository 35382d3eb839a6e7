"""What a document says is what `skm report --json` says, and nothing else."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app import opened
from bot.messaging.catalog import Catalog
from bot.running.settings import Settings
from skm.figures.ikm import mutu
from skm.instansi.period import Period
from skm.privacy.small_groups import K
from skm.store.figures import reports
from skm.store.survey import upps
from skm.survey.unsur import Unsur
from tests.documents.conftest import CITY, HALF, NOW, QUARTER, UNIT, Made
from tests.tools.tallies import RECAP

Json = dict[str, Any]
PARTS = ("2026-Q3", "2026-Q4")
EARLIER = ("2025-Q4", "2026-Q1", "2026-Q2")


@pytest.fixture(scope="module")
def said(settings: Settings) -> Mapping[tuple[str, str], Json]:
    """(unit's name, period) → the keys of `skm report UPP PERIOD --json`; "" is the city."""

    async def gather(conn: AsyncConnection) -> dict[tuple[str, str], Json]:
        found: dict[tuple[str, str], Json] = {}
        for unit in await upps.listed(conn):
            for part in PARTS:
                report = await reports.of(conn, unit, Period.parse(part))
                found[unit.name, part] = report.as_json(NOW.date())
        for part in (*EARLIER, *PARTS, HALF):
            city = await reports.of_instansi(conn, Period.parse(part))
            found["", part] = city.as_json(NOW.date())
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
    rows = [row for part in PARTS for row in recap_rows(made, part)]
    assert len(rows) == 2 * 155
    checked = 0
    for unit, period, *figures in rows:
        report = said[unit, period.partition(" ")[0]]
        nilai = report["nilai"]
        if figures[9] == "–":
            continue
        assert figures[:9] == [number(nilai[unsur]) for unsur in Unsur]
        assert figures[9:11] == [number(report["ikm"]), report["mutu"]]
        assert figures[11].replace(".", "") == str(report["responden"])
        three, _, ties = figures[13].partition(" (seri: ")
        assert three == ", ".join(report["prioritas"] or ())
        last = nilai[report["prioritas"][-1]]
        assert all(nilai[unsur] == last for unsur in ties.rstrip(")").split(", ") if unsur)
        checked += 1
    assert checked > 250


NAMES = {
    "2026-Q3": "Triwulan III 2026",
    "2026-Q4": "Triwulan IV 2026 (sementara)",
    HALF: "Semester II 2026 (sementara)",
}


CODES = {"2026-Q3": "2026-Q3", "2026-Q4": "2026-Q4 (sementara)"}


def thousands(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def graded(figure: str) -> str:
    return f"{number(figure)} ({mutu(Decimal(figure))})"


def row_of(made: Made, head: str) -> list[str]:
    """The cells of the one row that begins so."""
    (row,) = (line for line in lines(made) if line.startswith(f"{head} | "))
    return row.split(" | ")[1:]


@pytest.mark.parametrize(("period", "name"), NAMES.items())
def test_the_averages_are_the_two_of_skm_report_each_by_its_name(
    made: Made, said: Mapping[tuple[str, str], Json], period: str, name: str
) -> None:
    report = said["", period]
    city, (low, high) = report["instansi"], report["interval"]
    assert row_of(made, name) == [
        str(city["upp_terukur"]),
        thousands(report["responden"]),
        graded(city["ikm_rerata_upp"]),
        graded(city["ikm_gabungan"]),
        f"{number(low)} sampai {number(high)}",
    ]


def test_the_unsur_of_the_whole_are_those_of_skm_report(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    words = Catalog.load().table("id", "unsur")
    for unsur in Unsur:
        nilai = [number(said["", period]["nilai"][unsur]) for period in NAMES]
        assert row_of(made, f"{unsur} {words[unsur]}") == nilai


def test_the_trend_is_what_skm_report_says_of_each_quarter(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    (trend,) = (line for line in lines(made) if line.startswith("[Gambar 1. Tren IKM"))
    names = ("TW IV 25", "TW I 26", "TW II 26", "TW III 26", "TW IV 26 (sementara)")
    ikm = (number(said["", part]["ikm"]) for part in (*EARLIER, *PARTS))
    points = "; ".join(f"{name} {figure}" for name, figure in zip(names, ikm, strict=True))
    assert trend == f"[Gambar 1. Tren IKM: IKM per periode: {points}]"


def test_what_was_reported_before_is_the_mean_of_that_recap(made: Made) -> None:
    assert row_of(made, "Triwulan I 2023") == ["155", "37.221", "89,23", RECAP.name]
    assert row_of(made, "Triwulan II 2023") == ["155", "33.608", "89,72", RECAP.name]


@pytest.mark.parametrize("part", PARTS)
def test_the_conclusions_count_what_skm_report_says_of_each_unit(
    made: Made, said: Mapping[tuple[str, str], Json], part: str
) -> None:
    shown = {row[0] for row in recap_rows(made, part) if row[11] != "–"}
    units = [report for (name, at), report in said.items() if at == part and name in shown]
    bands = Counter(report["mutu"] for report in units)
    often = Counter(unsur for report in units for unsur in report["prioritas"])
    first = sorted(often.items(), key=lambda one: (-one[1], one[0]))[:3]
    words = Catalog.load().table("id", "unsur")
    listed = "; ".join(f"{unsur} {words[unsur]} ({n} unit)" for unsur, n in first)
    reached = sum(report["responden"] >= report["target"] for report in units)
    text = lines(made)
    at = text.index(
        f"• {NAMES[part]}: {len(shown)} dari 155 unit memiliki angka yang dapat ditampilkan."
    )
    running = [report for (_, day), report in said.items() if day == part and report["laju"]]
    behind = sum(
        (n if (n := report["responden"]) >= K else 0) < report["laju"]["seharusnya"]
        for report in running
    )
    pace = [f"• Di bawah target sampai hari ini: {behind} unit."] if running else []
    assert text[at + 1 : at + 5 + len(pace)] == [
        f"• Mutu A: {bands['A']} unit; B: {bands['B']}; C: {bands['C']}; D: {bands['D']}.",
        f"• {reached} unit mencapai target responden.",
        *pace,
        f"• Unsur yang paling sering menjadi prioritas: {listed}.",
        "• Tindak lanjut terlaksana: data tidak tersedia.",
    ]


def test_no_figure_stands_anywhere_that_skm_report_does_not_say(
    made: Made, said: Mapping[tuple[str, str], Json]
) -> None:
    """Every number with decimals, in whatever sentence or table."""
    told = set(re.findall(r"\d+[.]\d+", json.dumps(list(said.values()))))
    published = {"89.23", "89.72"}
    found = {figure.replace(",", ".") for figure in re.findall(r"\d+,\d+", "\n".join(lines(made)))}
    assert found - told <= published


def recap_rows(made: Made, part: str) -> list[list[str]]:
    """The cells from the unit's name on."""
    rows = [line.split(" | ")[1:] for line in lines(made) if re.match(r"\d+ \| .* \| 2026-Q", line)]
    return [row for row in rows if row[1] == CODES[part]]


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
    assert side < text.index("IKM dengan bobot 0,11 (cara lama)") < text.index("-- Nilai per Unsur")
    assert text.count("0,11") == 1


def test_a_period_without_answers_says_that_there_are_no_figures(made: Made) -> None:
    text = made(UNIT, "2024-Q1", "text").decode()
    assert "Responden: tidak ada responden. Data tidak tersedia." in text
    assert "\nIKM: " not in text
