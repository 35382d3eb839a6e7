"""Sample charts with the figures of the published recap of 2023."""

from decimal import Decimal
from functools import cache

from skm.figures.ikm import mutu
from skm.intake.recaps.recap import RecapRow
from skm.output.charts.bars import Bar, Bars
from skm.output.charts.card import Card
from skm.output.charts.control import ControlChart, ControlPoint
from skm.output.charts.draw import Chart
from skm.output.charts.funnel import Funnel, FunnelStep
from skm.output.charts.heatmap import HeatMap, HeatmapUnit
from skm.output.charts.quadrant import QuadrantChart, QuadrantPoint
from skm.output.charts.trend import Measured, Trend
from skm.survey.unsur import Unsur
from tests.tools.recaps import Q2, published

NAMES = dict(
    zip(
        Unsur,
        (
            *("Persyaratan", "Prosedur", "Waktu penyelesaian", "Biaya/tarif", "Produk layanan"),
            *("Kompetensi petugas", "Perilaku petugas", "Penanganan pengaduan", "Sarana"),
        ),
        strict=True,
    )
)
MONTHS = ("Des", "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov")
INTERVAL, BEFORE, MISSING = "rentang 95 %", "triwulan lalu", "data tidak tersedia"
FEW = "kurang dari 5 responden"


@cache
def units() -> list[RecapRow]:
    """The 155 units of the second quarter of 2023, the highest index first."""
    second = [row for row in published().rows if row.period == Q2]
    return sorted(second, key=lambda row: -row.ikm)


def longest_name() -> str:
    return max((row.unit for row in units()), key=len)


def around(figure: Decimal, half: Decimal = Decimal(2)) -> tuple[Decimal, Decimal]:
    return max(figure - half, Decimal(25)), min(figure + half, Decimal(100))


def nine_unsur(row: RecapRow) -> Bars:
    return Bars(
        title=row.unit,
        subtitle=f"Triwulan II 2023 · {row.respondents} responden",
        rows=[
            Bar(f"{u} {NAMES[u]}", nilai, around(nilai), around(nilai, Decimal("1.5"))[0])
            for u, nilai in row.nilai.items()
        ],
        ikm=row.ikm,
        kinerja=mutu(row.ikm).kinerja,
        remark="tidak berbeda nyata dari triwulan lalu",
        interval=INTERVAL,
        before=BEFORE,
        locale="id",
    )


def trend(title: str, figures: list[Decimal | None], imported: int = 0) -> Trend:
    """A trend of up to twelve months, of which the first `imported` come from a recap."""
    return Trend(
        title=title,
        subtitle="IKM 12 bulan terakhir",
        periods=[
            Measured(label, ikm, imported=True)
            if number < imported or ikm is None
            else Measured(label, ikm, around(ikm))
            for number, (label, ikm) in enumerate(zip(MONTHS, figures, strict=False))
        ],
        interval=INTERVAL,
        imported="rekap 2023",
        missing=MISSING,
        changed="kuesioner diganti",
        locale="id",
    )


def last_year(row: RecapRow) -> Trend:
    """A trend of twelve months, made from the unit's nine unsur."""
    nine = [(row.ikm + nilai) / 2 for nilai in row.nilai.values()]
    figures: list[Decimal | None] = [*nine, None, nine[3], row.ikm]
    return trend(row.unit, figures, imported=3)


def ranking(rows: list[RecapRow]) -> Bars:
    return Bars(
        title="Peringkat unit pelayanan",
        subtitle="Kota Surakarta · Triwulan II 2023",
        rows=[
            *(
                Bar(f"{n}. {r.unit}", r.ikm, around(r.ikm), note=f"{r.respondents} responden")
                for n, r in enumerate(rows, 1)
            ),
            Bar("Kelurahan Sondakan", None, note=FEW),
        ],
        interval=INTERVAL,
        locale="id",
    )


def heat_map(rows: list[RecapRow]) -> HeatMap:
    return HeatMap(
        title="Unsur tiap unit",
        subtitle="Kota Surakarta · Triwulan II 2023",
        units=[
            *(HeatmapUnit(row.unit, row.nilai) for row in rows),
            HeatmapUnit("Kelurahan Sondakan", {}, FEW),
        ],
        unsur=NAMES,
        locale="id",
    )


def funnel(*counts: int) -> Funnel:
    labels = ["Membuka survei", *(f"{unsur} {NAMES[unsur]}" for unsur in Unsur), "Lengkap"]
    return Funnel(
        title="Di mana responden berhenti",
        subtitle="Dinas Pendidikan · November 2026",
        steps=[FunnelStep(label, n) for label, n in zip(labels, counts, strict=False)],
        lost="berhenti di sini",
        most="terbanyak berhenti",
        locale="id",
    )


def control(*outside: int) -> ControlChart:
    """Units that lie below (-1), between (0) or above (1) the limits."""
    places = {-1: Decimal("72.5"), 0: Decimal(89), 1: Decimal(97)}
    return ControlChart(
        title="Unit yang berbeda",
        subtitle="Kota Surakarta · Triwulan II 2023",
        points=[ControlPoint(20 + 30 * at, places[side], side) for at, side in enumerate(outside)],
        middle=Decimal("89.42"),
        limits=[(n, around(Decimal(89), Decimal(30 / n**0.5))) for n in (10, 40, 160, 1400)],
        notes=["Di bawah batas: Kelurahan Sondakan."],
        respondents="responden",
        chance="wajar karena kebetulan",
        below="di bawah batas",
        above="di atas batas",
        locale="id",
    )


def quadrant(*certain: bool) -> QuadrantChart:
    """The nine unsur of one unit; `certain`: which of them are, from U1 on."""
    nilai = ("84.1", "85.3", "79.6", "97.2", "86.1", "85.9", "88.4", "92.7", "80.3")
    r = ("0.61", "0.66", "0.71", "0.22", "0.64", "0.67", "0.69", "0.31", "0.35")
    return QuadrantChart(
        title="Unsur yang menentukan kepuasan",
        subtitle="Triwulan II 2023 · 240 responden",
        points=[
            QuadrantPoint(unsur, Decimal(x), Decimal(y), at < len(certain) and certain[at])
            for at, (unsur, x, y) in enumerate(zip(Unsur, nilai, r, strict=True))
        ],
        nilai=Decimal("86.62"),
        importance=Decimal("0.54"),
        corners=("Prioritas utama", "Pertahankan", "Prioritas rendah", "Sudah memadai"),
        notes=["Prioritas utama: U3 Waktu penyelesaian (r 0,71)."],
        across="makin ke kanan, nilai makin tinggi; garis pada 86,62",
        up="makin ke atas, makin sejalan dengan kepuasan (r); garis pada 0,54",
        clear="Letaknya jelas",
        unclear="Belum pasti: bisa karena kebetulan",
    )


def one_of_each() -> dict[str, Chart]:
    unit = next(row for row in units() if row.unit == longest_name())
    some = [*units()[:6], unit, *units()[-6:]]
    return {
        "nine unsur": nine_unsur(unit),
        "trend": last_year(unit),
        "ranking": ranking(some),
        "heat map": heat_map(some),
        "card": Card(
            longest_name(),
            "Triwulan II 2023 · 1.360 responden",
            "Indeks Kepuasan Masyarakat",
            Decimal("100.00"),
            "Sangat Baik",
            "id",
        ),
        "control": control(0, -1, 1, 0, 0),
        "quadrant": quadrant(True, False, True, True),
        "funnel": funnel(1412, 1398, 1391, 1380, 1372, 1297, 1290, 1284, 1280, 1271, 1271),
    }


def digests() -> list[tuple[Bars, Trend]]:
    """The two charts of each of the 155 units."""
    return [(nine_unsur(row), last_year(row)) for row in units()]
