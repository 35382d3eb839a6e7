"""The commands: their names, what an official must be allowed, and how an argument is read.

Help, menus and dispatch are made from this table; handlers.py has the function that answers each.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.citizen.commands import CitizenCommand
from bot.messaging.vocabulary import Vocabulary
from bot.request.arguments import (
    closable_period,
    finished_period,
    own_unit,
    unit_and_period,
    whole_instansi,
)
from bot.request.instansi import Instansi
from bot.request.request import Subject
from bot.request.submissions import reported
from skm.instansi.find_upp import folded
from skm.instansi.official import ALLOWED, Action, AuditEvent, Official

OF_ALL = (whole_instansi, closable_period)
"""How commands are read that are about the whole instansi, whatever is typed."""

ReadArguments = Callable[[AsyncConnection, Instansi, Official, str], Awaitable[Subject]]


@dataclass(frozen=True)
class Command:
    """`name` is what is typed after the slash and names its texts in the locales; [typed.command]
    there has the other words for it.

    `needs`: what an official must be allowed; None: a command of citizens, which the conversation
    answers. `read`: its argument → what it is about. `event`: the entry in the audit log where
    reading alone is recorded; what changes something records that itself. `exports`: whether it
    also makes files.
    """

    name: str
    needs: Action | None = None
    read: ReadArguments = own_unit
    event: AuditEvent | None = None
    exports: bool = False


FOLLOW_UP = Command("tindaklanjut", Action.FOLLOW_UP, finished_period)
PAPER = Command("kertas", Action.PAPER, own_unit)
SUBMISSION = Command("serah", Action.READ, reported)
IMPORT = Command("impor", Action.IMPORT, own_unit)
HELP = Command(CitizenCommand.HELP)


def _figures(name: str, *, exports: bool = False) -> Command:
    """A command that shows figures of a unit (or of the whole instansi) and a period."""
    return Command(name, Action.READ, unit_and_period, AuditEvent.REPORT, exports)


COMMANDS = (
    _figures("report", exports=True),
    _figures("ringkas"),
    _figures("komentar"),
    _figures("peringkat"),
    _figures("layanan"),
    _figures("banding"),
    _figures("grafik"),
    Command("unit", Action.READ, unit_and_period),
    Command("qr", Action.READ, unit_and_period),
    Command("nama", Action.READ, own_unit),
    Command("undang", Action.INVITE, whole_instansi),
    Command("petugas", Action.MANAGE, whole_instansi),
    Command("kerja", Action.READ, own_unit),
    Command("langganan", Action.SUBSCRIBE, own_unit),
    Command("siaga", Action.SUBSCRIBE, own_unit),
    Command("kesehatan", Action.HEALTH, whole_instansi),
    FOLLOW_UP,
    SUBMISSION,
    PAPER,
    IMPORT,
    Command("tutup", Action.MANAGE, closable_period),
    Command("audit", Action.AUDIT, whole_instansi),
    *(Command(name) for name in CitizenCommand),
)

_BY_NAME = {command.name: command for command in COMMANDS} | {"tl": FOLLOW_UP}


def command_of(text: str, vocabulary: Vocabulary) -> tuple[Command, str] | None:
    """(command, argument) of "/hapus" or a lone "hapus"; None if the text is no command.

    A command of officials needs its slash: "saran" alone may be a citizen's answer.
    """
    word, _, rest = text.strip().partition(" ")
    slash = word.startswith("/")
    said = folded(word.lstrip("/").partition("@")[0])
    command = _BY_NAME.get(vocabulary.meanings("command").get(said, said))
    if command is None:
        return (HELP, "") if slash and said.isalpha() else None
    lone = command.needs is None and not rest
    return (command, rest.strip()) if slash or lone else None


def offered(official: Official | None) -> tuple[Command, ...]:
    """The commands for the help and menu of an official, or (None) of a citizen."""
    allowed = ALLOWED[official.role] if official else frozenset()
    has_unit = official is not None and official.upp is not None
    return tuple(
        command
        for command in COMMANDS
        if command.name != CitizenCommand.START
        and (
            command.needs is None
            or (command.needs in allowed and not (has_unit and command.read in OF_ALL))
        )
    )
