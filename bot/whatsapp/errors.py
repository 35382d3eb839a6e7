"""What an error of the Cloud API means for the message that was to be sent.

The numbers are Meta's "Cloud API error codes". Their texts may contain a phone number, so only the
number is used.
"""

from datetime import datetime, timedelta

from bot.messaging.channel import SendError

WINDOW_CLOSED = {131047}  # more than 24 hours since the recipient wrote
UNREACHABLE = {
    131026,  # no WhatsApp, too old a client, or blocked
    131030,  # a test number may only write to numbers on its list
    131021,  # our own number
    131050,  # the recipient does not want messages of this kind
}
WAIT = {  # seconds until the next attempt
    4: 60,  # too many calls of the app
    80007: 60,  # … of the business account
    130429: 5,  # … of the number
    131048: 3600,  # too many of our messages were reported
    131056: 6,  # too many to this recipient
    133016: 3600,
    131049: 86400,  # the recipient got too many templates, from whomever
    130472: 86400,  # the recipient is in an experiment of Meta's
}
ONE_CHAT = {131056, 131049, 130472}
INTERNAL = {1, 2, 131000, 131016, 131057, 133004}  # a failure of Meta's, not of the message
MEDIA = {131052, 131053}  # a picture could not be handed on
ACCOUNT = {3, 10, 190, 131005, 131031, 131042, 131045, 368}  # for the operator to fix
NO_FLOWS = {131009, 132068, 132069, 139000, 139001, 139002, 139003, 139004}


class Refused(SendError):
    """The Cloud API's error for a message. `code`: Meta's number, 0 if there was none."""

    def __init__(
        self,
        code: int,
        text: str,
        *,
        retryable: bool = False,
        blocked: bool = False,
        retry_at: datetime | None = None,
        picture: bool = False,
    ) -> None:
        super().__init__(
            text, retryable=retryable, blocked=blocked, retry_at=retry_at, picture=picture
        )
        self.code = code

    @property
    def window_closed(self) -> bool:
        return self.code in WINDOW_CLOSED

    @property
    def one_chat(self) -> bool:
        """Whether only this recipient must wait, not everybody."""
        return self.code in ONE_CHAT

    @property
    def no_flows(self) -> bool:
        """Whether the same question may be accepted without the flow."""
        return self.code in NO_FLOWS


def refused(status: int, answer: object, now: datetime) -> Refused:
    """The error that an answer with this HTTP status and JSON represents."""
    code = code_of(answer)
    number = f"error {code or status}"
    if code in WAIT or status == 429:
        at = now + timedelta(seconds=WAIT.get(code, 60))
        return Refused(code, f"WhatsApp asks to wait ({number})", retryable=True, retry_at=at)
    if code in UNREACHABLE:
        return Refused(code, f"WhatsApp refused it ({number})", blocked=True)
    if code in ACCOUNT or 200 <= code < 300 or status in (401, 403):
        text = f"WhatsApp does not accept our account ({number})"
        return Refused(code, f"{text}: see SKM_WHATSAPP_TOKEN and WhatsApp Manager", retryable=True)
    if code in MEDIA:
        text = f"WhatsApp could not hand on the picture ({number})"
        return Refused(code, text, retryable=True, picture=True)
    if code in INTERNAL or status >= 500:
        return Refused(code, f"WhatsApp has an internal error ({number})", retryable=True)
    return Refused(code, f"WhatsApp refused it ({number})")


def failed_later(code: int, now: datetime) -> Refused:
    """The error that a status reports of a message that had been accepted. After a closed window
    it is to be tried again, which sends an invitation.
    """
    if code in WINDOW_CLOSED:
        return Refused(code, f"The chat was not open (error {code})", retryable=True)
    return refused(400, {"error": {"code": code}}, now)


def code_of(answer: object) -> int:
    """Meta's number of the error, 0 if there is none."""
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if type(code) is int else 0
