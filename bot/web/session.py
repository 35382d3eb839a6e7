"""What a browser keeps for us, signed: who it is (a random id), where it is, the last screen.

Two seats, two cookies: a citizen's own device, and an officer's or kiosk's device, which starts
afresh for each citizen and so never mixes with the citizen's own.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.message import Outbound
from bot.web.wire import pack, unpack

COOKIE_LIMIT = 3900  # browsers drop a cookie of more than 4,096 bytes, name and attributes included
SESSION_AGE = 30 * 86_400  # seconds
PREFERENCE_AGE = 365 * 86_400  # seconds
FORM_AGE = 86_400  # seconds; an older form is answered with the current question


@dataclass(frozen=True)
class Session:
    """`user`: a random id. `code`: the payload of the QR. `upp`: the unit's name for the header.

    `screen`: what was said last, None before the first answer of ours.
    """

    user: str
    code: str = ""
    upp: str = ""
    screen: Outbound | None = None


def remember(response: Response, name: str, value: str, secure: bool) -> None:
    """A preference, which says nothing about the person: a way in, a language."""
    response.set_cookie(
        name, value, PREFERENCE_AGE, path="/", secure=secure, httponly=True, samesite="lax"
    )


def new_session() -> Session:
    """A person we have not seen (128 random bits: not to be guessed)."""
    return Session(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class Seat:
    """Reads and writes one kind of session. `secure`: the cookie travels over https only, and no
    other host of the same domain can plant one (that is what browsers make of `__Host-`).

    `secrets`: whatever one of them signed is accepted, the last one signs.
    """

    name: str
    secrets: Sequence[str]
    secure: bool
    assisted: bool = False

    @property
    def cookie(self) -> str:
        return f"__Host-{self.name}" if self.secure else self.name

    def read(self, request: Request) -> Session | None:
        """The browser's session; None if there is none, or none that we signed lately."""
        try:
            packed = self._serializer.loads(
                request.cookies.get(self.cookie, ""), max_age=SESSION_AGE
            )
            return _session(packed)
        except (BadSignature, ValueError, TypeError, KeyError):
            return None

    def write(self, response: Response, session: Session) -> bool:
        """Let the browser keep it; False if the screen was left out, too large for a cookie."""
        value = self._dumps(session)
        fits = len(value) <= COOKIE_LIMIT
        if not fits:
            value = self._dumps(replace(session, screen=None))
        response.set_cookie(
            self.cookie,
            value,
            max_age=None if self.assisted else SESSION_AGE,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
        return fits

    def clear(self, response: Response) -> None:
        """Forget the person who sat here."""
        response.delete_cookie(
            self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def stamp(self, session: Session) -> str:
        """What a form carries: a random id of its own, signed for this session only."""
        return self._signer(session).sign(secrets.token_urlsafe(9)).decode()

    def form_id(self, stamped: str, session: Session) -> str | None:
        """The id of a form that we gave to this session; None if it is forged or too old.

        The same form sent twice has the same id, so the second is known as a redelivery.
        """
        try:
            return self._signer(session).unsign(stamped, max_age=FORM_AGE).decode()
        except BadSignature:
            return None

    def stamp_beginning(self) -> str:
        """What the form carries that begins: who becomes of somebody who was not here before."""
        return self._beginnings.sign(new_session().user).decode()

    def beginning(self, stamped: str) -> Session | None:
        """Who sends that form, the same person each time; None if it is forged or too old."""
        try:
            return Session(self._beginnings.unsign(stamped, max_age=FORM_AGE).decode())
        except BadSignature:
            return None

    def _dumps(self, session: Session) -> str:
        screen = pack(session.screen) if session.screen else None
        packed = {"u": session.user, "c": session.code, "n": session.upp, "s": screen}
        return str(self._serializer.dumps(packed))

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(list(self.secrets), salt=f"skm.web.{self.name}")

    @property
    def _beginnings(self) -> TimestampSigner:
        return TimestampSigner(list(self.secrets), salt=f"skm.web.begin.{self.name}")

    def _signer(self, session: Session) -> TimestampSigner:
        return TimestampSigner(list(self.secrets), salt=f"skm.web.form.{session.user}")


def _session(packed: Mapping[str, object]) -> Session:
    user, code, upp, screen = packed["u"], packed["c"], packed["n"], packed["s"]
    return Session(
        str(user), str(code), str(upp), unpack(screen) if isinstance(screen, list) else None
    )
