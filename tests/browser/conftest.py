"""A real Chromium in front of a real site; skipped with a reason where there is none."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

from tests.tools.chat import Desk, a_desk
from tests.tools.served import served, site_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]

ON_PURPOSE = (
    "Failed to load resource: the server responded with a status of 404",  # an unknown code
    "Failed to load resource: the server responded with a status of 422",  # a form with gaps
    "net::ERR_ABORTED",  # the citizen was faster than the picture
)

OpensPhone = Callable[..., Awaitable[Page]]


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        yield desk


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def phone(desk: Desk, chromium: Browser) -> AsyncIterator[OpensPhone]:
    """`page = await phone(javascript=False, dark=True)`: a small phone's browser on the site."""
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(served(site_of(desk)))

        async def opens(*, javascript: bool = True, dark: bool = False) -> Page:
            context = await chromium.new_context(
                base_url=base,
                viewport={"width": 360, "height": 640},
                locale="id-ID",
                color_scheme="dark" if dark else "light",
                java_script_enabled=javascript,
            )
            context.set_default_timeout(10_000)
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("requestfailed", lambda request: complaints.append(_why(request)))
            return page

        complaints: list[str] = []
        yield opens
        assert [said for said in complaints if not said.startswith(ON_PURPOSE)] == []


BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}


@pytest.fixture
async def no_cookies(desk: Desk, tmp_path: Path) -> AsyncIterator[Page]:
    """A page of a small phone's browser that blocks all cookies."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(BLOCKED))
    async with served(site_of(desk)) as base, async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            args=QUIET,
            base_url=base,
            viewport={"width": 360, "height": 640},
            locale="id-ID",
        )
        context.set_default_timeout(10_000)
        yield await context.new_page()
        await context.close()


def _why(request: Request) -> str:
    return f"{request.failure} {request.url}"
