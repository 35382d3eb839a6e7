"""The web chat in a real Chromium: by touch, by keyboard, without JavaScript, for everybody."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, Route, expect

from skm.store.survey import tallies
from tests.bot.web.citizen import word
from tests.browser.conftest import OpensPhone
from tests.tools.chat import Desk

pytestmark = [pytest.mark.browser, pytest.mark.takes_long]

TODAY = date(2026, 11, 23)
OPTION, ACTION = "button.option", "button.action"


async def responden(desk: Desk) -> int:
    found = await desk.db.read(
        lambda conn: tallies.of(conn, "PAJANG", TODAY, TODAY + timedelta(days=9))
    )
    return sum(tally.n for tally in found.values())


async def presses(page: Page, button: Locator) -> None:
    """Press and wait for the page that comes."""
    async with page.expect_navigation():
        await button.click()


def button(page: Page, key: str) -> Locator:
    return page.get_by_role("button", name=word(f"button.{key}"), exact=True)


async def begins(page: Page, path: str = "/s/PAJANG") -> None:
    await page.goto(path)
    await presses(page, page.locator(ACTION))


async def answers_all(page: Page) -> None:
    for number in range(1, 10):
        await expect(page.locator("h1")).to_contain_text(f"Pertanyaan {number} dari 9")
        await presses(page, page.locator(OPTION).nth(number % 4))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
async def test_a_whole_survey(desk: Desk, phone: OpensPhone, javascript: bool) -> None:
    page = await phone(javascript=javascript)
    await begins(page)
    await answers_all(page)
    await presses(page, button(page, "skip_all"))
    await page.get_by_role("textbox").fill("Kursi tunggu kurang 🙂")
    await presses(page, page.locator(ACTION))
    await expect(page.locator("main")).to_contain_text("tanda terima")
    assert await responden(desk) == 1
    await page.go_back()
    await page.reload()
    assert await responden(desk) == 1


async def test_a_whole_survey_in_a_browser_that_blocks_cookies(
    desk: Desk, no_cookies: Page
) -> None:
    page = no_cookies
    await begins(page)
    await expect(page.locator(".notice")).to_have_text(word("web.no_cookies"))
    await presses(page, page.locator(OPTION).nth(1))
    await page.reload()  # sends the form again
    await presses(page, button(page, "back"))
    await answers_all(page)
    await presses(page, button(page, "skip_all"))
    await page.get_by_role("textbox").fill("Kursi tunggu kurang")
    await presses(page, page.locator(ACTION))
    await expect(page.locator("main")).to_contain_text("tanda terima")
    assert await page.context.cookies() == []
    assert await responden(desk) == 1


@pytest.mark.thorough
async def test_back_changes_an_answer_and_the_browsers_back_does_no_harm(
    desk: Desk, phone: OpensPhone
) -> None:
    page = await phone()
    await begins(page)
    await presses(page, page.locator(OPTION).nth(1))
    await presses(page, button(page, "back"))
    await expect(page.locator(f"{OPTION}[aria-current]")).to_contain_text("✓")
    await presses(page, page.locator(OPTION).nth(3))
    await page.go_back()
    await presses(page, page.locator(OPTION).nth(2))
    await expect(page.locator("h1")).to_contain_text("dari 9")
    assert await responden(desk) == 0


async def tabs_to(page: Page, label: str) -> None:
    """Press Tab until what has the focus begins with the label."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        said = await page.evaluate("document.activeElement.innerText || ''")
        if said.startswith(label):
            return
    raise AssertionError(f"Tab does not reach “{label}”")


async def presses_enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


@pytest.mark.thorough
async def test_a_whole_survey_by_keyboard_alone(desk: Desk, phone: OpensPhone) -> None:
    page = await phone()
    await page.goto("/s/PAJANG")
    await tabs_to(page, (await page.locator(ACTION).inner_text()).splitlines()[0])
    await presses_enter(page)
    for number in range(1, 10):
        await expect(page.locator("h1")).to_be_focused()
        await expect(page.locator("h1")).to_contain_text(f"Pertanyaan {number} dari 9")
        await page.keyboard.press("Tab")  # the first answer
        await page.keyboard.press("Tab")  # the second
        await presses_enter(page)
    await tabs_to(page, word("button.skip_all"))
    await presses_enter(page)
    await page.keyboard.press("Tab")
    await page.keyboard.type("Terima kasih")
    await tabs_to(page, word("button.finish"))
    await presses_enter(page)
    assert await responden(desk) == 1


@pytest.mark.thorough
async def test_the_skip_link_is_the_first_stop_and_can_be_seen(phone: OpensPhone) -> None:
    page = await phone()
    await page.goto("/s/PAJANG")
    await page.keyboard.press("Tab")
    box = await page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    await page.keyboard.press("Enter")
    assert page.url.endswith("#content")


async def hurried(route: Route) -> None:
    """The page as it is, but one second long where it says fifteen."""
    response = await route.fetch()
    body = (await response.text()).replace('content="15;', 'content="1;')
    await route.fulfill(response=response, body=body)


@pytest.mark.thorough
async def test_a_kiosk_returns_to_its_start_by_itself(phone: OpensPhone) -> None:
    page = await phone(javascript=False)
    await page.route("**/bantuan", hurried)
    await begins(page, "/s/PAJANG?mode=bantuan")
    await presses(page, page.locator(OPTION).first)
    await presses(page, button(page, "stop"))
    await page.wait_for_url("**/s/PAJANG?mode=bantuan")
    await presses(page, page.locator(ACTION))
    await expect(page.locator("h1")).to_contain_text("Pertanyaan 1 dari 9")


# --- for everybody -------------------------------------------------------------------------------


async def serious(page: Page, *, kiosk: bool = False) -> list[str]:
    """What axe-core holds to be serious or critical. A kiosk starts over by itself on purpose:

    nobody may find the answers of the person before.
    """
    options = {"rules": {"meta-refresh": {"enabled": False}}} if kiosk else None
    result = await Axe().run(page, options=options)
    return [
        f"{found['id']}: {node['html']}"
        for found in result.response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_serious_on_any_page(phone: OpensPhone, dark: bool) -> None:
    page = await phone(dark=dark)
    for path in ("/", "/s/ZZZZ99", "/s/LOKET7", "/s/PAJANG?mode=bantuan", "/s/PAJANG"):
        await page.goto(path)
        assert await serious(page) == [], path
    await presses(page, page.locator(ACTION))
    assert await serious(page) == [], "first question"
    await presses(page, page.locator(OPTION).nth(1))
    await presses(page, button(page, "back"))
    assert await serious(page) == [], "an answered question"
    await answers_all(page)
    assert await serious(page) == [], "profile"
    await presses(page, button(page, "review"))
    assert await serious(page) == [], "review"
    await presses(page, page.locator(ACTION))
    await presses(page, button(page, "skip_all"))
    assert await serious(page) == [], "thanks"
    await presses(page, page.locator(ACTION))
    assert await serious(page) == [], "the end"
    await begins(page, "/s/PAJANG?mode=bantuan")
    assert await serious(page, kiosk=True) == [], "kiosk"


@pytest.mark.thorough
async def test_everything_to_press_is_large_enough_and_nothing_scrolls_sideways(
    phone: OpensPhone,
) -> None:
    page = await phone()
    for path in ("/", "/s/PAJANG"):
        await page.goto(path)
        await large_and_narrow(page)
    await presses(page, page.locator(ACTION))
    await large_and_narrow(page)
    await answers_all(page)
    await large_and_narrow(page)
    await presses(page, button(page, "review"))
    await large_and_narrow(page)


async def large_and_narrow(page: Page) -> None:
    """44 CSS pixels a target (WCAG 2.5.5), 360 pixels a page."""
    small = await page.evaluate(
        """[...document.querySelectorAll('button, a:not(.skip), input:not([type=hidden])')]
             .map(e => [e.innerText, e.getBoundingClientRect()])
             .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    )
    assert small == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.thorough
async def test_a_page_can_be_read_at_twice_the_size_of_text(phone: OpensPhone) -> None:
    """WCAG 1.4.4 and 1.4.10: nothing is cut off at 320 pixels with text at 200 %."""
    page = await phone()
    await page.set_viewport_size({"width": 320, "height": 640})
    await begins(page)
    await page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.thorough
@pytest.mark.parametrize("size", [(360, 512), (320, 568)], ids=["360x512", "320x568"])
@pytest.mark.parametrize("language", ["id", "jv", "en"])
async def test_all_four_answers_of_every_question_are_seen_without_scrolling(
    desk: Desk, phone: OpensPhone, language: str, size: tuple[int, int]
) -> None:
    page = await phone(javascript=False)
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await begins(page, f"/s/PAJANG?lang={language}")
    hidden = {}
    for number in range(1, 10):
        box = await page.locator(OPTION).nth(3).bounding_box()
        assert box
        if box["y"] + box["height"] > height:
            hidden[number] = box["y"] + box["height"]
        await presses(page, page.locator(OPTION).nth(2))
    assert hidden == {}
