"""The survey on web pages: a form is posted, a redirect leads to the page that shows the reply.

Works without JavaScript. A page shows the last message, which the cookie holds, so reloading and
going back do not read the database and change nothing. Without cookies there is no redirect: the
answer to a posted form is the next page, whose form holds the state.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.messaging.channel import Leaving, Limits, Receive, SendError, leave
from bot.messaging.message import Address, Inbound, Outbound
from bot.messaging.rate_limit import Lane
from bot.web.html.render import Pages
from bot.web.html.security import is_same_origin
from bot.web.survey.collector import CollectorLookup, network_of_request
from bot.web.survey.session import (
    Session,
    SessionCookie,
    keeps_cookies,
    new_session,
    remember,
)
from bot.web.survey.wire import View, address, inbounds, merged, view
from skm.store.database.database import Conflict, StoreError

TYPED = 400  # characters in which a code is looked for

log = logging.getLogger(__name__)


class WebChannel:
    """The channel's limits. It cannot send: a page only answers requests."""

    name = "web"
    limits = Limits(text=8_000, caption=8_000, edits=True)

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        raise SendError("A web page cannot be written to.", blocked=True)


class Chat:
    """The survey on pages, for one of the two cookies. `base`: our public URL."""

    def __init__(
        self,
        receive: Receive,
        pages: Pages,
        lookup: CollectorLookup,
        cookie: SessionCookie,
        base: str,
    ) -> None:
        self.receive, self.pages, self.lookup = receive, pages, lookup
        self.cookie, self.base = cookie, base

    def route(self, path: str) -> Route:
        return Route(path, self.handle, methods=["GET", "POST"])

    async def handle(self, request: Request) -> Response:
        return await (self.act(request) if request.method == "POST" else self.show(request))

    async def show(self, request: Request) -> Response:
        """GET: the last message, or a redirect to the landing page."""
        session = self.cookie.read(request)
        if session is None or session.screen is None or session.code != _code(request):
            return RedirectResponse(self._start(request), 303)
        return self._page(session)

    async def act(self, request: Request) -> Response:
        """POST: the beginning of a survey, an answer or a comment."""
        async with request.form() as sent:
            form = _texts(sent)
        session = self.cookie.read(request) or self.cookie.read_form(form)
        id = self.cookie.form_id(form.get("form", ""), session) if session else None
        signed = bool(id or self.cookie.new_user(form.get("begin", "")))
        if not is_same_origin(request, self.base, signed=signed):
            return self._ask_again(request, session, form)
        if "form" not in form:
            return await self._begin(request, session, form)
        if session is None or id is None:
            return self._ask_again(request, session, form)
        await self.lookup.check_tickets(request, form.get("text", "")[:TYPED])
        language = session.screen.language if session.screen else ""
        assisted = self.cookie.assisted
        acts = inbounds(form, id, session.user, language=language, assisted=assisted)
        return await self._receive(request, session, *acts)

    async def _begin(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> Response:
        """Begins or resumes a survey at a collector."""
        found = await self.lookup.find(request, _code(request))
        if found is None:
            return RedirectResponse(self._start(request), 303)
        await self.lookup.begin(request, found)
        user_session, inbound_id = self._beginner(session, form)
        session = replace(
            user_session,
            code=_code(request),
            upp=found.upp.name,
            screen=None,
            in_form=not keeps_cookies(request),
        )
        start = Inbound(
            id=inbound_id,
            address=address(session.user),
            start=found.payload,
            language=form.get("lang") or self.pages.language_of(request),
            assisted=self.cookie.assisted,
        )
        response = await self._receive(request, session, start)
        if not self.cookie.assisted:
            remember(response, "via", "web", self.cookie.secure)
        return response

    def _beginner(self, session: Session | None, form: Mapping[str, str]) -> tuple[Session, str]:
        """(session of the user who begins, id of the inbound); assisted devices get a new user.

        The same form sent twice, by a double tap or a retry, has the same user and the same id.
        """
        begun = self.cookie.new_user(form.get("begin", ""))
        if begun and not session and not self.cookie.assisted:
            return begun, begun.user
        if session is None or self.cookie.assisted:
            session = new_session()
        return session, new_session().user

    async def _receive(self, request: Request, session: Session, *acts: Inbound) -> Response:
        """Receives the inbounds, stores the reply in the cookie and redirects to its page.

        A redelivery after the end has no reply: the last message stays. If the database fails, the
        form is shown again with status 503 and the typed text.
        """
        replies: list[Outbound] = []

        async def collect(outbound: Outbound) -> None:
            replies.append(outbound)

        network = network_of_request(request)
        for inbound in acts:
            try:
                await self.receive(replace(inbound, network=network), collect)
            except (Conflict, StoreError) as error:
                if session.screen is None:
                    raise
                log.error("An answer could not be stored: %s", error)
                return self._page(session, 503, "survey.error_store", inbound.text or "")
        last = replies[-1:] if len(acts) > 1 else replies
        session = replace(session, screen=merged(last) or session.screen)
        response: Response = RedirectResponse(request.url.path, 303)
        if session.in_form or not self.cookie.write(response, session):
            response = self._page(session)
            self.cookie.write(response, session)
        return response

    def _ask_again(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> Response:
        """403 for a form that is forged or too old: the current question with the typed text."""
        if session is None or session.screen is None:
            language = self.pages.language_of(request)
            return self.pages.page("survey/expired", language, 403, start=self._start(request))
        return self._page(session, 403, notice="web.form_expired", typed=form.get("text", ""))

    def _page(
        self, session: Session, status: int = 200, notice: str = "", typed: str = ""
    ) -> Response:
        assert session.screen is not None
        shown = view(session.screen)
        path = f"/s/{session.code}"
        return self.pages.page(
            "survey/chat",
            shown.language,
            status,
            view=shown,
            form=self.cookie.sign_form(session),
            session=self.cookie.dumps(session) if session.in_form else "",
            upp=session.upp,
            code=session.code,
            notice=notice,
            typed=typed,
            start=f"{path}?mode=bantuan" if self.cookie.assisted else path,
            idle=_idle_seconds(shown) if self.cookie.assisted else None,
        )

    def _start(self, request: Request) -> str:
        """The path of the landing page."""
        mode = "?mode=bantuan" if self.cookie.assisted else ""
        return f"/s/{_code(request)}{mode}"


def _idle_seconds(shown: View) -> int:
    """After how long an assisted device returns to its start page; typing takes longer."""
    return 15 if shown.over else 300 if shown.comment else 120


def _code(request: Request) -> str:
    return str(request.path_params["code"])


def _texts(form: FormData) -> dict[str, str]:
    """The text fields of the form; files are ignored."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
