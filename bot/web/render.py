"""Templates → pages: the words come from the locales, everything is escaped."""

import hashlib
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.catalog import Catalog

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Pages:
    """Draws the templates of pages/ in a language of the catalog."""

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
        """The page `name` with what it shows; `say` in a template looks words up."""
        spoken = language if language in self.catalog.languages else self.language
        html = self.environment.get_template(f"{name}.html").render(
            say=partial(self.catalog.say, spoken),
            written=partial(self.catalog.written, spoken),
            language=spoken,
            names=self.catalog.table(spoken, "language"),
            instansi=self.instansi,
            css=self._css,
            **values,
        )
        return HTMLResponse(html, status, headers)

    def language_of(self, request: Request) -> str:
        """The language asked for: by link, by an earlier choice, by the browser, else ours."""
        wanted = [
            request.query_params.get("lang", ""),
            request.cookies.get("lang", ""),
            *_accepted(request.headers.get("accept-language", "")),
        ]
        known = self.catalog.languages
        return next((language for language in wanted if language in known), self.language)

    @cached_property
    def _css(self) -> str:
        """The address of the style sheet, which changes when it does, so it is kept for a year."""
        content = (STATIC / "skm.css").read_bytes()
        return f"/static/skm.css?{hashlib.sha256(content).hexdigest()[:8]}"


def _accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header in its order, e.g. "jv-ID,id;q=0.9" → jv, id.

    Browsers write them by preference, so the weights say nothing more.
    """
    tags = [part.partition(";")[0].strip() for part in header[:200].split(",")]
    return [tag.partition("-")[0].lower() for tag in tags]
