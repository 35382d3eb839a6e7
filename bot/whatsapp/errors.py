"""What the Cloud API's refusals mean for whoever wanted to send.

The numbers are Meta's "Cloud API error codes"; the texts beside them may hold a phone number, so
only the number is passed on.
"""

from datetime import datetime, timedelta

from bot.channel import SendError

WINDOW_CLOSED = {131047}  # more than 24 hours since they wrote
NOBODY_THERE = {
    131026,  # no WhatsApp, too old a client, or they blocked us
    131030,  # a test number may only write to numbers on its list
    131021,  # our own number
    131050,  # they do not want messages of this kind
}
WAIT = {  # seconds until it is worth trying again
    4: 60,  # too many calls of the app
    80007: 60,  # … of the business account
    130429: 5,  # … of the number
    131048: 3600,  # too many of our messages were reported
    131056: 6,  # too many to this one person
    133016: 3600,
}
OF_META = {1, 2, 131000, 131016, 131057, 133004}  # a failure of its own, not of the message
ACCOUNT = {3, 10, 190, 131005, 131031, 131042, 131045, 368}  # for the operator to mend
NO_FORMS = {131009, 132068, 132069, 139000, 139001, 139002, 139003, 139004}


class Refused(SendError):
    """The Cloud API's answer to a message that it did not take; `code` 0: it gave none."""

    def __init__(
        self,
        code: int,
        said: str,
        *,
        retryable: bool = False,
        blocked: bool = False,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(said, retryable=retryable, blocked=blocked, retry_at=retry_at)
        self.code = code

    @property
    def window_closed(self) -> bool:
        return self.code in WINDOW_CLOSED

    @property
    def no_forms(self) -> bool:
        """Whether the same may be taken without the form."""
        return self.code in NO_FORMS


def refused(status: int, answer: object, now: datetime) -> Refused:
    """The kind of failure that an answer with this HTTP status and JSON was."""
    code = code_of(answer)
    named = f"WhatsApp refused it (error {code or status})"
    if code in WAIT or status == 429:
        at = now + timedelta(seconds=WAIT.get(code, 60))
        return Refused(code, f"WhatsApp asks to wait (error {code or status})",
                       retryable=True, retry_at=at)  # fmt: skip
    if code in NOBODY_THERE:
        return Refused(code, named, blocked=True)
    if code in ACCOUNT or 200 <= code < 300 or status in (401, 403):
        return Refused(code, f"WhatsApp does not accept our account (error {code or status}):"
                       " see SKM_WHATSAPP_TOKEN and WhatsApp Manager", retryable=True)  # fmt: skip
    if code in OF_META or status >= 500:
        return Refused(code, f"WhatsApp has a failure of its own (error {code or status})",
                       retryable=True)  # fmt: skip
    return Refused(code, named)


def code_of(answer: object) -> int:
    """Meta's number of the error, 0 where there is none."""
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if type(code) is int else 0
