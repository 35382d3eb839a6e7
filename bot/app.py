"""The composition root: puts database, channels, web pages and scheduled jobs together."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from bot.citizen.rules import Rules
from bot.citizen.screens import Screens
from bot.deployment import Deployment, Now
from bot.doctor.checks import CheckResults
from bot.documents import make
from bot.duties import duties, sender_of
from bot.inbox import Inbox
from bot.messaging.catalog import Catalog
from bot.messaging.channel import Channel, load_photo
from bot.messaging.links import Links
from bot.official.dispatch import Dispatch
from bot.official.handlers import handlers
from bot.official.menu import Menus
from bot.request.chart_workers import ChartWorkers
from bot.request.form_links import FormLinks
from bot.request.instansi import Instansi
from bot.running.clock_jump import ClockJump
from bot.running.settings import Settings
from bot.scheduled.clock import Clock
from bot.telegram.channel import TelegramChannel
from bot.telegram.checks import telegram as check_telegram
from bot.telegram.from_settings import telegram_of
from bot.terminal.channel import TerminalChannel
from bot.web import server
from bot.web.probes import probes, security_txt, until_shutdown
from bot.web.site import site
from bot.web.survey.channel import WebChannel
from bot.whatsapp.channel import WhatsAppChannel
from bot.whatsapp.checks import whatsapp as check_whatsapp
from bot.whatsapp.from_settings import whatsapp_of
from skm.store.database.database import Database
from skm.store.figures.flags import FlagRules
from skm.store.officials import officials
from skm.survey.instrument import Instrument


def utc_now() -> datetime:
    """The current time in UTC; everything else is given its time."""
    return datetime.now(UTC)


def screens_of(settings: Settings) -> Screens:
    """The instrument with the texts of this deployment; raises SkmError if texts are missing."""
    instrument = Instrument.parse(settings.instrument.read_text(encoding="utf-8"))
    catalog = Catalog.load(settings.locales)
    catalog.check(instrument)
    return Screens(catalog, instrument, settings.retention_months, settings.contact)


@asynccontextmanager
async def opened(
    settings: Settings, now: Now = utc_now, workers: ChartWorkers | None = None
) -> AsyncIterator[Deployment]:
    """The parts without server and messengers, as the command line uses them. `workers`: those that
    draw charts, if not the default ones.
    """
    async with Database.open(settings.database_url) as db:
        channels: dict[str, Channel] = {"web": WebChannel(), "terminal": TerminalChannel()}
        limits = {name: channel.limits for name, channel in channels.items()}
        limits["telegram"] = TelegramChannel.limits
        limits["whatsapp"] = WhatsAppChannel.limits
        screens, workers = screens_of(settings), workers or ChartWorkers()
        catalog, instrument = screens.catalog, screens.instrument
        instansi = Instansi(settings.instansi, catalog, settings.zone, now, settings.report_days)
        links = _links_through(channels, settings)
        public, menus = settings.public_url, Menus(channels, catalog, settings.language)
        forms = FormLinks(settings.signing, public) if public else None
        rules = FlagRules(instrument, settings.zone, settings.thresholds)
        answers = handlers(
            workers=workers,
            exports=make.exports(rules),
            links=links,
            menus=menus,
            load=partial(load_photo, channels),
            forms=forms,
            questionnaires={instrument.version: catalog.questionnaire(instrument)},
            keys=settings.keys,
            rules=rules,
        )
        dispatch = Dispatch(db, instansi, menus, answers)
        inbox = Inbox(db, screens, Rules.of(settings), now, limits, dispatch)
        try:
            yield Deployment(settings, db, instansi, workers, links, forms, inbox, channels)
        finally:
            workers.close()


def _links_through(channels: Mapping[str, Channel], settings: Settings) -> Links:
    """Links into the messengers that are open when a link is made: into Telegram once the bot's
    name is known, into WhatsApp as long as the month's budget lasts.
    """

    def telegram_bot() -> str:
        channel = channels.get(TelegramChannel.name)
        return channel.bot_name if isinstance(channel, TelegramChannel) else ""

    def offers_whatsapp() -> bool:
        channel = channels.get(WhatsAppChannel.name)
        return isinstance(channel, WhatsAppChannel) and channel.ledger.is_offered()

    return Links(
        settings.base_url,
        whatsapp_number=settings.whatsapp_number,
        offers_whatsapp=offers_whatsapp,
        known_bot=telegram_bot,
    )


async def serve(settings: Settings, now: Now = utc_now) -> None:
    """Run the server and the channels until the process is told to stop; then finish what is under
    way within bot.running.shutdown.BUDGET seconds.
    """
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(opened(settings, now))
        stack.enter_context(app.shutdown.on_signals())
        routes: list[BaseRoute] = [*probes_of(app)]
        if settings.telegram_token.get_secret_value():
            routes += await _open_telegram(app, stack)
        if settings.whatsapp_token.get_secret_value():
            made = whatsapp_of(settings, app.db, app.instansi, app.metrics)
            whatsapp = await stack.enter_async_context(made)
            app.channels[whatsapp.name] = whatsapp
            routes.append(until_shutdown(whatsapp_route(app, whatsapp), app.shutdown))
        clock = Clock(
            duties(app),
            shutdown=app.shutdown,
            trouble=app.trouble,
            heartbeat=app.heartbeat,
            jump=ClockJump(now),
        )
        stack.enter_context(clock.running())
        pages = web_of(app, routes)
        gc.freeze()  # everything loaded so far stays, so the garbage collector may skip it
        await server.run(server.configured(settings, pages), app.shutdown, app.flush_channels)


async def _open_telegram(app: Deployment, stack: AsyncExitStack) -> list[BaseRoute]:
    """Open the channel and begin to take its updates; returns the route of a webhook, if used.

    Raises if Telegram refuses the token.
    """
    made = telegram_of(app.settings, app.instansi.now, app.metrics, app.record_unreadable)
    telegram = await stack.enter_async_context(made)
    await telegram.fetch_bot_name(tries=1)
    app.channels[telegram.name] = telegram
    await stack.enter_async_context(server.in_background(_introduce(app, telegram)))
    if app.settings.telegram_webhook_url:
        updates = asyncio.create_task(telegram.announce_webhook())
        routes = [until_shutdown(telegram.webhook_route(app.receive), app.shutdown)]
    else:
        updates = app.shutdown.watch(telegram.run_polling(app.receive, app.shutdown))
        routes = []
    await stack.enter_async_context(server.in_background(updates))
    return [*routes]


def _introduce(app: Deployment, telegram: TelegramChannel) -> "asyncio.Task[None]":
    """Learn the bot's name, for links, and set its menus, as soon as Telegram answers."""

    async def introduce() -> None:
        await telegram.learn_bot_name()
        await app.inbox.officials.menus.announce(await app.db.read(officials.listed))

    return asyncio.create_task(introduce())


def probes_of(app: Deployment) -> Iterable[BaseRoute]:
    """/readyz; with a token /metrics, with a contact /.well-known/security.txt."""
    settings, now = app.settings, app.instansi.now
    token, contact = settings.metrics_token.get_secret_value(), settings.security_contact
    found = probes(app.unready, app.metrics_text, token, app.trouble)
    return [*found, *([security_txt(contact, settings.base_url, now)] if contact else [])]


def whatsapp_route(app: Deployment, channel: WhatsAppChannel) -> Route:
    """The webhook that Meta posts to."""
    settings, sender = app.settings, sender_of(app)
    return channel.webhook_route(
        app.receive,
        phone_id=settings.whatsapp_phone_id,
        secret=settings.whatsapp_app_secret.get_secret_value(),
        verify_token=settings.whatsapp_verify_token.get_secret_value(),
        instrument=app.inbox.instrument,
        send_waiting=lambda: app.shutdown.watch(sender.deliver()),
        on_unreadable=app.record_unreadable,
    )


def checkups(settings: Settings, now: Now = utc_now) -> Mapping[str, CheckResults]:
    """The checks of `skm doctor` for each messenger that is set up."""
    tokens = {
        TelegramChannel.name: (settings.telegram_token, check_telegram),
        WhatsAppChannel.name: (settings.whatsapp_token, check_whatsapp),
    }
    return {
        name: check(settings, now)
        for name, (token, check) in tokens.items()
        if token.get_secret_value()
    }


async def links_of(settings: Settings, now: Now = utc_now) -> Links:
    """The links of a deployment that is not running; Telegram is asked for the bot's name."""
    number = settings.whatsapp_number if settings.whatsapp_token.get_secret_value() else ""
    links = Links(settings.base_url, whatsapp_number=number)
    if not settings.telegram_token.get_secret_value():
        return links
    async with telegram_of(settings, now) as telegram:
        return replace(links, telegram_bot=await telegram.fetch_bot_name())


def web_of(app: Deployment, routes: list[BaseRoute] | None = None) -> Starlette:
    """The web pages of a deployment."""
    settings = app.settings
    return site(
        receive=app.receive,
        links=app.links,
        drawing=app.workers,
        db=app.db,
        instansi=app.instansi,
        secrets=settings.signing,
        language=settings.language,
        routes=routes or [],
        observe=app.metrics.observe_request,
        forms=app.forms,
        kept=app.inbox.screens.kept,
        rules=FlagRules(app.inbox.instrument, settings.zone, settings.thresholds),
        keys=settings.keys,
    )
