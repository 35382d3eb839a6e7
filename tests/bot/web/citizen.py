"""A respondent's browser: `await citizen.opens("/s/PAJANG")`, `await citizen.presses("Baik")`.

An HTTP client that does what a browser without JavaScript does, over a real socket.
"""

from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType

import httpx

from tests.bot.web.page import Node, Page, fields
from tests.tools.chat import CATALOG


def word(key: str, language: str = "id") -> str:
    """A text of the locales, for buttons whose wording is not what the test is about."""
    return CATALOG.say(language, key)


class Citizen:
    """A browser with its own cookies. `page`: what it shows. `status`: of the last response.

    `cookies`: whether it keeps any.
    """

    def __init__(self, base: str, cookies: bool = True, /, **headers: str) -> None:
        self.client = httpx.AsyncClient(
            base_url=base,
            follow_redirects=True,
            headers={"Accept-Language": "id", **headers},
            cookies=None if cookies else CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self.response: httpx.Response | None = None

    async def __aenter__(self) -> "Citizen":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.client.aclose()

    # --- actions ---------------------------------------------------------------------------------

    async def opens(self, path: str) -> "Citizen":
        return self._got(await self.client.get(path))

    async def presses(self, label: str, **typed: str) -> "Citizen":
        """Presses a button or follows a link; `typed` fills the form's fields first."""
        return await self.submits(self.page.button(label), **typed)

    async def submits(
        self, button: Node, files: Mapping[str, bytes] | None = None, /, **typed: str
    ) -> "Citizen":
        """Presses this button, also of an earlier page. `files`: content by field."""
        if button.tag == "a":
            return await self.opens(button.attrs["href"])
        form = button.up("form")
        assert form is not None, f"“{button.text}” is in no form"
        sent = {**fields(form, button), **typed}
        action = form.attrs.get("action") or self.path
        if form.attrs.get("method", "get") == "get":
            return self._got(await self.client.get(action, params=sent))
        chosen = {name: (f"{name}.jpg", content) for name, content in (files or {}).items()}
        return self._got(await self.client.post(action, data=sent, files=chosen or None))

    async def begins(self, path: str = "/s/PAJANG") -> "Citizen":
        """Scans the QR and chooses the web page."""
        await self.opens(path)
        return await self.submits(self.page.all("button")[0])

    async def answers(self, *nilai: int) -> "Citizen":
        for value in nilai:
            await self.submits(self.options[value - 1])
        return self

    async def reloads(self) -> "Citizen":
        return await self.opens(self.path)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def got(self) -> httpx.Response:
        assert self.response is not None, "nothing was opened yet"
        return self.response

    @property
    def page(self) -> Page:
        return Page(self.got.text)

    @property
    def path(self) -> str:
        return self.got.url.path

    @property
    def status(self) -> int:
        return self.got.status_code

    @property
    def options(self) -> list[Node]:
        return [node for node in self.page.all("button") if node.attrs.get("class") == "option"]

    def sees(self, *parts: str) -> None:
        missing = [part for part in parts if part not in self.page.text]
        assert not missing, f"not seen: {missing} in\n{self.page.text}"

    def _got(self, response: httpx.Response) -> "Citizen":
        self.response = response
        return self
