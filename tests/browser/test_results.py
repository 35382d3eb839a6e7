"""The published results in a real Chromium: on a small phone, without JavaScript, on paper."""

from datetime import date

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.follow_up.photo import new_key
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.period import Period
from skm.output.documents.photo import kept
from skm.store.officials import officials
from skm.store.periods import closings, follow_ups
from skm.store.survey import upps
from tests.browser.conftest import OpensPhone
from tests.tools.chat import Desk
from tests.tools.officials_city import settle
from tests.tools.pictured import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.takes_long]

PAGES = ["/hasil", "/hasil/PAJANG", "/hasil/GILING", "/hasil/data"]
PERIODS = [Period.parse("2026-Q3"), Period.parse("2026-Q4")]


@pytest.fixture(autouse=True)
async def published(desk: Desk) -> None:
    """Two closed quarters, and something that was mended."""
    await settle(desk)

    async def work(conn: AsyncConnection) -> None:
        for period in PERIODS:
            await closings.close(conn, period, date(2027, 1, 4), desk.time(), None)
        unit = await upps.by_code(conn, "PAJANG")
        assert unit is not None
        first = (await follow_ups.of(conn, unit, PERIODS[0]))[0]
        plan = Plan("Tambah loket", date(2026, 12, 1), "Bu Sri")
        done = Done(date(2026, 11, 20), "Loket ketiga dibuka.", new_key())
        finished = first.planned(plan, date(2026, 10, 5)).finished(done)
        [sri] = await officials.listed(conn)
        photo = kept(jpeg(2000, 1500))
        await follow_ups.record(conn, sri.id, unit, finished, "selesai", desk.time(), photo)

    await desk.official("officer", "PAJANG", "Sri")
    await desk.db.write(work)


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_read_it(phone: OpensPhone, path: str, dark: bool) -> None:
    page = await phone(dark=dark)
    await page.goto(path)
    result = await Axe().run(page)
    found = [
        f"{one['id']}: {node['html']}"
        for one in result.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
    assert found == []


@pytest.mark.thorough
@pytest.mark.parametrize("path", PAGES)
async def test_nothing_is_wider_than_a_small_phone(phone: OpensPhone, path: str) -> None:
    page = await phone()
    await page.goto(path)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_without_javascript_one_finds_ones_unit_and_what_has_changed(
    phone: OpensPhone,
) -> None:
    page = await phone(javascript=False)
    await page.goto("/hasil")
    await page.get_by_role("link", name="Puskesmas Pajang").click()
    await expect(page.locator("main")).to_contain_text("Apa yang berubah karena Anda")
    await expect(page.locator("main")).to_contain_text("Loket ketiga dibuka.")
    await page.get_by_role("link", name="triwulan III 2026").click()
    await expect(page.locator("main")).to_contain_text("1 Juli 2026")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("main")).to_contain_text("What has changed because of you")
    await expect(page.locator("main")).to_contain_text("1 July 2026")


@pytest.mark.thorough
async def test_pictures_are_drawn(phone: OpensPhone) -> None:
    page = await phone()
    await page.goto("/hasil/PAJANG")
    picture = page.locator("img.chart")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") == 720


@pytest.mark.thorough
async def test_the_photo_of_what_has_changed_is_shown_and_fits(phone: OpensPhone) -> None:
    page = await phone(javascript=False)
    await page.goto("/hasil/PAJANG")
    photo = page.get_by_role("img", name="Loket ketiga dibuka.")
    await photo.scroll_into_view_if_needed()
    await expect(photo).to_be_visible()
    await page.wait_for_load_state("networkidle")
    box = await photo.bounding_box()
    assert box is not None
    assert box["width"] <= 360
    assert box["width"] / box["height"] == pytest.approx(4 / 3, rel=0.02)


@pytest.mark.thorough
async def test_on_paper_there_are_figures_and_nothing_to_press(phone: OpensPhone) -> None:
    page = await phone(dark=True)
    await page.goto("/hasil/PAJANG")
    await page.emulate_media(media="print")
    for hidden in (".languages", ".periods", ".up"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.locator(".figure")).to_be_visible()
    paper = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
