"""Clients that deliver a user's actions to a server, repeatedly until the server accepts them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import httpx
from starlette.responses import Response

from bot.messaging.message import Choice, Outbound
from bot.running.settings import Settings
from bot.web.survey.session import Session, SessionCookie
from bot.whatsapp.webhook import PATH
from tests.bot.web.page import Page
from tests.crash.children import Child
from tests.stand.citizen import Citizen
from tests.stand.phone import GREETING, Phone
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import PHONE_ID, TOKEN, VERIFY, CloudApiStand
from tests.stand.whatsapp import SECRET as META
from tests.tools.serving import HOOK, KEY, SECRET, free_port
from tests.tools.store_city import LOKET


@dataclass(frozen=True)
class Action:
    """A user presses a button (its data), writes a text, does both on a page, submits a WhatsApp
    form (its answers), or scans a collector's QR code (its code).

    `again`: the action to repeat if the button is not shown; `press` is then the end of its data.
    """

    press: str = ""
    text: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    again: "Action | None" = None


Deliver = Callable[[Child], Awaitable[bool]]
"""Delivers an action; True once it is accepted, False if the child died before. Can be repeated."""


@dataclass(frozen=True)
class Client:
    """One way to reach the server.

    `channel`: its name. `scene`, `settings`: how the server listens. `prepare`: makes an action
    ready to deliver. `buttons`: the data of the buttons that the user sees.
    """

    channel: str
    scene: str
    settings: Mapping[str, Any]
    prepare: Callable[[Action], Awaitable[Deliver]]
    buttons: Callable[[], Awaitable[Sequence[str]]]


OpenClient = Callable[[int], AbstractAsyncContextManager[Client]]
"""Opens the client of the user with this id."""


# --- Telegram -------------------------------------------------------------------------------------


def telegram_settings(api: BotApi) -> dict[str, Any]:
    return {"telegram_token": api.token, "telegram_api_url": api.url, "telegram_rate": 5000}


@asynccontextmanager
async def polling(person: int) -> AsyncIterator[Client]:
    """Telegram, polled by the server."""
    async with BotApi() as api:
        yield _telegram(api, person, "poll", {})


@asynccontextmanager
async def webhook(person: int) -> AsyncIterator[Client]:
    """Telegram, posting to the server."""
    port = free_port()
    hook = {
        "telegram_webhook_url": f"http://127.0.0.1:{port}{HOOK}",
        "telegram_webhook_secret": SECRET,
        "http_port": port,
    }
    async with BotApi() as api:
        yield _telegram(api, person, "serve", hook)


def _telegram(api: BotApi, person: int, scene: str, more: Mapping[str, Any]) -> Client:
    citizen = api.citizen(person)

    async def buttons() -> list[str]:
        rows = citizen.screen.rows if citizen.chat.newest else []
        return [button["callback_data"] for row in rows for button in row]

    prepare = partial(_updates, api, citizen)
    return Client("telegram", scene, telegram_settings(api) | dict(more), prepare, buttons)


async def _updates(api: BotApi, citizen: Citizen, action: Action) -> Deliver:
    if action.start:
        await citizen.scans(action.start, wait=False)
    elif action.text:
        await citizen.types(action.text, wait=False)
    else:
        await citizen.presses(action.press, wait=False, message=1)

    async def deliver(child: Child) -> bool:
        """Wait until the server has confirmed all updates."""
        async with asyncio.timeout(60):
            while api.updates:
                if child.over.is_set():
                    return False
                await asyncio.sleep(0.001)
        return True

    return deliver


# --- requests that are repeated until accepted ----------------------------------------------------


async def posted(post: Callable[[], Awaitable[bool]], child: Child) -> bool:
    """Post until it is accepted (True) or the child is dead (False); it may not listen yet."""
    async with asyncio.timeout(60):
        while not child.over.is_set():
            with suppress(aiohttp.ClientError, httpx.TransportError):
                if await post():
                    return True
            await asyncio.sleep(0.005)
    return False


def whatsapp_settings(meta: CloudApiStand, port: int) -> dict[str, Any]:
    """Settings of a server on that port; sets the webhook of `meta` to it."""
    meta.webhook = f"http://127.0.0.1:{port}{PATH}"
    return {
        "whatsapp_token": TOKEN,
        "whatsapp_phone_id": PHONE_ID,
        "whatsapp_app_secret": META,
        "whatsapp_verify_token": VERIFY,
        "whatsapp_number": "6281200000000",
        "whatsapp_api_url": meta.url,
        "whatsapp_rate": 5000,
        "http_port": port,
    }


@asynccontextmanager
async def whatsapp(person: int) -> AsyncIterator[Client]:
    """WhatsApp: Meta posts the same message until it is answered with 200."""
    port = free_port()
    async with CloudApiStand() as meta:

        async def prepare(action: Action) -> Deliver:
            message = meta.says(str(person), **_content(action))

            async def post() -> bool:
                return await meta.posts(message) == 200

            return partial(posted, post)

        async def buttons() -> list[str]:
            phone = Phone(meta, str(person))
            return phone.ids if phone.got else []

        yield Client("whatsapp", "serve", whatsapp_settings(meta, port), prepare, buttons)


def _content(action: Action) -> dict[str, Any]:
    if action.start:
        return {"text": {"body": f"{GREETING} {action.start}"}}
    if action.text:
        return {"text": {"body": action.text}}
    if action.form:
        reply = {"name": "flow", "response_json": json.dumps(action.form)}
        return {"interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    pressed = {"id": action.press, "title": "?"}
    return {"interactive": {"type": "button_reply", "button_reply": pressed}}


@asynccontextmanager
async def web(person: int) -> AsyncIterator[Client]:
    """A browser: posts the form of the page it shows until it is redirected."""
    port, landing = free_port(), f"/s/{LOKET.code}"
    chat = f"{landing}/chat"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

        async def page(path: str) -> Page:
            return Page((await browser.get(path)).text)

        async def prepare(action: Action) -> Deliver:
            if not (action.start or browser.cookies):
                browser.cookies.update(_cookie(person))
            form = dict[str, str]()

            async def post() -> bool:
                if not form:
                    hidden = (await page(landing if action.start else chat)).all(
                        "input", type="hidden"
                    )
                    form.update({field.attrs["name"]: field.attrs["value"] for field in hidden})
                    form.update(
                        {} if action.start else {"choice": action.press, "text": action.text}
                    )
                return (await browser.post(chat, data=form)).status_code == 303

            return partial(posted, post)

        async def buttons() -> list[str]:
            with suppress(httpx.TransportError):
                return [b.attrs.get("value", "") for b in (await page(chat)).all("button")]
            return []

        yield Client("web", "serve", {"http_port": port}, prepare, buttons)


def _cookie(person: int) -> dict[str, str]:
    """The cookie of a browser that has an open interview."""
    cookie = SessionCookie("skm", Settings(_env_file=None, secret_key=KEY).signing, secure=False)
    screen = Outbound("Halo", ((Choice("Lanjut", "-.show"),),))
    kept = Response()
    cookie.write(kept, Session(str(person), LOKET.code, "Puskesmas", screen))
    name, _, value = kept.headers["set-cookie"].partition(";")[0].partition("=")
    return {name: value.strip('"')}


CLIENTS: dict[str, OpenClient] = {
    client.__name__: client for client in (polling, webhook, whatsapp, web)
}
