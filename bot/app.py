"""The composition root: settings → store → channels → clock, run until stopped.

The only file that sees everything, because it puts the parts together.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot import documents, gauges
from bot.alarms import Alarms
from bot.aside import Asides, Keep, leave
from bot.ask import Desk
from bot.catalog import Catalog
from bot.channel import Channel, Send
from bot.checkup import Findings
from bot.clock import Clock, Duty, Trouble, housekeeping, purge
from bot.delivery import Postman
from bot.digests import Digests
from bot.drain import Drain
from bot.inbox import Inbox
from bot.links import Links
from bot.menus import Menus
from bot.message import Inbound
from bot.metrics import Metrics
from bot.officials import Officials
from bot.permit import Permits
from bot.phrase import Phrase
from bot.reminders import Reminders
from bot.settings import Settings
from bot.telegram.channel import TelegramChannel, telegram_rates
from bot.telegram.checkup import telegram as telegram_checkup
from bot.terminal.channel import TerminalChannel
from bot.visiting import Rules
from bot.wall import Wall
from bot.web import server
from bot.web.channel import WebChannel
from bot.web.probes import probes, refusing
from bot.web.site import site
from bot.whatsapp.budget import Budget
from bot.whatsapp.channel import WhatsAppChannel, whatsapp_rates
from bot.whatsapp.checkup import whatsapp as whatsapp_checkup
from bot.whatsapp.form import published
from bot.whatsapp.ledger import Ledger
from bot.whatsapp.request import CloudApi
from skm import delivery
from skm.aside import Aside
from skm.instrument import Instrument
from skm.store import collectors, tickets
from skm.store.database import Database
from skm.store.publications import Publications
from skm.upp import Collector, Upp

log = logging.getLogger(__name__)

Now = Callable[[], datetime]

ALERTS = timedelta(minutes=15)  # between two looks for something to alert of


def utc_now() -> datetime:
    """The one clock of the process; everything else is handed its time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """The parts of a running deployment."""

    settings: Settings
    db: Database
    desk: Desk
    inbox: Inbox
    channels: dict[str, Channel]
    now: Now
    drain: Drain = field(default_factory=Drain)
    metrics: Metrics = field(default_factory=Metrics)
    trouble: Trouble = field(default_factory=dict)

    def with_telegram(self, channel: TelegramChannel) -> "App":
        """The same, with links into Telegram (once the bot's name is known) and menus there."""
        links = replace(self.desk.links, learned_bot=lambda: channel.known_name)
        menus = Menus(channel, self.settings.language)
        loads = {**self.desk.loads, channel.name: channel.load}
        desk = replace(self.desk, links=links, loads=loads, show_menu=menus.show)
        return replace(self, desk=desk, inbox=replace(self.inbox, officials=Officials(desk)))

    def with_whatsapp(self, channel: WhatsAppChannel) -> "App":
        """The same, with links into WhatsApp as long as the month's budget lasts."""
        number, offered = self.settings.whatsapp_number, channel.ledger.is_offered
        links = replace(self.desk.links, whatsapp_number=number, offers_whatsapp=offered)
        loads = {**self.desk.loads, channel.name: channel.load}
        desk = replace(self.desk, links=links, loads=loads)
        return replace(self, desk=desk, inbox=replace(self.inbox, officials=Officials(desk)))

    async def find_collector(self, code: str) -> tuple[Collector, Upp] | None:
        return await self.db.read(lambda conn: collectors.by_code(conn, code))

    async def knows_ticket(self, code: str, ticket: str) -> bool:
        return await self.db.read(lambda conn: tickets.state(conn, code, ticket)) is not None

    async def receive(self, inbound: Inbound, send: Send) -> None:
        """The door in, counted."""
        channel = inbound.address.channel
        self.metrics.received.add(channel)
        try:
            await self.inbox.receive(inbound, send)
        except BaseException:
            self.metrics.failed.add(channel)
            raise

    async def keep_aside(self, aside: Aside) -> None:
        """What could not be taken, counted."""
        self.metrics.kept_aside.add(aside.channel)
        await Asides(self.desk).keep(aside)

    async def unready(self) -> str:
        """Why nobody should be sent to this process, "" if they should."""
        if self.drain.begun:
            return "draining"
        if not await self.healthy():
            return "database"
        return "" if await self.db.is_current() else "migrations"

    async def measure(self) -> Iterable[str]:
        """The lines of /metrics."""
        up = {
            channel.name: channel.answers
            for channel in self.channels.values()
            if isinstance(channel, TelegramChannel)
        }
        return gauges.lines(self.metrics, await gauges.measured(self.db, up, self.trouble))

    async def say_the_rest(self, seconds: float) -> None:
        """Let what the messengers are still to carry go out, for at most this long."""
        carries = (TelegramChannel, WhatsAppChannel)
        own = [channel for channel in self.channels.values() if isinstance(channel, carries)]
        await asyncio.gather(*(channel.drain(seconds) for channel in own))

    async def healthy(self) -> bool:
        try:
            await self.db.read(lambda conn: conn.execute(text("SELECT 1")))
        except SQLAlchemyError:
            return False
        return True


def phrase_of(settings: Settings) -> Phrase:
    """The words of this deployment for its instrument; raises SkmError if some are missing."""
    instrument = Instrument.parse(settings.instrument.read_text(encoding="utf-8"))
    catalog = Catalog.load(settings.locales)
    catalog.check(instrument)
    return Phrase(catalog, instrument)


def permits_of(settings: Settings) -> Permits | None:
    """Links to forms, only where people reach our pages from outside."""
    return Permits(settings.signing, settings.public_url) if settings.public_url else None


@asynccontextmanager
async def opened(settings: Settings, now: Now = utc_now) -> AsyncIterator[App]:
    """The parts without any server: for the command line and the terminal chat."""
    async with Database.open(settings.database_url) as db:
        rules = Rules(
            key=settings.key,
            old_key=settings.old_key,
            zone=settings.zone,
            repeat_after=settings.repeat_after,
            lapse_after=settings.lapse_after,
            language=settings.language,
        )
        channels: dict[str, Channel] = {"web": WebChannel(), "terminal": TerminalChannel()}
        limits = {name: channel.limits for name, channel in channels.items()}
        limits["telegram"] = TelegramChannel.limits
        limits["whatsapp"] = WhatsAppChannel.limits
        phrase = phrase_of(settings)
        links = Links(settings.base_url)
        desk = Desk(
            db,
            phrase.catalog,
            settings.zone,
            now,
            settings.instansi,
            links,
            exports=documents.exports(phrase.instrument),
            asked={phrase.instrument.version: phrase.catalog.questionnaire(phrase.instrument)},
            permits=permits_of(settings),
        )
        inbox = Inbox(db, phrase, rules, now, limits, Officials(desk))
        try:
            yield App(settings, db, desk, inbox, channels, now)
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
            app = app.with_telegram(telegram)
            await stack.enter_async_context(_running(_introduce(app, telegram)))
            if settings.telegram_webhook_url:
                routes.append(refusing(telegram.webhook_route(app.receive), app.drain))
                listening = asyncio.create_task(telegram.announce_webhook())
            else:
                listening = app.drain.watch(telegram.run_polling(app.receive, app.drain))
            await stack.enter_async_context(_running(listening))
        if settings.whatsapp_token.get_secret_value():
            whatsapp = await stack.enter_async_context(whatsapp_of(app))
            app.channels[whatsapp.name] = whatsapp
            app = app.with_whatsapp(whatsapp)
            routes.append(refusing(whatsapp_route(app, whatsapp), app.drain))
        scheduler = Clock(duties(app), now, app.drain, app.trouble, Wall(now)).started()
        stack.callback(scheduler.shutdown, wait=False)
        pages = web_of(app, routes)
        gc.freeze()  # what is loaded by now stays: the collector need not look at it at each turn
        await server.run(http_of(settings, pages), app.drain, app.say_the_rest)


def _introduce(app: App, telegram: TelegramChannel) -> "asyncio.Task[None]":
    """Learn the bot's name, for links, and announce its menus, as soon as Telegram answers."""

    async def introduce() -> None:
        await telegram.learn_name()
        await Menus(telegram, app.settings.language).announce(app.desk)

    return asyncio.create_task(introduce())


def _probes(app: App) -> Iterable[BaseRoute]:
    token = app.settings.metrics_token.get_secret_value()
    return probes(app.unready, app.measure, token, app.trouble)


def duties(app: App) -> list[Duty]:
    """What the clock does, in this order."""
    budget, months = Budget(app.desk, ledger_of(app)), app.settings.retention_months
    return [
        *housekeeping(app.inbox),
        Duty("purge", lambda: purge(app.inbox, months), every=timedelta(days=1)),
        Duty("notice alerts", lambda: app.db.write(alarms_of(app).notice), ALERTS),
        Duty("plan digests", lambda: app.db.write(digests_of(app).plan)),
        Duty("plan alerts", lambda: app.db.write(alarms_of(app).plan)),
        Duty("tell what was kept aside", lambda: app.db.write(Asides(app.desk).plan)),
        Duty("plan reminders", Reminders(app.desk).plan, every=timedelta(hours=1)),
        Duty("watch the budget", budget.watch),
        Duty("deliver", postman_of(app).deliver),
    ]


def digests_of(app: App) -> Digests:
    return Digests(app.desk, app.inbox.instrument, app.settings.thresholds)


def alarms_of(app: App) -> Alarms:
    return Alarms(app.desk, app.settings.silent_days)


def postman_of(app: App) -> Postman:
    """Sends whatever is due, each kind worded by what knows it."""
    digests = digests_of(app)
    alarms, budget = alarms_of(app), Budget(app.desk, ledger_of(app))
    compose = {
        delivery.Kind.DIGEST: digests.compose,
        delivery.Kind.ALERT: alarms.compose,
        delivery.Kind.BLOCKED: alarms.compose_blocked,
        delivery.Kind.BUDGET: budget.compose,
        delivery.Kind.FOLLOW_UP: Reminders(app.desk).compose,
        delivery.Kind.ASIDE: Asides(app.desk).compose,
    }
    return Postman(
        app.db,
        app.channels,
        lambda due, official: compose[due.plan.kind](due, official),
        app.now,
        app.drain,
    )


def ledger_of(app: App) -> Ledger:
    """What WhatsApp costs; the channel's own, if there is one."""
    channel = app.channels.get(WhatsAppChannel.name)
    if isinstance(channel, WhatsAppChannel):
        return channel.ledger
    settings = app.settings
    return Ledger(app.db, settings.zone, app.now, settings.whatsapp_monthly_budget)


def whatsapp_of(app: App) -> WhatsAppChannel:
    """The channel that the settings describe."""
    settings = app.settings
    return WhatsAppChannel(
        cloud_api_of(settings, app.now),
        ledger_of(app),
        app.desk.catalog,
        flows=published(settings.whatsapp_flow_id, settings.language),
        template=settings.whatsapp_template,
        limiter=whatsapp_rates(settings.whatsapp_rate),
        on_send=lambda outcome: app.metrics.sends.add(WhatsAppChannel.name, outcome),
    )


def cloud_api_of(settings: Settings, now: Now) -> CloudApi:
    """The connection that the settings describe."""
    token = settings.whatsapp_token.get_secret_value()
    return CloudApi(settings.whatsapp_api_url, settings.whatsapp_phone_id, token, now)


def whatsapp_route(app: App, channel: WhatsAppChannel) -> Route:
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


def telegram_of(
    settings: Settings, now: Now, metrics: Metrics | None = None, keep: Keep = leave
) -> TelegramChannel:
    """The channel that the settings describe."""
    name, counts = TelegramChannel.name, metrics or Metrics()
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        file_url=settings.telegram_file_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        limiter=telegram_rates(settings.telegram_rate),
        now=now,
        keep=keep,
        on_send=lambda outcome: counts.sends.add(name, outcome),
    )


def checkups(settings: Settings, now: Now = utc_now) -> Mapping[str, Findings]:
    """What `skm doctor` asks of the messengers that are set up."""
    tokens = {
        TelegramChannel.name: (settings.telegram_token, _telegram_checkup),
        WhatsAppChannel.name: (settings.whatsapp_token, _whatsapp_checkup),
    }
    used = {name: ask for name, (token, ask) in tokens.items() if token.get_secret_value()}
    return {name: ask(settings, now) for name, ask in used.items()}


async def _telegram_checkup(settings: Settings, now: Now) -> Findings:
    async with telegram_of(settings, now) as channel:
        async for finding in telegram_checkup(channel, settings.telegram_webhook_url, now()):
            yield finding


async def _whatsapp_checkup(settings: Settings, now: Now) -> Findings:
    async with cloud_api_of(settings, now) as api:
        async for finding in whatsapp_checkup(api, settings.whatsapp_number):
            yield finding


async def links_of(settings: Settings, now: Now = utc_now) -> Links:
    """The links of a deployment; the bot's name is asked of Telegram, if there is a bot."""
    number = settings.whatsapp_number if settings.whatsapp_token.get_secret_value() else ""
    links = Links(settings.base_url, whatsapp_number=number)
    if not settings.telegram_token.get_secret_value():
        return links
    async with telegram_of(settings, now) as telegram:
        return replace(links, telegram_bot=await telegram.username())


def web_of(app: App, routes: list[BaseRoute] | None = None) -> Starlette:
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


@asynccontextmanager
async def _running(task: "asyncio.Task[None]") -> AsyncIterator[None]:
    """Work that goes on beside the server and ends with it; if it fails, the server ends too."""
    task.add_done_callback(_stop_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _stop_if_failed(task: "asyncio.Task[None]") -> None:
    """Whoever restarts us is better than a server that hears nobody."""
    if not task.cancelled() and task.exception():
        log.critical(
            "A channel stopped (%s), so the server stops.", type(task.exception()).__name__
        )
        signal.raise_signal(signal.SIGTERM)


def http_of(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """How it is served. `trusted_proxies` are believed about whom they ask for, nobody else."""
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
    )
