"""The channel to WhatsApp: what we say goes out through the Cloud API, each in its turn, counted.

How messages come in: webhook.py, reception.py. A citizen is only ever answered, which WhatsApp
calls a free window; an official who has not written for a day is asked to open the chat first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from starlette.routing import Route

from bot.aside import Keep, leave
from bot.catalog import Catalog
from bot.channel import LoadError, OnSend, SendError, told_to, unheard
from bot.fit import cut
from bot.limiter import Limiter, Rate
from bot.message import LARGEST, Address, Outbound, Photo
from bot.outbox import Outbox
from bot.whatsapp import form, screens, webhook, wire
from bot.whatsapp.errors import Refused
from bot.whatsapp.ledger import CHANNEL, Ledger
from bot.whatsapp.reception import Receive, Reception, Wake
from bot.whatsapp.request import CloudApi
from skm.instrument import Instrument

GRACE = 5.0  # seconds that screens may still go out when we stop
WAIT_FOR_THEM = timedelta(days=1)  # until a closed window is looked at again
TEMPLATE_LANGUAGES = {"id": "id", "en": "en"}  # WhatsApp has no Javanese


def whatsapp_rates(per_second: float = 80) -> Limiter:
    """What the Cloud API bears: 80 a second; to one person 45 at once, then one in 6 seconds."""
    return Limiter(
        overall=Rate(per_second, burst=10),
        chat=Rate(1 / 6, burst=40),
        bulk=Rate(per_second / 4),
    )


class WhatsAppChannel:
    """`async with WhatsAppChannel(…) as whatsapp:` then send, or serve its webhook_route.

    `flows`: language → the id of the form that the operator has published. `template`: the name of
    the approved invitation.
    """

    name = CHANNEL
    limits = screens.LIMITS

    def __init__(
        self,
        api: CloudApi,
        ledger: Ledger,
        catalog: Catalog,
        *,
        flows: Mapping[str, str] | None = None,
        template: str = "",
        limiter: Limiter | None = None,
        on_send: OnSend = unheard,
    ) -> None:
        self.ledger = ledger
        self._api, self._catalog = api, catalog
        self._on_send = on_send
        self._flows, self._template = flows or {}, template
        self._limiter = limiter or whatsapp_rates()
        self._outbox = Outbox(self.send)

    async def __aenter__(self) -> Self:
        await self._api.__aenter__()
        await self.ledger.refresh()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.drain(GRACE)
        await self._api.__aexit__(*error)

    # --- out -------------------------------------------------------------------------------------

    async def drain(self, seconds: float) -> None:
        """Let what people are still to be told go out, for at most this long."""
        await self._outbox.drain(seconds)

    async def send(self, address: Address, outbound: Outbound, *, bulk: bool = False) -> None:
        """Say it, in its turn; raises SendError. Bulk outside of the window is only announced."""
        with told_to(self._on_send):
            await self._in_window(address, outbound, bulk)

    async def _in_window(self, address: Address, outbound: Outbound, bulk: bool) -> None:
        if bulk and not await self.ledger.is_open(address.chat):
            await self._announce(address.chat, outbound)
        try:
            await self._say(address.chat, outbound, bulk)
        except Refused as refused:
            if not (bulk and refused.window_closed):
                raise
            await self.ledger.shut(address.chat)
            await self._announce(address.chat, outbound)

    async def _say(self, chat: str, outbound: Outbound, bulk: bool) -> None:
        say = partial(self._catalog.say, outbound.language)
        offer = form.offered(outbound, self._flows.get(outbound.language, ""), say)
        if offer:
            try:
                return await self._post(chat, offer, bulk)
            except Refused as refused:
                if not refused.no_forms:
                    raise
        file = outbound.attachment
        media = await self._api.upload(file) if file else ""
        for number, message in enumerate(screens.messages(outbound, say, media)):
            try:
                await self._post(chat, message, bulk)
            except SendError as error:
                if not number:
                    raise
                raise SendError(f"Only its beginning has left: {error}", unknown=True) from None

    async def _announce(self, chat: str, outbound: Outbound) -> None:
        """Ask to open the chat, once; always raises, since the message itself has to wait."""
        if not self._template:
            raise self._later("has no SKM_WHATSAPP_TEMPLATE to be asked with")
        if await self.ledger.knock(chat):
            try:
                await self._post(chat, self._invitation(outbound), bulk=True)
            except SendError as error:
                if not error.unknown:
                    await self.ledger.unknock(chat)
                raise error if not error.unknown else self._later("may have been asked") from None
        raise self._later("was asked to open the chat")

    def _later(self, why: str) -> SendError:
        at = self.ledger.now() + WAIT_FOR_THEM
        said = f"The official has not written for a day and {why}"
        return SendError(said, retryable=True, retry_at=at)

    def _invitation(self, outbound: Outbound) -> dict[str, Any]:
        """The approved template; its one placeholder says what waits (no line breaks allowed)."""
        language = TEMPLATE_LANGUAGES.get(outbound.language, "id")
        about = {"type": "text", "text": cut(outbound.text.split("\n")[0], 200).rstrip(".")}
        opens = {"type": "payload", "payload": wire.OPEN}
        template = {
            "name": self._template,
            "language": {"code": language},
            "components": [
                {"type": "body", "parameters": [about]},
                {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [opens]},
            ],
        }
        return {"type": "template", "template": template}

    async def _post(self, chat: str, message: dict[str, Any], bulk: bool) -> None:
        await self._limiter.turn(chat, bulk=bulk)
        to = {"recipient": chat} if wire.BSUID.fullmatch(chat) else {"to": chat}
        head = {"messaging_product": "whatsapp", "recipient_type": "individual", **to}
        try:
            await self._api.send({**head, **message})
        except SendError as error:
            if error.retry_at:
                seconds = (error.retry_at - self.ledger.now()).total_seconds()
                self._limiter.hold(chat, seconds, bulk=bulk)
            if error.unknown:
                await self.ledger.count(bulk=bulk)  # it may have arrived and then it costs
            raise
        await self.ledger.count(bulk=bulk)

    # --- in --------------------------------------------------------------------------------------

    async def load(self, photo: Photo) -> bytes:
        """What somebody sent; raises LoadError."""
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
        wake: Wake,
        keep: Keep = leave,
    ) -> Route:
        """Where Meta posts messages. `wake`: sends what waited for an official; `keep`: keeps aside
        what cannot be taken.
        """
        greetings = {
            code: " ".join(self._catalog.texts[code]["landing.whatsapp_prefill"].split()[:2])
            for code in self._catalog.languages
        }
        reader = wire.Reader(phone_id, instrument, greetings)
        now: Callable[[], datetime] = self.ledger.now
        reception = Reception(receive, self._outbox, self.ledger, now, wake, keep)
        return webhook.route(secret, verify_token, reader, reception)
