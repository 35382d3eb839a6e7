"""A citizen with an old phone: `await citizen.opens("/s/PAJANG")`, `await citizen.presses("Baik")`.

An HTTP client that does what a browser without JavaScript does, over a real socket.
"""

from collections.abc import Mapping
from functools import cache
from types import TracebackType

import httpx

from bot.catalog import Catalog
from tests.bot.web.page import Node, Page, fields


def word(key: str, language: str = "id") -> str:
    """A text of the locales, for what is pressed by its label wherever wording is not the point."""
    return _catalog().say(language, key)


@cache
def _catalog() -> Catalog:
    return Catalog.load()


class Citizen:
    """One browser with its own cookies. `page` is what it shows, `status` how it was answered."""

    def __init__(self, base: str, **headers: str) -> None:
        self.client = httpx.AsyncClient(
            base_url=base, follow_redirects=True, headers={"Accept-Language": "id", **headers}
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

    # --- what a person does ----------------------------------------------------------------------

    async def opens(self, path: str) -> "Citizen":
        return self._got(await self.client.get(path))

    async def presses(self, label: str, **typed: str) -> "Citizen":
        """Press a button or follow a link; `typed` fills the form's fields first."""
        return await self.submits(self.page.button(label), **typed)

    async def submits(
        self, button: Node, files: Mapping[str, bytes] | None = None, /, **typed: str
    ) -> "Citizen":
        """Press this button, which may stand on a page seen before. `files`: chosen, by field."""
        if button.tag == "a":
            return await self.opens(button.attrs["href"])
        form = button.up("form")
        assert form is not None, f"“{button.text}” stands in no form"
        sent = {**fields(form, button), **typed}
        action = form.attrs.get("action") or self.path
        if form.attrs.get("method", "get") == "get":
            return self._got(await self.client.get(action, params=sent))
        chosen = {name: (f"{name}.jpg", content) for name, content in (files or {}).items()}
        return self._got(await self.client.post(action, data=sent, files=chosen or None))

    async def begins(self, path: str = "/s/PAJANG") -> "Citizen":
        """Scan the QR and choose the web page."""
        await self.opens(path)
        return await self.submits(self.page.all("button")[0])

    async def answers(self, *nilai: int) -> "Citizen":
        for value in nilai:
            await self.submits(self.options[value - 1])
        return self

    async def reloads(self) -> "Citizen":
        return await self.opens(self.path)

    # --- what a person sees ----------------------------------------------------------------------

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
