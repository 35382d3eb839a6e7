"""Published figures for other programs: CSV with a row for each unit, and JSON with the reports.

Numbers have a decimal point, periods are codes such as 2026-Q3. Withheld figures are left empty,
with a note. The columns are explained in the locales, under [data.column].
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from skm.closing.publication import Publication
from skm.figures.report import JsonObject, Report
from skm.intake.cells.text import escaped
from skm.survey.unsur import Unsur

COLUMNS = (
    "periode", "kode", "nama", "induk", "responden", "target", "ikm", "mutu", "ikm_bawah",
    "ikm_atas", *(unsur.lower() for unsur in Unsur), "prioritas", "tindak_lanjut", "instrumen",
    "keterangan",
)  # fmt: skip

Shares = Mapping[str, Decimal]
"""Unit code → share of its follow-ups that was done, in %."""


def as_csv(publication: Publication, shares: Shares, note: str) -> str:
    """`note`: why figures of a unit are withheld."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    table.writerows(_rows(publication, shares, note))
    return written.getvalue()


def _rows(publication: Publication, shares: Shares, note: str) -> Iterator[dict[str, object]]:
    for code, unit in publication.units.items():
        named: dict[str, object] = {
            "periode": publication.period,
            "kode": escaped(code),
            "nama": escaped(unit.name),
            "induk": escaped(unit.parent or ""),
        }
        report = publication.report(code)
        if report is None:
            yield {**named, "keterangan": note}
        else:
            yield {**named, **_figures(report), "tindak_lanjut": shares.get(code, "")}


def _figures(report: Report) -> dict[str, object]:
    low, high = report.interval or ("", "")
    nilai = {unsur.lower(): value for unsur, value in (report.nilai or {}).items()}
    return {
        "responden": report.responden,
        "target": report.target,
        "ikm": report.ikm,
        "mutu": report.mutu,
        "ikm_bawah": low,
        "ikm_atas": high,
        **nilai,
        "prioritas": " ".join(report.prioritas),
        "instrumen": report.instrument,
    }


def as_json(
    publication: Publication,
    shares: Shares,
    note: str,
    instansi: str,
    dictionary: Mapping[str, str],
) -> str:
    """The reports are objects as `skm report --json` prints them. `note`: as for `as_csv`.
    `dictionary`: column → its explanation.
    """
    city = publication.instansi
    plain: JsonObject = {
        "instansi": instansi,
        "period": str(publication.period),
        "closed_at": publication.head.closed_at.isoformat(),
        "sha256": publication.head.sha256,
        "method": publication.head.method,
        "figures": city and city.as_json(publication.period.end),
        "units": list(_units(publication, shares, note)),
        "dictionary": dict(dictionary),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1)


def _units(publication: Publication, shares: Shares, note: str) -> Iterator[JsonObject]:
    for code, unit in publication.units.items():
        named: JsonObject = {"upp": code, "nama": unit.name, "induk": unit.parent}
        report = publication.report(code)
        if report is None:
            yield {**named, "period": str(publication.period), "keterangan": note}
        else:
            share = shares.get(code)
            realised = None if share is None else str(share)
            shown = report.as_json(publication.period.end)
            yield {**shown, **named, "tindak_lanjut": realised}
