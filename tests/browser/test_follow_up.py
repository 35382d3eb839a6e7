"""The form of follow-ups in a real Chromium: small, by keyboard, without JavaScript, with axe."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.request.form_links import FormLinks
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.officials import officials
from tests.browser.conftest import OpensPhone
from tests.tools.chat import KEY, Desk
from tests.tools.officials_city import settle
from tests.tools.pictured import jpeg

pytestmark = pytest.mark.browser

Q3 = Period.parse("2026-Q3")


@pytest.fixture
async def path(desk: Desk) -> str:
    """Where Sri's link leads."""
    await settle(desk)
    await desk.official("officer", "PAJANG", "Sri")
    [sri] = await desk.db.read(officials.listed)
    link = FormLinks([KEY.decode()], "").link(sri, Upp("PAJANG", ""), Q3, desk.time())
    return urlsplit(link).path


async def complaints(page: Page) -> list[str]:
    result = await Axe().run(page)
    return [f"{one['id']}: {node['html']}" for one in result.response["violations"]
            for node in one["nodes"]]  # fmt: skip


async def wrong(page: Page) -> None:
    """Send it with a plan that is not whole."""
    await page.get_by_label("Rencana").first.fill("Pasang daftar syarat")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Belum tersimpan")


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everybody_can_use_it(phone: OpensPhone, path: str, dark: bool) -> None:
    page = await phone(dark=dark)
    await page.goto(path)
    assert await complaints(page) == []
    await wrong(page)
    assert await complaints(page) == []


@pytest.mark.thorough
async def test_it_fits_the_smallest_phones(phone: OpensPhone, path: str) -> None:
    page = await phone()
    await page.set_viewport_size({"width": 320, "height": 568})
    await page.goto(path)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await wrong(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_without_javascript_a_plan_a_report_and_its_photo_are_saved(
    phone: OpensPhone, path: str, tmp_path: Path
) -> None:
    photo = tmp_path / "loket.jpg"
    photo.write_bytes(jpeg(2000, 1500))
    page = await phone(javascript=False)
    await page.goto(path)
    first = page.get_by_role("group").first
    await first.get_by_label("Rencana").fill("Membuka loket ketiga")
    await first.get_by_label("Tenggat").fill("2026-12-31")
    await first.get_by_label("Penanggung jawab").fill("Bu Sri")
    await first.get_by_label("Sudah dilakukan").check()
    await first.get_by_label("Catatan").fill("Loket ketiga dibuka")
    await first.get_by_label("Foto").set_input_files(photo)
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tersimpan")
    picture = page.get_by_role("img", name="Loket ketiga dibuka")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("naturalWidth", 1600)
    await page.get_by_role("link", name="Kembali ke formulir").click()
    await expect(page.get_by_label("Sudah dilakukan").first).to_be_checked()


@pytest.mark.thorough
async def test_by_keyboard_one_comes_from_what_is_wrong_to_its_field(
    phone: OpensPhone, path: str
) -> None:
    page = await phone()
    await page.goto(path)
    await wrong(page)
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Tenggat").first).to_be_focused()
    described = await page.get_by_label("Tenggat").first.get_attribute("aria-describedby")
    await expect(page.locator(f"#{described}")).to_have_text("Tenggatnya masih kosong.")
