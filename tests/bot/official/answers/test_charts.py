"""`/grafik`: which charts an official gets, and what they say."""

import pytest

from bot.official.answers import charts
from skm.instansi.period import Period
from tests.skm.survey.test_instrument import SKM9
from tests.tools.chat import a_desk
from tests.tools.officials_city import settle

DRIVERS = """\
Unsur yang sejalan dengan kepuasan, Puskesmas Pajang, triwulan IV 2026 (sementara)
Hati-hati: baru 38 responden. Di bawah 100 responden letak unsur masih mudah berubah.
Prioritas utama (nilai rendah, lebih sejalan): U3 Waktu penyelesaian (r 0,96), \
U9 Sarana dan prasarana (r 0,96).
Pertahankan (nilai tinggi, lebih sejalan): belum pasti U2 Prosedur (r 0,96), \
U4 Biaya/tarif (r 0,96), U5 Produk layanan (r 0,96), U6 Kompetensi pelaksana (r 0,96), \
U7 Perilaku pelaksana (r 0,96).
Prioritas rendah (nilai rendah, kurang sejalan): belum pasti U1 Persyaratan (r 0,77), \
U8 Penanganan pengaduan (r 0,77).
Cara menghitung: r adalah korelasi nilai unsur itu dengan rata-rata delapan unsur lain, \
dari -1 sampai 1; garis adalah rata-rata kesembilan unsur. Korelasi bukan bukti sebab akibat.\
"""


async def test_a_picture_of_the_lowest_units_says_of_how_many(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "ROWS", 1)
    async with a_desk(database_url) as desk:
        await settle(desk)
        topic = desk.topic(None, Period.parse("2026-Q4"))
        found = dict(await desk.db.read(lambda conn: charts.charts(conn, topic, SKM9)))
    for name in ("ranking", "unsur"):
        assert found[name].subtitle.endswith(" · 1 terendah dari 2 unit; semuanya di /peringkat")


async def test_a_unit_gets_its_drivers_with_lines_that_say_what_the_picture_says(
    database_url: str,
) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        chat = await (await desk.official("admin")).types("/grafik pajang")
        said = [one.text for one in chat.screens if one.text.startswith("Unsur yang sejalan")]
        assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in said] == [DRIVERS]


@pytest.mark.parametrize("asked", ["/grafik dukcapil", "/grafik semua"])
async def test_few_respondents_and_the_whole_instansi_have_no_drivers(
    database_url: str, asked: str
) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        chat = await (await desk.official("admin")).types(asked)
        assert not [one.text for one in chat.screens if one.text.startswith("Unsur yang sejalan")]
        assert chat.screens[-1].attachment
