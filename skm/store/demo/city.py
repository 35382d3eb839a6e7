"""The demo city: its units, its collectors, and how well each unit is rated."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from skm import roster
from skm.store.exchange import lines
from skm.unsur import Unsur
from skm.upp import Collector, Upp
from skm.visit import RECEIPT_ALPHABET

FOLDER = Path(__file__).parent
PUBLISHED = "2023-Q2"
SEED = "SKM 14/2017"
FIRST_CODE = "PAJANG"  # of the first collector at Puskesmas Pajang: one that a guide can name

LAYANAN = {
    "BANKSOLO": ("Tabungan", "Kredit"),
    "BAPENDA": ("Pajak Bumi dan Bangunan", "BPHTB", "Pajak Restoran dan Hotel"),
    "DINSOS": ("Bantuan Sosial", "Rekomendasi Jaminan Kesehatan"),
    "DISHUB": ("Uji Kendaraan", "Izin Trayek"),
    "DISNAKER": ("Kartu Pencari Kerja", "Pelatihan Kerja"),
    "DPMPTSP": ("Perizinan Berusaha", "Izin Praktik", "Konsultasi"),
    "DUKCAPIL": ("KTP Elektronik", "Kartu Keluarga", "Akta Kelahiran", "Pindah Datang"),
    "KEC": ("Legalisasi Surat", "Rekomendasi Izin"),
    "KEL": ("Surat Pengantar", "Surat Keterangan"),
    "MUSEUM": ("Tiket Masuk", "Pemandu"),
    "PDAM": ("Sambungan Baru", "Pengaduan Pelanggan"),
    "PKM": ("Pendaftaran", "Poli Umum", "Poli KIA", "Farmasi", "Laboratorium"),
    "RSUD": ("Rawat Jalan", "Rawat Inap", "Gawat Darurat", "Farmasi"),
    "SMPN": ("Tata Usaha", "Penerimaan Murid Baru"),
    "TSTJ": ("Tiket Masuk", "Wahana"),
    "": ("Pelayanan Umum", "Konsultasi"),
}
"""What a unit offers, by how its code begins; the last row is everybody else's."""


@dataclass(frozen=True)
class Rating:
    """What was published about a unit: its nilai (25–100) per unsur, and how many had answered."""

    nilai: Mapping[Unsur, float]
    respondents: int


@dataclass(frozen=True)
class City:
    """Everything that stands before the first response."""

    upps: Sequence[Upp]
    ratings: Mapping[str, Rating]
    collectors: Sequence[Collector]


def city() -> City:
    """Always the same one."""
    upps = [unit for unit in roster.read(lines(FOLDER / "upp.csv"), ()) if isinstance(unit, Upp)]
    return City(upps, _ratings(upps), [way for unit in upps for way in _collectors(unit)])


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
    """One a layanan; laboratories ask for a visit ticket."""
    dice = random.Random(f"{SEED} {unit.code}")
    offered = next(names for start, names in LAYANAN.items() if unit.code.startswith(start))
    codes = ["".join(dice.choices(RECEIPT_ALPHABET, k=6)) for _ in offered]
    if unit.code.endswith(FIRST_CODE) and unit.code.startswith("PKM"):
        codes[0] = FIRST_CODE
    return [
        Collector(code, unit.code, layanan, f"Loket {n}", ticketed=layanan == "Laboratorium")
        for n, (code, layanan) in enumerate(zip(codes, offered, strict=True), 1)
    ]
