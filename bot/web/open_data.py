"""Published figures for other programs: a row a unit as CSV, the reports as JSON.

Numbers have a decimal point, periods are codes like 2026-Q3. What is kept back is empty, and says
why. The columns are explained in the locales, under [data].
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from skm.publication import Publication
from skm.report import Json, Report
from skm.sheet import safe
from skm.unsur import Unsur

COLUMNS = (
    "periode", "kode", "nama", "induk", "responden", "target", "ikm", "mutu", "ikm_bawah",
    "ikm_atas", *(unsur.lower() for unsur in Unsur), "prioritas", "tindak_lanjut", "instrumen",
    "keterangan",
)  # fmt: skip
KEPT_BACK = "kurang dari 5 responden, atau dapat dihitung dari yang lain"

Shares = Mapping[str, Decimal]
"""By unit code, how much of its follow-ups was realised, in %."""


def as_csv(publication: Publication, shares: Shares) -> str:
    written = io.StringIO()
    sheet = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\r\n")
    sheet.writeheader()
    sheet.writerows(_rows(publication, shares))
    return written.getvalue()


def _rows(publication: Publication, shares: Shares) -> Iterator[dict[str, object]]:
    for code, unit in publication.units.items():
        named: dict[str, object] = {
            "periode": publication.period,
            "kode": safe(code),
            "nama": safe(unit.name),
            "induk": safe(unit.parent or ""),
        }
        report = publication.report(code)
        if report is None:
            yield {**named, "keterangan": KEPT_BACK}
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
    publication: Publication, shares: Shares, instansi: str, dictionary: Mapping[str, str]
) -> str:
    """Each report with the keys of `skm report --json`."""
    city = publication.instansi
    plain: Json = {
        "instansi": instansi,
        "period": str(publication.period),
        "closed_at": publication.head.closed_at.isoformat(),
        "sha256": publication.head.sha256,
        "method": publication.head.method,
        "figures": city and city.as_json(),
        "units": list(_units(publication, shares)),
        "dictionary": dict(dictionary),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1)


def _units(publication: Publication, shares: Shares) -> Iterator[Json]:
    for code, unit in publication.units.items():
        named: Json = {"upp": code, "nama": unit.name, "induk": unit.parent}
        report = publication.report(code)
        if report is None:
            yield {**named, "period": str(publication.period), "keterangan": KEPT_BACK}
        else:
            share = shares.get(code)
            realised = None if share is None else str(share)
            yield {**report.as_json(), **named, "tindak_lanjut": realised}
