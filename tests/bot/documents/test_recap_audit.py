"""The words of an audit: every check has its own, and figures are written as they were printed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.documents.recap_audit import PhraseAudit
from bot.messaging.catalog import Catalog
from skm.figures.ikm import Mutu
from skm.instansi.period import Period
from skm.intake.recaps.audit import audit
from skm.intake.recaps.finding import Check
from skm.intake.recaps.recap import PrintedAverage, Recap
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q1, Q2, child, published, recap_of, row

CATALOG = Catalog.load()


def words(recap: Recap, language: str = "id", **averages: str) -> PhraseAudit:
    printed = [
        PrintedAverage(Period.parse(f"2023-{name}"), None, Decimal(figure))
        for name, figure in averages.items()
    ]
    return PhraseAudit(CATALOG, language, recap, audit(recap, printed))


def test_the_summary_of_the_published_recap() -> None:
    summary = words(published()).summary()
    assert (summary.name, summary.heads) == ("Ringkasan", ["", "2023-Q1", "2023-Q2"])
    assert summary.rows == [
        ["Jumlah unit", 155, 155],
        ["Jumlah responden", 37221, 33608],
        ["Rata-rata indeks unit", Decimal("89.23"), Decimal("89.72")],
        ["Rata-rata menurut responden", Decimal("88.59"), Decimal("89.28")],
        ["Unit dengan tindak lanjut 100,00%", 97, 121],
        ["Unit dengan tindak lanjut 66,67%", 15, 9],
        ["Unit dengan tindak lanjut 33,33%", 5, 8],
        ["Unit dengan tindak lanjut 0,00%", 38, 17],
        ["Bobot tabel bukan 1/9", 0, 0],
        ["Indeks tidak sesuai dengan unsurnya", 137, 0],
        ["Mutu tidak sesuai dengan indeksnya", 0, 0],
        ["Prioritas bukan tiga unsur terendah", 128, 0],
        ["Unsur prioritas kurang dari tiga", 2, 1],
        ["Unsur sama, indeks berbeda", 0, 155],
        ["Responden lebih sedikit daripada unit di bawahnya", 1, 1],
        ["Angka tidak mungkin menurut unit di bawahnya", 3, 7],
        ["Unit induk tidak tercantum", 0, 0],
        ["Rata-rata instansi tidak sesuai dengan barisnya", 0, 0],
        ["Persentase tindak lanjut tidak mungkin", 0, 0],
    ]


def test_a_finding_reads_as_a_row() -> None:
    wrong = replace(
        row("Pasar", "80 85 90 91.25 86 87 88 89 90", "87.20"),
        mutu=Mutu.A,
        prioritas=(Unsur.U1, Unsur.U2, Unsur.U3),
        realised=Decimal("50"),
    )
    later = replace(wrong, period=Q2, ikm=Decimal("87.36"), mutu=None, prioritas=(), realised=None)
    lost = child("Dinas", "Terminal", "87.36", 9)
    found = words(recap_of(wrong, later, lost), Q2="80").found()
    assert found.heads[:5] == [
        "Periode",
        "Unit",
        "Yang ditemukan",
        "Angka atau periode",
        "Tercetak",
    ]
    assert [
        " | ".join("" if cell is None else str(cell) for cell in row) for row in found.rows
    ] == [
        "2023-Q1 | Pasar | Indeks tidak sesuai dengan unsurnya |  | 87.20 | 87.36 | 0.1300",
        "2023-Q1 | Pasar | Mutu tidak sesuai dengan indeksnya |  | A | B | ",
        "2023-Q1 | Pasar | Prioritas bukan tiga unsur terendah |  | U1, U2, U3 | U1, U2, U5 | ",
        "2023-Q2 | Pasar | Unsur sama, indeks berbeda | 2023-Q1 | 87.36 | 87.20 | ",
        "2023-Q1 | Terminal | Unit induk tidak tercantum |  | Dinas |  | ",
        "2023-Q2 | Seluruh instansi | Rata-rata instansi tidak sesuai dengan barisnya |"
        " IKM | 80 | 87,36 rata-rata unit; 87,36 menurut responden | 0.5050",
        "2023-Q1 | Pasar | Persentase tindak lanjut tidak mungkin |  | 50 | 33.33 | ",
    ]


def test_of_a_parent_it_is_said_which_figure_is_meant() -> None:
    recap = recap_of(row("Dinas", "99 " * 9, "99.00", 100), child("Dinas", "UPT", "85.01", 100))
    assert [cells[3] for cells in words(recap).found().rows] == ["IKM", *Unsur]


@pytest.mark.parametrize("language", CATALOG.languages)
def test_every_check_is_named_and_explained(language: str) -> None:
    method = words(recap_of(row()), language).method()
    (_, file), (_, sha256), *checks = method.rows
    assert (file, sha256) == ("recap.csv", "0" * 64)
    assert len(checks) == len(Check)
    assert len({str(cells) for cells in checks}) == len(Check)


def test_without_findings_the_tables_are_there_and_empty() -> None:
    said = words(recap_of(row()))
    assert said.found().rows == []
    assert [cells[1] for cells in said.summary().rows[-len(Check) :]] == [0] * len(Check)
    assert said.summary().heads == ["", str(Q1)]
