"""Signing in to the officials' pages by a link from the chat, signing out, and the open sessions.

Opening the link shows a button and pressing it uses the link up, because messengers open links to
show a preview of them.
"""

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.web.html.security import is_same_origin
from bot.web.workplace.access import COOKIE, HOME, PRIVATE, SignedIn, Workplace, back_to
from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log, sessions
from skm.store.officials.sessions import LONGEST

LINK = f"{HOME}/masuk/{{token}}"


class SignIn:
    def __init__(self, workplace: Workplace, https: bool) -> None:
        self.workplace, self.https = workplace, https
        self.db, self.instansi, self.pages = workplace.db, workplace.instansi, workplace.pages

    def routes(self) -> list[Route]:
        return [
            Route(LINK, self.sign_in, methods=["GET", "POST"]),
            Route(f"{HOME}/keluar", self.workplace.page_of(self.leave), methods=["POST"]),
            Route(f"{HOME}/sesi", self.workplace.page_of(self.own), methods=["GET", "POST"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        return await (self.begin(request) if request.method == "POST" else self.show(request))

    async def own(self, visit: SignedIn) -> Response:
        posted = visit.request.method == "POST"
        return await (self.end(visit) if posted else self.listed(visit))

    async def show(self, request: Request) -> Response:
        """The button, if the link can still be used."""
        token, now = request.path_params["token"], self.instansi.now()
        open_ = await self.db.read(lambda conn: sessions.is_open(conn, token, now))
        name, status = ("workplace/sign_in", 200) if open_ else ("workplace/signed_out", 403)
        return self.pages.page(name, self.pages.language_of(request), status, PRIVATE)

    async def begin(self, request: Request) -> Response:
        """Uses the link up and begins a session."""
        token, now = request.path_params["token"], self.instansi.now()
        if not is_same_origin(request, self.workplace.base, signed=True):  # the link is a secret
            return self._signed_out(request)

        async def write(conn: AsyncConnection) -> str | None:
            begun = await sessions.begin(conn, token, now)
            if begun is None:
                return None
            official, key = begun
            await audit_log.add(conn, official, AuditEvent.SIGNED_IN, "", now)
            return key

        key = await self.db.write(write)
        if key is None:
            return self._signed_out(request)
        response = RedirectResponse(HOME, 303, PRIVATE)
        response.set_cookie(
            COOKIE,
            key,
            max_age=int(LONGEST.total_seconds()),
            path=HOME,
            secure=self.https,
            httponly=True,
            samesite="lax",
        )
        return response

    def _signed_out(self, request: Request) -> Response:
        language = self.pages.language_of(request)
        return self.pages.page("workplace/signed_out", language, 403, PRIVATE)

    async def leave(self, visit: SignedIn) -> Response:
        """Ends this session."""
        await self.workplace.form(visit)
        await self._end(visit, visit.session.number)
        response = back_to(HOME)
        response.delete_cookie(COOKIE, path=HOME, secure=self.https, httponly=True)
        return response

    async def listed(self, visit: SignedIn) -> Response:
        """The official's open sessions."""
        who, now = visit.official.id, self.instansi.now()
        found = await self.db.read(lambda conn: sessions.of(conn, who, now))
        rows = [
            (
                one.number,
                one.began_at.astimezone(self.instansi.zone),
                one.seen_at.astimezone(self.instansi.zone),
                one.number == visit.session.number,
            )
            for one in found
        ]
        return self.workplace.page(visit, "workplace/sessions", rows=rows)

    async def end(self, visit: SignedIn) -> Response:
        """Ends the session whose number the form carries."""
        sent = str((await self.workplace.form(visit)).get("session", ""))
        if sent.isdecimal():
            await self._end(visit, int(sent[:9]))
        return back_to(f"{HOME}/sesi")

    async def _end(self, visit: SignedIn, number: int) -> None:
        who, now = visit.official.id, self.instansi.now()

        async def write(conn: AsyncConnection) -> None:
            if await sessions.end(conn, who, number):
                await audit_log.add(conn, who, AuditEvent.SIGNED_OUT, f"#{number}", now)

        await self.db.write(write)
