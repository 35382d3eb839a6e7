"""The WhatsApp channel: sends within the rate limits and counts each message, since it costs money.

How messages are received: webhook.py, updates.py. A respondent only gets replies, within the free
24-hour window; an official whose window is closed is first invited to open the chat.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Self

from starlette.routing import Route

from bot.messaging.catalog import Catalog
from bot.messaging.channel import (
    Leaving,
    LoadError,
    OnSend,
    Postponed,
    Receive,
    SendError,
    ignore_outcome,
    leave,
    reporting,
)
from bot.messaging.message import LARGEST, Address, Outbound, SentFile, SentPhoto
from bot.messaging.outbox import Outbox
from bot.messaging.rate_limit import Lane, Limiter, Rate, TurnIsFar
from bot.messaging.repeated_failures import OnUnreadable, ignore
from bot.messaging.text_length import one_line
from bot.whatsapp import flow, screens, webhook, wire
from bot.whatsapp.errors import Refused
from bot.whatsapp.http import CloudApi, Payload
from bot.whatsapp.ledger import CHANNEL, Ledger
from bot.whatsapp.updates import SendWaiting, WhatsAppUpdates
from bot.whatsapp.windows import Windows
from skm.survey.instrument import Instrument

FLUSH_TIME = 5.0  # seconds in which queued messages may still be sent
RETRY_CLOSED = timedelta(days=1)  # after which a closed window is checked again
ABOUT_LENGTH = 200  # characters of an invitation's placeholder

log = logging.getLogger(__name__)


def whatsapp_rates(per_second: float = 80) -> Limiter:
    """The Cloud API's limits: 80 a second in all; to one user 45 at once, then one in 6 seconds."""
    return Limiter(
        overall=Rate(per_second, burst=10),
        chat=Rate(1 / 6, burst=40),
        bulk=Rate(per_second / 4),
    )


class WhatsAppChannel:
    """`async with WhatsAppChannel(…) as whatsapp:` then send, or serve its webhook_route.

    `flows`: language → id of the published flow. `template`: the name of the approved invitation.
    """

    name = CHANNEL
    limits = screens.LIMITS

    def __init__(
        self,
        api: CloudApi,
        ledger: Ledger,
        windows: Windows,
        catalog: Catalog,
        *,
        flows: Mapping[str, str] | None = None,
        template: str = "",
        limiter: Limiter | None = None,
        on_send: OnSend = ignore_outcome,
    ) -> None:
        self.ledger = ledger
        self._api, self._windows, self._catalog = api, windows, catalog
        self._on_send = on_send
        self._flows, self._template = flows or {}, template
        self._limiter = limiter or whatsapp_rates()
        self._outbox = Outbox(self.send)

    async def __aenter__(self) -> Self:
        await self._api.__aenter__()
        await self.ledger.refresh()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.flush(FLUSH_TIME)
        await self._api.__aexit__(*error)

    # --- sending ---------------------------------------------------------------------------------

    async def flush(self, seconds: float) -> None:
        """Waits until the queued messages are sent, at most this long."""
        await self._outbox.flush(seconds)

    async def send(
        self,
        address: Address,
        outbound: Outbound,
        lane: Lane = Lane.REPLY,
        leaving: Leaving = leave,
    ) -> Sequence[str]:
        """Sends a message within the rate limits; raises SendError.

        Outside the 24-hour window a message that is no reply is replaced by an invitation.
        """
        with reporting(self._on_send):
            return await self._in_window(address, outbound, lane, leaving)

    async def _in_window(
        self, address: Address, outbound: Outbound, lane: Lane, leaving: Leaving
    ) -> Sequence[str]:
        is_reply = lane is Lane.REPLY
        if not (is_reply or await self._windows.is_open(address.chat)):
            raise await self._invite(address.chat, outbound, lane)
        try:
            return await self._send(address.chat, outbound, lane, leaving)
        except Refused as refused:
            if is_reply or not refused.window_closed:
                raise
            await self._windows.close(address.chat)
            waits = await self._invite(address.chat, outbound, lane)
            waits.accepted = refused.accepted
            raise waits from None

    async def _send(
        self, chat: str, outbound: Outbound, lane: Lane, leaving: Leaving
    ) -> Sequence[str]:
        say = partial(self._catalog.say, outbound.language)
        if outbound.accepted:
            media = "accepted" if outbound.attachment else ""
            rest = screens.messages(outbound, say, media)[outbound.accepted :]
            return await self._post_all(chat, rest, lane, leaving)
        offer = flow.offered(outbound, self._flows.get(outbound.language, ""), say)
        if offer:
            try:
                return [await self._post(chat, offer, lane, leaving)]
            except Refused as refused:
                if not refused.no_flows:
                    raise
        outbound, media = await self._uploaded(outbound)
        try:
            return await self._post_all(chat, screens.messages(outbound, say, media), lane, leaving)
        except Refused as refused:
            if refused.accepted or not (refused.picture and media and outbound.text):
                raise
        alone = screens.messages(replace(outbound, attachment=None), say)
        return await self._post_all(chat, alone, lane, leave)  # it is marked as leaving already

    async def _post_all(
        self, chat: str, messages: Sequence[Payload], lane: Lane, leaving: Leaving
    ) -> Sequence[str]:
        """Sends the messages one after the other; returns their ids. A SendError tells those that
        were accepted before it.
        """
        ids = list[str]()
        for message in messages:
            try:
                ids.append(await self._post(chat, message, lane, leave if ids else leaving))
            except SendError as error:
                error.accepted = tuple(ids)
                raise
        return ids

    async def _uploaded(self, outbound: Outbound) -> tuple[Outbound, str]:
        """The message and the id of its attachment, "" without one. A picture that WhatsApp will
        never take is left out of a message that has a text; raises SendError otherwise.
        """
        if not outbound.attachment:
            return outbound, ""
        try:
            return outbound, await self._api.upload(outbound.attachment)
        except SendError as error:
            waits = error.unknown or (error.retryable and not error.picture)
            if waits or not outbound.text:
                raise
            log.warning("A picture was refused, its text is sent: %s.", error)
            return replace(outbound, attachment=None), ""

    async def _post(self, chat: str, message: Payload, lane: Lane, leaving: Leaving = leave) -> str:
        """Sends one message of the Cloud API and counts it; returns its id. Raises SendError."""
        try:
            await self._limiter.turn(chat, lane)
        except TurnIsFar as far:
            raise Postponed(far, self.ledger.now()) from None
        to = {"recipient": chat} if wire.BSUID.fullmatch(chat) else {"to": chat}
        head = {"messaging_product": "whatsapp", "recipient_type": "individual", **to}
        bulk = lane is not Lane.REPLY
        await leaving()
        try:
            id = await self._api.send({**head, **message})
        except SendError as error:
            if isinstance(error, Refused) and error.retry_at:
                seconds = (error.retry_at - self.ledger.now()).total_seconds()
                self._limiter.hold(chat, seconds, lane, whole_lane=not error.one_chat)
            if error.unknown:
                await self.ledger.count(bulk=bulk)  # it may have arrived, and then it costs
            raise
        await self.ledger.count(bulk=bulk)
        return id

    # --- inviting an official to open the chat ---------------------------------------------------

    async def _invite(self, chat: str, outbound: Outbound, lane: Lane) -> SendError:
        """Sends an invitation if one is due; returns the error that says why the message waits.

        Raises SendError if the invitation says something about the message too: that the official
        cannot be reached, or not yet.
        """
        if not self._template:
            return self._later("SKM_WHATSAPP_TEMPLATE is not set")
        if not await self._windows.begin_invitation(chat):
            return self._later("is invited to open the chat")
        try:
            id = await self._post(chat, self._invitation(outbound), lane)
        except SendError as error:
            if error.unknown:
                return self._later("may be invited")
            await self._windows.cancel_invitation(chat)
            if error.retryable or error.blocked:
                raise
            return self._later(f"the template SKM_WHATSAPP_TEMPLATE was refused: {error}")
        return self._later("is invited to open the chat", [id])

    def _later(self, reason: str, invitation: Sequence[str] = ()) -> SendError:
        at = self.ledger.now() + RETRY_CLOSED
        text = f"The official has not written for a day and {reason}"
        return SendError(text, retryable=True, retry_at=at, invitation=invitation)

    def _invitation(self, outbound: Outbound) -> Payload:
        """The approved template; its one placeholder is the message's first line."""
        language = self._catalog.say(outbound.language, "locale.template")
        about = one_line(outbound.text.split("\n")[0], ABOUT_LENGTH).rstrip(".")
        body = [{"type": "text", "text": about}]
        button = [{"type": "payload", "payload": wire.OPEN_CHAT}]
        template = {
            "name": self._template,
            "language": {"code": language},
            "components": [
                {"type": "body", "parameters": body},
                {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": button},
            ],
        }
        return {"type": "template", "template": template}

    # --- receiving -------------------------------------------------------------------------------

    async def load(self, photo: SentPhoto | SentFile) -> bytes:
        """The bytes of what a user sent; raises LoadError."""
        try:
            return await self._api.download(photo.key, LARGEST)
        except SendError as error:
            raise LoadError(str(error)) from None

    def webhook_route(
        self,
        receive: Receive,
        *,
        phone_id: str,
        secret: str,
        verify_token: str,
        instrument: Instrument,
        send_waiting: SendWaiting,
        on_unreadable: OnUnreadable = ignore,
    ) -> Route:
        """The route that Meta posts messages to; see WhatsAppUpdates for the callbacks."""
        greetings = {
            code: " ".join(self._catalog.texts[code]["landing.whatsapp_prefill"].split()[:2])
            for code in self._catalog.languages
        }
        reader = wire.WebhookReader(phone_id, instrument, greetings)
        updates = WhatsAppUpdates(
            receive, self._outbox, self._windows, self.ledger.now, send_waiting, on_unreadable
        )
        return webhook.route(secret, verify_token, reader, updates)
