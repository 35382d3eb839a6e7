"""Renders the templates of pages/: texts come from the locales, every value is escaped."""

import hashlib
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.messaging.catalog import Catalog, language_of
from bot.web.html.accept_language import negotiate

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Pages:
    """Renders pages in the languages of the catalog. `language`: the default one."""

    def __init__(self, catalog: Catalog, instansi: str, language: str = "id") -> None:
        self.catalog, self.instansi, self.language = catalog, instansi, language
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self,
        name: str,
        language: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """The rendered template pages/`name`.html.

        Every template has `say` (a text of the locales), `written` (a number or date), `language`,
        `names` (the languages), `instansi`, `css` and the given values.
        """
        code = language if language in self.catalog.languages else self.language
        html = self.environment.get_template(f"{name}.html").render(
            say=partial(self.catalog.say, code),
            written=partial(self.catalog.written, code),
            language=code,
            names=self.catalog.table(code, "language"),
            instansi=self.instansi,
            css=self._css,
            work_css=self._work_css,
            **values,
        )
        return HTMLResponse(html, status, headers)

    def language_of(self, request: Request) -> str:
        """The language of the link, of an earlier choice, of the browser, or the default."""
        known = self.catalog.languages
        chosen = map(
            language_of, (request.query_params.get("lang", ""), request.cookies.get("lang", ""))
        )
        accepted = negotiate(request.headers.get("accept-language", ""), known)
        return next((code for code in (*chosen, accepted) if code in known), self.language)

    @cached_property
    def _css(self) -> str:
        """The URL of the style sheet of all pages."""
        return _versioned("skm.css")

    @cached_property
    def _work_css(self) -> str:
        """The URL of what the officials' pages add to it."""
        return _versioned("kerja.css")


def _versioned(name: str) -> str:
    """The URL of a static file with a digest of its content, so that it can be cached."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:8]}"
