"""Who opens an official's page: the session cookie, the check of forms, and the page around it.

A session says who signed in, not what they may do: each page reads the official and asks `may`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from itsdangerous import Signer
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.request.arguments import FuturePeriod
from bot.request.instansi import Instansi
from bot.web.html.render import Pages
from bot.web.html.security import is_same_origin
from bot.words.names import marked_period
from bot.words.period import in_words
from skm.instansi.official import Action, AuditEvent, Official, may
from skm.instansi.period import Period, PeriodKind
from skm.store.database.database import Database
from skm.store.officials import audit_log, officials, sessions
from skm.store.officials.sessions import SEEN_EVERY, WebSession

COOKIE = "skm_kerja"
HOME = "/kerja"
OFFERED = 8  # quarters
PRIVATE = {"Cache-Control": "private, no-store"}
MENU = (  # path below HOME, the action that shows it, and the key of its name
    ("", Action.READ, "overview"),
    ("/unit", Action.READ, "units"),
    ("/saran", Action.READ, "comments"),
    ("/tindak-lanjut", Action.READ, "follow_ups"),
    ("/laporan", Action.READ, "submissions"),
    ("/impor", Action.IMPORT, "imports"),
    ("/catatan", Action.AUDIT, "log"),
    ("/sesi", Action.READ, "sessions"),
)

Answer = Callable[["SignedIn"], Awaitable[Response]]


@dataclass(frozen=True)
class SignedIn:
    """A request of an official who is signed in. `form_key`: what every form carries back."""

    request: Request
    official: Official
    session: WebSession
    form_key: str

    @property
    def own(self) -> tuple[str, ...]:
        """The lineage (see `may`) of the official's own unit; empty for the whole instansi."""
        return (self.official.upp,) if self.official.upp else ()


class Denied(Exception):
    """The official may not do this, or the form is not ours. `key`: of the sentence about it."""

    def __init__(self, key: str = "refused") -> None:
        super().__init__(key)
        self.key = key


class Workplace:
    """Opens and answers the officials' pages. `base`: our public URL. `secrets`: the last signs."""

    def __init__(
        self, pages: Pages, db: Database, instansi: Instansi, base: str, secrets: Sequence[str]
    ) -> None:
        self.pages, self.db, self.instansi, self.base = pages, db, instansi, base
        self._signer = Signer(list(secrets), salt="skm.web.workplace")

    def page_of(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint that answers officials who are signed in, and shows others how to."""

        async def endpoint(request: Request) -> Response:
            visit = await self._visit(request)
            if visit is None:
                return self.pages.page(
                    "workplace/signed_out", self.pages.language_of(request), 401, PRIVATE
                )
            try:
                return await answer(visit)
            except Denied as denied:
                await self.record(visit, AuditEvent.REFUSED, f"{request.method} {request.url.path}")
                return self._refused(visit, 403, f"workplace.{denied.key}")
            except FuturePeriod as future:
                catalog, language = self.instansi.catalog, visit.official.language
                words = in_words(catalog, language, future.period)
                return self._refused(visit, 404, "command.future_period", words=words)

        return endpoint

    async def _visit(self, request: Request) -> SignedIn | None:
        key, now = request.cookies.get(COOKIE, ""), self.instansi.now()

        async def read(conn: AsyncConnection) -> tuple[WebSession, Official] | None:
            session = await sessions.by_key(conn, key, now)
            official = await officials.by_id(conn, session.official) if session else None
            return (session, official) if session and official else None

        found = await self.db.read(read) if key else None
        if found is None:
            return None
        session, official = found
        if now - session.seen_at > SEEN_EVERY:
            await self.db.write(lambda conn: sessions.touch(conn, session.number, now))
        form_key = self._signer.get_signature(key).decode()
        return SignedIn(request, official, session, form_key)

    async def form(self, visit: SignedIn) -> FormData:
        """The fields of a posted form; raises Denied unless our page for this session sent it."""
        sent = await visit.request.form()
        ours = str(sent.get("form_key", "")) == visit.form_key
        if not ours or not is_same_origin(visit.request, self.base, signed=True):
            raise Denied("foreign")
        return sent

    def check(self, visit: SignedIn, action: Action, lineage: Sequence[str] | None = None) -> None:
        """Raises Denied unless the official may do this with the unit of a lineage (see `may`), by
        default with their own.
        """
        if not may(visit.official, action, visit.own if lineage is None else lineage):
            raise Denied

    async def record(self, visit: SignedIn, event: AuditEvent, about: str) -> None:
        """Adds an entry to the audit log."""
        who, now = visit.official.id, self.instansi.now()
        await self.db.write(lambda conn: audit_log.add(conn, who, event, about, now))

    def page(self, visit: SignedIn, name: str, status: int = 200, **values: object) -> Response:
        """A page of workplace/ with its menu, in the official's language. `values` may hold
        `choices`, the periods that it offers; by default these are the last quarters.
        """
        language = visit.official.language
        return self.pages.page(
            name,
            language,
            status,
            PRIVATE,
            official=visit.official,
            form_key=visit.form_key,
            menu=[
                (f"{HOME}{path}", f"workplace.{key}")
                for path, action, key in MENU
                if may(visit.official, action, visit.own)
            ],
            path=visit.request.url.path,
            period_words=partial(marked_period, self.instansi, language),
            today=self.instansi.today,
            **{"choices": self._choices(values.get("period")), **values},
        )

    def _refused(self, visit: SignedIn, status: int, key: str, **values: str) -> Response:
        """A page that says in one sentence why nothing is shown."""
        sentence = self.instansi.catalog.say(visit.official.language, key, **values)
        return self.page(visit, "workplace/denied", status, sentence=sentence)

    def _choices(self, shown: object) -> list[Period]:
        """The quarters that a page offers, the newest first, and the period that it shows."""
        quarters = Period.of(PeriodKind.QUARTER, self.instansi.today).last(OFFERED)[::-1]
        other = isinstance(shown, Period) and shown not in quarters
        return [shown, *quarters] if isinstance(shown, Period) and other else quarters


def back_to(path: str) -> Response:
    """Answers a form: the browser opens `path` next."""
    return RedirectResponse(path, 303, PRIVATE)
