"""The signed cookie that holds a survey's state in the browser, and the signed fields of forms.

Browsers inside other apps may keep no cookie: then a hidden field of each form holds the state.
There are two cookies: one for a respondent's own device, and one for an officer's or kiosk's device
(assisted), which starts anew for each respondent. Starlette's SessionMiddleware is not used: it
signs with one key only, so keys could not be changed, and it has neither two cookies nor __Host-.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.messaging.message import Outbound
from bot.web.survey.wire import pack, unpack

MAX_COOKIE = 3900  # characters; browsers drop a cookie over 4,096 bytes with name and attributes
SESSION_AGE = 30 * 86_400  # seconds
PREFERENCE_AGE = 365 * 86_400  # seconds
PROBE = "kuki"  # the cookie that shows whether cookies are kept
FORM_AGE = 86_400  # seconds; an older form is answered with the current question


@dataclass(frozen=True)
class Session:
    """`user`: a random id. `code`: CODE or CODE-TICKET of the QR. `upp`: the unit's name.

    `screen`: the last message to the respondent, None before the first. `in_form`: it is kept by
    the form, since the browser keeps no cookies.
    """

    user: str
    code: str = ""
    upp: str = ""
    screen: Outbound | None = None
    in_form: bool = False


def probe_cookies(request: Request, response: Response, secure: bool) -> None:
    """Sets a cookie without content, so that the beginning of a survey knows if it came back."""
    if not keeps_cookies(request):
        response.set_cookie(PROBE, "1", path="/", secure=secure, httponly=True, samesite="lax")


def keeps_cookies(request: Request) -> bool:
    """Whether the browser has sent any of our cookies."""
    return bool(request.cookies)


def remember(response: Response, name: str, value: str, secure: bool) -> None:
    """Sets a cookie for a preference that is not personal: a channel or a language."""
    response.set_cookie(
        name, value, PREFERENCE_AGE, path="/", secure=secure, httponly=True, samesite="lax"
    )


def new_session() -> Session:
    """A session of a new user, with an id of 128 random bits."""
    return Session(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class SessionCookie:
    """Reads and writes one of the two cookies, and signs the fields of its forms.

    `keys`: signatures of each of them are accepted, the last one signs. `secure`: the cookie is
    sent over https only, and the prefix __Host- keeps other hosts of the domain from setting it.
    """

    name: str
    keys: Sequence[str]
    secure: bool
    assisted: bool = False

    @property
    def cookie(self) -> str:
        return f"__Host-{self.name}" if self.secure else self.name

    def read(self, request: Request) -> Session | None:
        """The session in the cookie; None if it is expired or was not signed by us."""
        return self._loads(request.cookies.get(self.cookie, ""))

    def read_form(self, form: Mapping[str, str]) -> Session | None:
        """The session in a form's hidden field; None as for the cookie."""
        found = self._loads(form.get("session", ""))
        return replace(found, in_form=True) if found else None

    def _loads(self, signed: str) -> Session | None:
        try:
            return _session(self._serializer.loads(signed, max_age=SESSION_AGE))
        except (BadSignature, ValueError, TypeError, KeyError):
            return None

    def write(self, response: Response, session: Session) -> bool:
        """Sets the cookie; returns False if the screen was too large and was left out."""
        value = self.dumps(session)
        fits = len(value) <= MAX_COOKIE
        if not fits:
            value = self.dumps(replace(session, screen=None))
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
        """Deletes the cookie."""
        response.delete_cookie(
            self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax"
        )

    def sign_form(self, session: Session) -> str:
        """The value of a form's hidden field: a random id, signed for this session only."""
        return self._signer(session).sign(secrets.token_urlsafe(9)).decode()

    def form_id(self, signed: str, session: Session) -> str | None:
        """The id of a form of this session; None if it is forged or too old.

        A form that is sent twice has the same id, so the second is recognized as a redelivery.
        """
        try:
            return self._signer(session).unsign(signed, max_age=FORM_AGE).decode()
        except BadSignature:
            return None

    def sign_new_user(self) -> str:
        """The hidden field of the form that begins a survey: the id of its user, signed."""
        return self._new_user_signer.sign(new_session().user).decode()

    def new_user(self, signed: str) -> Session | None:
        """A session of the user in that field, the same for each submission; None if forged."""
        try:
            return Session(self._new_user_signer.unsign(signed, max_age=FORM_AGE).decode())
        except BadSignature:
            return None

    def dumps(self, session: Session) -> str:
        """The signed text of a session, for the cookie or a form."""
        screen = pack(session.screen) if session.screen else None
        packed = {"u": session.user, "c": session.code, "n": session.upp, "s": screen}
        return str(self._serializer.dumps(packed))

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(list(self.keys), salt=f"skm.web.{self.name}")

    @property
    def _new_user_signer(self) -> TimestampSigner:
        return TimestampSigner(list(self.keys), salt=f"skm.web.begin.{self.name}")

    def _signer(self, session: Session) -> TimestampSigner:
        return TimestampSigner(list(self.keys), salt=f"skm.web.form.{session.user}")


def _session(packed: Mapping[str, object]) -> Session:
    user, code, upp, screen = packed["u"], packed["c"], packed["n"], packed["s"]
    return Session(
        str(user), str(code), str(upp), unpack(screen) if isinstance(screen, list) else None
    )
