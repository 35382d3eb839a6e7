"""Where a period had two questionnaires, officials see both parts and the trend breaks.

The figure that counts is that of the questionnaire which most answered, so a few answers to a new
one never speak for many to the old one.
"""

import io
from collections.abc import AsyncIterator

import openpyxl
import pytest

from bot.documents.make import Documents
from bot.request.figures import ReportFigures
from bot.words.chart import nine_unsur
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.output.documents.plain_text import as_text
from skm.store.figures import reports
from skm.store.survey import upps
from tests.bot.web.citizen import Citizen
from tests.tools.chat import Chat, Desk, a_desk
from tests.tools.questionnaires import NEW, OLD, answered
from tests.tools.served import served, site_of

Q3, Q4 = Period.parse("2026-Q3"), Period.parse("2026-Q4")
SAID = "diukur dengan beberapa kuesioner"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        yield desk


async def pajang(desk: Desk) -> Upp:
    found = await desk.db.read(lambda conn: upps.by_code(conn, "PAJANG"))
    assert found is not None
    return found


async def signed_in(chat: Chat, citizen: Citizen) -> None:
    link = (await chat.types("/kerja")).screen.text.split("/kerja/masuk/")[1].split()[0]
    await citizen.opens(f"/kerja/masuk/{link}")
    await citizen.presses("Masuk")


async def in_every_view(desk: Desk) -> dict[str, str]:
    """What officials read about the fourth quarter, by where."""
    chat = await desk.official("admin")
    found = {}
    for command in ("report", "ringkas"):
        found[command] = (await chat.types(f"/{command} pajang tw4 2026")).screen.text
    found["city"] = (await chat.types("/report semua tw4 2026")).screen.text
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        await signed_in(chat, citizen)
        for path in ("/kerja", "/kerja/unit/PAJANG"):
            await citizen.opens(f"{path}?periode=2026-Q4")
            found[path] = citizen.page.text
    documents = Documents(desk.parts["rules"])
    for unit in (await pajang(desk), None):
        made = await documents.document(desk.db, desk.topic(unit, Q4))
        found[f"document {unit}"] = as_text(made)
    return found


async def test_both_parts_stand_in_every_view_and_the_many_old_answers_are_the_official_figure(
    desk: Desk,
) -> None:
    await answered(desk, OLD, 60, 3, 10)
    await answered(desk, NEW, 6, 4, 11)
    for where, text in (await in_every_view(desk)).items():
        assert SAID in text, where
        if where.startswith("document"):
            assert f"{OLD} | 60 | 75,00 | C" in text, where
            assert f"{NEW} | 6 | 100,00 | A" in text, where
        else:
            assert f"Kuesioner {OLD} (angka utama): 60 responden, IKM 75,00, mutu C" in text, where
            assert f"Kuesioner {NEW}: 6 responden, IKM 100,00, mutu A" in text, where
    unit = await pajang(desk)
    report = await desk.db.read(lambda conn: reports.of(conn, unit, Q4))
    data = report.as_json(Q4.end)
    assert (data["ikm"], data["instrument"]) == ("75.00", OLD)


async def test_a_part_of_fewer_than_five_is_named_without_its_figure(desk: Desk) -> None:
    await answered(desk, OLD, 60, 3, 10)
    await answered(desk, NEW, 4, 4, 11)
    for where, text in (await in_every_view(desk)).items():
        assert SAID in text, where
        assert "100,00" not in text.replace("100,00 A", ""), where
        said = f"{NEW} | kurang dari 5 | – | –" if "document" in where else f"{NEW}: kurang dari 5"
        assert said in text, where


async def test_the_trend_breaks_where_the_questionnaire_changes(desk: Desk) -> None:
    await answered(desk, OLD, 20, 3, 8)
    await answered(desk, NEW, 20, 4, 11)
    found = await in_every_view(desk)
    assert (
        "TW III 26 75,00; TW IV 26 (sementara) 100,00 (kuesioner diganti)"
        in found[f"document {await pajang(desk)}"]
    )
    for path in ("/kerja", "/kerja/unit/PAJANG"):
        assert "Garisnya terputus di tempat kuesioner diganti" in found[path]
    assert (
        "Belum dapat dibandingkan dengan triwulan III 2026: kuesionernya berbeda" in found["report"]
    )
    async with served(site_of(desk)) as base, Citizen(base) as citizen:
        await signed_in(await desk.official("admin"), citizen)
        await citizen.opens("/kerja?periode=2026-Q4")
        assert citizen.got.text.count("<circle") == 2
        assert 'class="path"' not in citizen.got.text


async def test_unsur_of_two_questionnaires_are_not_set_against_each_other(desk: Desk) -> None:
    await answered(desk, OLD, 20, 3, 8)
    await answered(desk, NEW, 20, 4, 11)
    chat = await (await desk.official("admin")).types("/banding pajang tw4 2026")
    assert chat.screen.text.endswith(
        "\nBelum dapat dibandingkan dengan triwulan III 2026: kuesionernya berbeda"
    )
    report, before = await desk.db.read(lambda conn: reports.series(conn, None, Q4.last(2)))
    bars = nine_unsur(desk.topic(None, Q4), ReportFigures(before, report))
    assert {bar.before for bar in bars.rows} == {None}


async def test_the_line_of_the_workbook_breaks_where_the_questionnaire_changes(desk: Desk) -> None:
    await answered(desk, OLD, 20, 3, 8)
    await answered(desk, NEW, 20, 4, 11)
    half = desk.topic(None, Period.parse("2026-S2"))
    file = await Documents(desk.parts["rules"]).file(desk.db, half, form="xlsx")
    page = openpyxl.load_workbook(io.BytesIO(file.content))["Grafik"]
    rows = [row[:2] for row in page.iter_rows(values_only=True)]
    assert rows[-3:] == [("2026-Q3", 75), ("kuesioner diganti", None), ("2026-Q4 (sementara)", 100)]
