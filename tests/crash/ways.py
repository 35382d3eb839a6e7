"""The ways in: who brings what a person does to a server, again and again until it is taken."""

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

from bot.message import Choice, Outbound
from bot.settings import Settings
from bot.web.session import Seat, Session
from bot.whatsapp.webhook import PATH
from tests.bot.web.page import Page
from tests.crash.victim import Life
from tests.serving import HOOK, KEY, SECRET, free_port
from tests.skm.store.city import LOKET
from tests.stand.citizen import Citizen
from tests.stand.phone import GREETING, Phone
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import PHONE_ID, TOKEN, VERIFY, CloudApiStand
from tests.stand.whatsapp import SECRET as META


@dataclass(frozen=True)
class Act:
    """Somebody presses a button (what it carries), writes, on a page both at once, sends a form
    back (its answers), or follows a collector's QR (its code).

    `again`: then the button is looked for by how it ends, and who sees none does this once more.
    """

    press: str = ""
    text: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    again: "Act | None" = None


Bring = Callable[[Life], Awaitable[bool]]
"""Until it is taken: True; until who should take it is dead: False, then again for the heir."""


@dataclass(frozen=True)
class Way:
    """`channel`: its name. `scene`: how a server listens here, with which `settings`. `sees`: what
    the buttons carry that the person has before them."""

    channel: str
    scene: str
    settings: Mapping[str, Any]
    hand: Callable[[Act], Awaitable[Bring]]
    sees: Callable[[], Awaitable[Sequence[str]]]


WayOf = Callable[[int], AbstractAsyncContextManager[Way]]
"""The way of somebody, by a number that will do as an id everywhere."""


# --- Telegram -------------------------------------------------------------------------------------


def telegram_settings(api: BotApi) -> dict[str, Any]:
    return {"telegram_token": api.token, "telegram_api_url": api.url, "telegram_rate": 5000}


@asynccontextmanager
async def polling(person: int) -> AsyncIterator[Way]:
    """Telegram is asked."""
    async with BotApi() as api:
        yield _telegram(api, person, "listens", {})


@asynccontextmanager
async def webhook(person: int) -> AsyncIterator[Way]:
    """Telegram posts."""
    port = free_port()
    hook = {
        "telegram_webhook_url": f"http://127.0.0.1:{port}{HOOK}",
        "telegram_webhook_secret": SECRET,
        "http_port": port,
    }
    async with BotApi() as api:
        yield _telegram(api, person, "serves", hook)


def _telegram(api: BotApi, person: int, scene: str, more: Mapping[str, Any]) -> Way:
    citizen = api.citizen(person)

    async def sees() -> list[str]:
        rows = citizen.screen.rows if citizen.chat.newest else []
        return [button["callback_data"] for row in rows for button in row]

    hand = partial(_updates, api, citizen)
    return Way("telegram", scene, telegram_settings(api) | dict(more), hand, sees)


async def _updates(api: BotApi, citizen: Citizen, act: Act) -> Bring:
    if act.start:
        await citizen.scans(act.start, wait=False)
    elif act.text:
        await citizen.types(act.text, wait=False)
    else:
        await citizen.presses(act.press, wait=False, message=1)

    async def bring(life: Life) -> bool:
        """Telegram was told that all updates may be forgotten."""
        async with asyncio.timeout(60):
            while api.updates:
                if life.over.is_set():
                    return False
                await asyncio.sleep(0.001)
        return True

    return bring


# --- what is posted, and posted again -------------------------------------------------------------


async def posted(post: Callable[[], Awaitable[bool]], life: Life) -> bool:
    """Who is not there yet, or dies in the middle, is tried again."""
    async with asyncio.timeout(60):
        while not life.over.is_set():
            with suppress(aiohttp.ClientError, httpx.TransportError):
                if await post():
                    return True
            await asyncio.sleep(0.005)
    return False


def whatsapp_settings(meta: CloudApiStand, port: int) -> dict[str, Any]:
    """Of a server that listens there, where Meta will post to."""
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
async def whatsapp(person: int) -> AsyncIterator[Way]:
    """Meta posts the same message until it is answered with 200."""
    port = free_port()
    async with CloudApiStand() as meta:

        async def hand(act: Act) -> Bring:
            message = meta.says(str(person), **_said(act))

            async def post() -> bool:
                return await meta.posts(message) == 200

            return partial(posted, post)

        async def sees() -> list[str]:
            phone = Phone(meta, str(person))
            return phone.ids if phone.got else []

        yield Way("whatsapp", "serves", whatsapp_settings(meta, port), hand, sees)


def _said(act: Act) -> dict[str, Any]:
    if act.start:
        return {"text": {"body": f"{GREETING} {act.start}"}}
    if act.text:
        return {"text": {"body": act.text}}
    if act.form:
        reply = {"name": "flow", "response_json": json.dumps(act.form)}
        return {"interactive": {"type": "nfm_reply", "nfm_reply": reply}}
    pressed = {"id": act.press, "title": "?"}
    return {"interactive": {"type": "button_reply", "button_reply": pressed}}


@asynccontextmanager
async def web(person: int) -> AsyncIterator[Way]:
    """A browser posts the form of the page that it shows, and again until it is led on."""
    port, door = free_port(), f"/s/{LOKET.code}"
    chat = f"{door}/chat"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

        async def shown(path: str) -> Page:
            return Page((await browser.get(path)).text)

        async def hand(act: Act) -> Bring:
            if not (act.start or browser.cookies):
                browser.cookies.update(_cookie(person))
            form = dict[str, str]()

            async def post() -> bool:
                if not form:
                    hidden = (await shown(door if act.start else chat)).all("input", type="hidden")
                    form.update({field.attrs["name"]: field.attrs["value"] for field in hidden})
                    form.update({} if act.start else {"choice": act.press, "text": act.text})
                return (await browser.post(chat, data=form)).status_code == 303

            return partial(posted, post)

        async def sees() -> list[str]:
            with suppress(httpx.TransportError):
                return [b.attrs.get("value", "") for b in (await shown(chat)).all("button")]
            return []

        yield Way("web", "serves", {"http_port": port}, hand, sees)


def _cookie(person: int) -> dict[str, str]:
    """What a browser keeps that has begun here."""
    seat = Seat("skm", Settings(_env_file=None, secret_key=KEY).signing, secure=False)
    screen = Outbound("Halo", ((Choice("Lanjut", "-.show"),),))
    kept = Response()
    seat.write(kept, Session(str(person), LOKET.code, "Puskesmas", screen))
    name, _, value = kept.headers["set-cookie"].partition(";")[0].partition("=")
    return {name: value.strip('"')}


WAYS: dict[str, WayOf] = {way.__name__: way for way in (polling, webhook, whatsapp, web)}
