"""The composition root: settings → store → channels → clock, run until stopped.

The only file that sees everything, because it puts the parts together.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bot import documents
from bot.ask import Desk
from bot.catalog import Catalog
from bot.channel import Channel
from bot.checkup import Findings
from bot.clock import Clock, Duty
from bot.delivery import Postman
from bot.deployment import Deployment, Now
from bot.duties import planned, postman
from bot.inbox import Inbox
from bot.links import Links
from bot.menus import Menus
from bot.officials import Officials
from bot.permit import Permits
from bot.phrase import Phrase
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel
from bot.telegram.checkup import telegram as telegram_checkup
from bot.telegram.configured import telegram_of
from bot.terminal.channel import TerminalChannel
from bot.visiting import Rules
from bot.wall import Wall
from bot.web import server
from bot.web.channel import WebChannel
from bot.web.probes import probes, refusing
from bot.web.site import site
from bot.whatsapp.budget import Budget
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.checkup import whatsapp as whatsapp_checkup
from bot.whatsapp.configured import ledger_of, whatsapp_of
from skm.delivery import Kind
from skm.instrument import Instrument
from skm.store.database import Database
from skm.store.publications import Publications


def utc_now() -> datetime:
    """The one clock of the process; everything else is handed its time."""
    return datetime.now(UTC)


def phrase_of(settings: Settings) -> Phrase:
    """The words of this deployment for its instrument; raises SkmError if some are missing."""
    instrument = Instrument.parse(settings.instrument.read_text(encoding="utf-8"))
    catalog = Catalog.load(settings.locales)
    catalog.check(instrument)
    return Phrase(catalog, instrument)


@asynccontextmanager
async def opened(settings: Settings, now: Now = utc_now) -> AsyncIterator[Deployment]:
    """The parts without any server: for the command line and the terminal chat."""
    async with Database.open(settings.database_url) as db:
        channels: dict[str, Channel] = {"web": WebChannel(), "terminal": TerminalChannel()}
        limits = {name: channel.limits for name, channel in channels.items()}
        limits["telegram"] = TelegramChannel.limits
        limits["whatsapp"] = WhatsAppChannel.limits
        phrase = phrase_of(settings)
        desk = Desk(
            db,
            phrase.catalog,
            settings.zone,
            now,
            settings.instansi,
            Links(settings.base_url),
            exports=documents.exports(phrase.instrument),
            asked={phrase.instrument.version: phrase.catalog.questionnaire(phrase.instrument)},
            permits=Permits(settings.signing, settings.public_url) if settings.public_url else None,
        )
        inbox = Inbox(db, phrase, Rules.of(settings), now, limits, Officials(desk))
        try:
            yield Deployment(settings, db, desk, inbox, channels, now)
        finally:
            desk.drawing.close()


async def serve(settings: Settings, now: Now = utc_now) -> None:
    """Run the server and the channels until the process is told to stop; then stop without losing
    anything, within bot.drain.BUDGET.
    """
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(opened(settings, now))
        stack.enter_context(app.drain.on_signals())
        routes: list[BaseRoute] = [*_probes(app)]
        if settings.telegram_token.get_secret_value():
            made = telegram_of(settings, now, app.metrics, app.keep_aside)
            telegram = await stack.enter_async_context(made)
            await telegram.username(tries=1)  # a token that is refused stops us here
            app.channels[telegram.name] = telegram
            app = _with_telegram(app, telegram)
            await stack.enter_async_context(server.beside(_introduce(app, telegram)))
            if settings.telegram_webhook_url:
                routes.append(refusing(telegram.webhook_route(app.receive), app.drain))
                listening = asyncio.create_task(telegram.announce_webhook())
            else:
                listening = app.drain.watch(telegram.run_polling(app.receive, app.drain))
            await stack.enter_async_context(server.beside(listening))
        if settings.whatsapp_token.get_secret_value():
            whatsapp = await stack.enter_async_context(whatsapp_of(settings, app.desk, app.metrics))
            app.channels[whatsapp.name] = whatsapp
            app = _with_whatsapp(app, whatsapp)
            routes.append(refusing(whatsapp_route(app, whatsapp), app.drain))
        scheduler = Clock(duties(app), now, app.drain, app.trouble, Wall(now)).started()
        stack.callback(scheduler.shutdown, wait=False)
        pages = web_of(app, routes)
        gc.freeze()  # what is loaded by now stays: the collector need not look at it at each turn
        await server.run(server.configured(settings, pages), app.drain, app.say_the_rest)


def _with_telegram(app: Deployment, channel: TelegramChannel) -> Deployment:
    """The same, with links into Telegram (once the bot's name is known) and menus there."""
    links = replace(app.desk.links, learned_bot=lambda: channel.known_name)
    menus = Menus(channel, app.settings.language)
    loads = {**app.desk.loads, channel.name: channel.load}
    return app.at(replace(app.desk, links=links, loads=loads, show_menu=menus.show))


def _with_whatsapp(app: Deployment, channel: WhatsAppChannel) -> Deployment:
    """The same, with links into WhatsApp as long as the month's budget lasts."""
    number, offered = app.settings.whatsapp_number, channel.ledger.is_offered
    links = replace(app.desk.links, whatsapp_number=number, offers_whatsapp=offered)
    loads = {**app.desk.loads, channel.name: channel.load}
    return app.at(replace(app.desk, links=links, loads=loads))


def _introduce(app: Deployment, telegram: TelegramChannel) -> "asyncio.Task[None]":
    """Learn the bot's name, for links, and announce its menus, as soon as Telegram answers."""

    async def introduce() -> None:
        await telegram.learn_name()
        await Menus(telegram, app.settings.language).announce(app.desk)

    return asyncio.create_task(introduce())


def _probes(app: Deployment) -> Iterable[BaseRoute]:
    token = app.settings.metrics_token.get_secret_value()
    return probes(app.unready, app.measure, token, app.trouble)


def duties(app: Deployment) -> list[Duty]:
    """What the clock does, in this order."""
    return [
        *planned(app),
        Duty("watch the budget", budget_of(app).watch),
        Duty("deliver", postman_of(app).deliver),
    ]


def postman_of(app: Deployment) -> Postman:
    """Sends whatever is due."""
    return postman(app, {Kind.BUDGET: budget_of(app).compose})


def budget_of(app: Deployment) -> Budget:
    """What WhatsApp costs; the channel's own ledger, if there is one."""
    channel = app.channels.get(WhatsAppChannel.name)
    own = channel.ledger if isinstance(channel, WhatsAppChannel) else None
    return Budget(app.desk, own or ledger_of(app.settings, app.desk))


def whatsapp_route(app: Deployment, channel: WhatsAppChannel) -> Route:
    """Where Meta posts to."""
    settings, postman = app.settings, postman_of(app)
    return channel.webhook_route(
        app.receive,
        phone_id=settings.whatsapp_phone_id,
        secret=settings.whatsapp_app_secret.get_secret_value(),
        verify_token=settings.whatsapp_verify_token.get_secret_value(),
        instrument=app.inbox.instrument,
        wake=lambda: app.drain.watch(postman.deliver()),
        keep=app.keep_aside,
    )


def checkups(settings: Settings, now: Now = utc_now) -> Mapping[str, Findings]:
    """What `skm doctor` asks of the messengers that are set up."""
    tokens = {
        TelegramChannel.name: (settings.telegram_token, telegram_checkup),
        WhatsAppChannel.name: (settings.whatsapp_token, whatsapp_checkup),
    }
    used = {name: ask for name, (token, ask) in tokens.items() if token.get_secret_value()}
    return {name: ask(settings, now) for name, ask in used.items()}


async def links_of(settings: Settings, now: Now = utc_now) -> Links:
    """The links of a deployment; the bot's name is asked of Telegram, if there is a bot."""
    number = settings.whatsapp_number if settings.whatsapp_token.get_secret_value() else ""
    links = Links(settings.base_url, whatsapp_number=number)
    if not settings.telegram_token.get_secret_value():
        return links
    async with telegram_of(settings, now) as telegram:
        return replace(links, telegram_bot=await telegram.username())


def web_of(app: Deployment, routes: list[BaseRoute] | None = None) -> Starlette:
    """The web pages of a deployment."""
    settings = app.settings
    return site(
        receive=app.receive,
        catalog=app.inbox.phrase.catalog,
        links=app.desk.links,
        find_collector=app.find_collector,
        knows_ticket=app.knows_ticket,
        published=Publications(app.db),
        drawing=app.desk.drawing,
        zone=settings.zone,
        healthy=app.healthy,
        instansi=settings.instansi,
        secrets=settings.signing,
        language=settings.language,
        routes=routes or [],
        took=app.metrics.took,
        desk=app.desk,
    )
