"""The web chat: a form posts what was done, a redirect leads to the page that shows what was said.

Works without JavaScript; reload and back are harmless, since a page shows the last screen that
the browser keeps and asks nobody.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channel import Limits, Send, SendError
from bot.message import Address, Inbound, Outbound
from bot.web.door import Doors
from bot.web.guard import same_origin
from bot.web.render import Pages
from bot.web.session import Seat, Session, new_session, remember
from bot.web.wire import View, address, inbounds, merged, view
from skm.store.database import Conflict, StoreError

log = logging.getLogger(__name__)

Receive = Callable[[Inbound, Send], Awaitable[None]]

LIMITS = Limits(text=8_000, caption=8_000, edits=True)


class WebChannel:
    """Nobody can be written to on the web: a page answers only while somebody is on it."""

    name = "web"
    limits = LIMITS

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        raise SendError("A web page cannot be written to.", blocked=True)


class Chat:
    """The survey on a page, for one kind of seat. `base`: our public address."""

    def __init__(self, receive: Receive, pages: Pages, doors: Doors, seat: Seat, base: str) -> None:
        self.receive, self.pages, self.doors = receive, pages, doors
        self.seat, self.base = seat, base

    async def handle(self, request: Request) -> Response:
        return await (self.act(request) if request.method == "POST" else self.show(request))

    async def show(self, request: Request) -> Response:
        """GET: the last screen, or the way to begin."""
        session = self.seat.read(request)
        if session is None or session.screen is None or session.code != _code(request):
            return RedirectResponse(self._door(request), 303)
        return self._page(session)

    async def act(self, request: Request) -> Response:
        """POST: a beginning, an answer, a comment."""
        session = self.seat.read(request)
        async with request.form() as sent:
            form = _texts(sent)
        if not same_origin(request, self.base):
            return self._again(request, session, form)
        if "form" not in form:
            return await self._begin(request, session, form)
        id = self.seat.form_id(form["form"], session) if session else None
        if session is None or id is None:
            return self._again(request, session, form)
        language = session.screen.language if session.screen else ""
        said = inbounds(form, id, session.user, language=language, assisted=self.seat.assisted)
        return await self._answer(request, session, *said)

    async def _begin(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> Response:
        """Start or go on at a collector."""
        door = await self.doors.find(request, _code(request))
        if door is None:
            return RedirectResponse(self._door(request), 303)
        self.doors.begin(request)
        who, once = self._beginner(session, form)
        session = replace(who, code=_code(request), upp=door.upp.name, screen=None)
        start = Inbound(
            id=once,
            address=address(session.user),
            start=door.payload,
            language=form.get("lang") or self.pages.language_of(request),
            assisted=self.seat.assisted,
        )
        response = await self._answer(request, session, start)
        if not self.seat.assisted:
            remember(response, "via", "web", self.seat.secure)
        return response

    def _beginner(self, session: Session | None, form: Mapping[str, str]) -> tuple[Session, str]:
        """(who begins, the id of what they do): on an assisted device always somebody new.

        Who sends the same form twice, by a double tap or since no answer came, has begun once.
        """
        begins = None if session else self.seat.beginning(form.get("begin", ""))
        if begins:
            return begins, begins.user
        if session is None or self.seat.assisted:
            session = new_session()
        return session, new_session().user

    async def _answer(self, request: Request, session: Session, *said: Inbound) -> Response:
        """Hand it in, keep what came back, lead to the page that shows it.

        Nothing comes back for a redelivery after the end: then the last screen still stands.
        What could not be stored is asked for once more, with what was typed.
        """
        replies: list[Outbound] = []

        async def keep(outbound: Outbound) -> None:
            replies.append(outbound)

        for inbound in said:
            try:
                await self.receive(inbound, keep)
            except (Conflict, StoreError) as error:
                if session.screen is None:
                    raise
                log.error("An answer could not be stored: %s", error)
                return self._page(session, 503, "survey.error_store", inbound.text or "")
        last = replies[-1:] if len(said) > 1 else replies
        session = replace(session, screen=merged(last) or session.screen)
        response: Response = RedirectResponse(request.url.path, 303)
        if not self.seat.write(response, session):
            response = self._page(session)
            self.seat.write(response, session)
        return response

    def _again(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> Response:
        """A form that is not ours or too old: the current question again, with what was typed."""
        if session is None or session.screen is None:
            language = self.pages.language_of(request)
            return self.pages.page("expired", language, 403, door=self._door(request))
        return self._page(session, 403, notice="web.form_expired", typed=form.get("text", ""))

    def _page(
        self, session: Session, status: int = 200, notice: str = "", typed: str = ""
    ) -> Response:
        assert session.screen is not None
        shown = view(session.screen)
        path = f"/s/{session.code}"
        return self.pages.page(
            "chat",
            shown.language,
            status,
            view=shown,
            form=self.seat.stamp(session),
            upp=session.upp,
            code=session.code,
            notice=notice,
            typed=typed,
            start=f"{path}?mode=bantuan" if self.seat.assisted else path,
            idle=_idle(shown) if self.seat.assisted else None,
        )

    def _door(self, request: Request) -> str:
        mode = "?mode=bantuan" if self.seat.assisted else ""
        return f"/s/{_code(request)}{mode}"


def _idle(shown: View) -> int:
    """Seconds until an assisted device goes back to its start by itself; writing takes longer."""
    return 15 if shown.over else 300 if shown.comment else 120


def _code(request: Request) -> str:
    return str(request.path_params["code"])


def _texts(form: FormData) -> dict[str, str]:
    """The fields that are text; a file is nothing that we ask for."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
