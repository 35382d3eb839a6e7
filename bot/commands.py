"""The commands: what they are called, who may, how they are read, what runs.

Help, menus and dispatch are made from this table. Whether somebody may is decided by `may` alone.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import (
    alarms,
    closing,
    colleagues,
    enrolment,
    figures,
    follow_up,
    health,
    pictures,
    subscribing,
    units,
)
from bot.ask import Ask, Desk, Replies, Subject
from bot.catalog import Catalog
from bot.reply import folded
from bot.subject import oneself, unit_and_period, whole
from skm.official import ALLOWED, Action, Deed, Official

Reader = Callable[[AsyncConnection, Desk, Official, str], Awaitable[Subject]]
Runner = Callable[[Ask], Awaitable[Replies]]


@dataclass(frozen=True)
class Command:
    """`name` is what is typed after the slash and names its words in the locales.

    `needs`: what an official must be allowed; None: everybody may, and the conversation answers.
    `read`: its argument → what it is about. `run`: answers it. `deed`: what the log calls it,
    where showing something is already worth a line; changes are written down by what makes them.
    """

    name: str
    aliases: tuple[str, ...] = ()
    needs: Action | None = None
    read: Reader = oneself
    run: Runner | None = None
    deed: Deed | None = None


START = Command("start")
FORGET = Command("hapus", ("delete", "busek"))
LANGUAGE = Command("bahasa", ("language", "basa"))
HELP = Command("bantuan", ("help", "bantu"))
FOLLOW_UP = Command(
    "tindaklanjut", ("tl", "followup"), Action.FOLLOW_UP, follow_up.ended, follow_up.answer
)
STOP = Command("berhenti", ("stop", "mandheg"))


def _about_unit(name: str, aliases: tuple[str, ...], run: Runner) -> Command:
    """Something to read of a unit and a period, or of the whole instansi."""
    return Command(name, aliases, Action.READ, unit_and_period, run, Deed.REPORT)


COMMANDS = (
    _about_unit("report", ("laporan", "lapuran"), figures.report),
    _about_unit("ringkas", ("summary",), figures.summary),
    _about_unit("komentar", ("comments",), figures.comments),
    _about_unit("peringkat", ("ranking",), figures.ranking),
    _about_unit("layanan", ("services",), figures.layanan),
    _about_unit("banding", ("compare",), figures.comparison),
    _about_unit("grafik", ("charts",), pictures.answer),
    Command("unit", ("upp",), Action.READ, unit_and_period, units.unit),
    Command("qr", (), Action.READ, unit_and_period, units.qr),
    Command("nama", ("name",), Action.READ, oneself, enrolment.rename),
    Command("undang", ("invite",), Action.INVITE, whole, enrolment.invite),
    Command("petugas", ("officials",), Action.MANAGE, whole, colleagues.listed),
    Command("langganan", ("subscription",), Action.SUBSCRIBE, oneself, subscribing.answer),
    Command("siaga", ("alerts",), Action.SUBSCRIBE, oneself, alarms.answer),
    Command("kesehatan", ("health",), Action.HEALTH, whole, health.answer),
    FOLLOW_UP,
    Command("tutup", ("close",), Action.MANAGE, whole, closing.answer),
    Command("audit", ("log",), Action.AUDIT, whole, colleagues.audit),
    LANGUAGE,
    STOP,
    FORGET,
    HELP,
    START,
)

_BY_WORD = {word: command for command in COMMANDS for word in (command.name, *command.aliases)}


def command_of(text: str | None) -> tuple[Command, str] | None:
    """(command, the rest) of "/hapus" or a lone "hapus"; None if it is no command of ours.

    An official's command needs its slash: "saran" alone may be a citizen's answer.
    """
    if not text:
        return None
    word, _, rest = text.strip().partition(" ")
    slash = word.startswith("/")
    name = folded(word.lstrip("/").partition("@")[0])
    command = _BY_WORD.get(name)
    if command is None:
        return (HELP, "") if slash and name.isalpha() else None
    lone = command.needs is None and not rest
    return (command, rest.strip()) if slash or lone else None


def offered(official: Official | None) -> tuple[Command, ...]:
    """The commands that somebody may give, for help and menus."""
    mine = ALLOWED[official.role] if official else frozenset()
    whole_only = official is not None and official.upp is not None
    return tuple(
        command
        for command in COMMANDS
        if command is not START
        and (
            command.needs is None
            or (command.needs in mine and not (whole_only and command.read is whole))
        )
    )


def menu(catalog: Catalog, official: Official | None, language: str) -> dict[str, str]:
    """Name → what it does, of the commands that somebody may give."""
    return {c.name: catalog.say(language, f"command.{c.name}") for c in offered(official)}
