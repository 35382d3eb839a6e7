"""The demo city: its units, its collectors, and how each unit was rated."""

import csv
import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.privacy.pseudonym import RECEIPT_ALPHABET
from skm.store.upkeep.csv_files import lines
from skm.survey.unsur import Unsur

FOLDER = Path(__file__).parent
PUBLISHED = "2023-Q2"
SEED = "SKM 14/2017"
FIRST_CODE = "PAJANG"  # of the first collector of Puskesmas Pajang, so that guides can name it
LAYANAN = tomllib.loads((FOLDER / "layanan.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Rating:
    """What was published about a unit: nilai (25–100) per unsur, and the number of respondents."""

    nilai: Mapping[Unsur, float]
    respondents: int


@dataclass(frozen=True)
class City:
    """`ratings`: by unit code."""

    upps: Sequence[Upp]
    ratings: Mapping[str, Rating]
    collectors: Sequence[Collector]


def city() -> City:
    """The same city at every call."""
    upps = [
        Upp(row["code"], row["name"], row["parent"] or None, int(row["population"] or 0) or None)
        for row in csv.DictReader(lines(FOLDER / "upp.csv"))
    ]
    collectors = [collector for unit in upps for collector in _collectors(unit)]
    return City(upps, _ratings(upps), collectors)


def _ratings(upps: Sequence[Upp]) -> dict[str, Rating]:
    code = {unit.name: unit.code for unit in upps}
    rows = csv.DictReader(lines(FOLDER / "surakarta_2023.csv"))
    return {
        code[row["unit"]]: Rating(
            {unsur: float(row[unsur.lower()]) for unsur in Unsur}, int(row["respondents"])
        )
        for row in rows
        if row["period"] == PUBLISHED
    }


def _collectors(unit: Upp) -> list[Collector]:
    """One for each layanan; laboratories require a visit ticket."""
    rng = random.Random(f"{SEED} {unit.code}")
    offered = next(names for start, names in LAYANAN.items() if unit.code.startswith(start))
    codes = ["".join(rng.choices(RECEIPT_ALPHABET, k=6)) for _ in offered]
    if unit.code.endswith(FIRST_CODE) and unit.code.startswith("PKM"):
        codes[0] = FIRST_CODE
    return [
        Collector(code, unit.code, layanan, f"Loket {n}", ticketed=layanan == "Laboratorium")
        for n, (code, layanan) in enumerate(zip(codes, offered, strict=True), 1)
    ]
