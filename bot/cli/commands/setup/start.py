"""What `skm setup` makes of the settings: tables, units, collectors, the first admin."""

import getpass
import sys
from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.commands.collectors import CODE_LENGTH
from bot.cli.commands.database import migrate
from bot.cli.commands.imports.units import import_units
from bot.cli.commands.officials import invite
from bot.cli.commands.setup.questions import ask, confirm
from bot.cli.environment import now, on_database
from bot.cli.terminal_output import note, say
from bot.running.settings import Settings, read_settings
from skm.errors import SkmError
from skm.instansi.collector import Collector
from skm.instansi.official import AuditEvent, Role
from skm.privacy.pseudonym import new_code
from skm.store.database.database import Database
from skm.store.officials import audit_log, officials
from skm.store.survey import collectors, upps

UNIT = """\
sudo tee /etc/systemd/system/skm.service <<END
[Unit]
Description=SKM bot
After=network-online.target
Wants=network-online.target
[Service]
User={user}
WorkingDirectory={folder}
ExecStart={skm} serve
Restart=always
RestartPreventExitStatus=2
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes
[Install]
WantedBy=multi-user.target
END
sudo systemctl enable --now skm"""
"""The commands that make `skm serve` a service; deploy/skm.service is the hardened one."""

NEXT = (
    ("serve", "takes answers from now on; Ctrl-C ends it"),
    ("qr --all --out posters.pdf", "draws a poster with the QR code for each counter"),
    ("doctor", "says what is missing"),
)


def make_ready(units: Path | None, counters: bool | None) -> None:
    """Creates the tables, imports units, makes collectors, invites the first admin."""
    migrate()
    asking = sys.stdin.isatty()
    if units is None and asking and not on_database(_has_units):
        typed = ask("File with the service units, any spreadsheet; Enter: later", "", _file)
        units = Path(typed) if typed else None
    if units is not None:
        try:
            import_units(units)
        except (SkmError, typer.Exit) as error:
            if isinstance(error, SkmError):
                note(str(error))
            note("The units wait: correct the file and run `skm setup` again, or `skm upp import`.")
            if not asking:
                raise typer.Exit(1) from None
    without = on_database(_without_collector)
    if without and counters is None and asking:
        counters = confirm(f"Make a QR code for each of {len(without):,} units?", default=True)
    if without and counters:
        on_database(lambda _, db: _add_collectors(db, without))
        say(f"Collectors: {len(without):,} new, one for each unit.")
    if on_database(_has_admin):
        note("There is an admin already; `skm login` prints a link to the work pages.")
    else:
        say("Open this to become the first admin:")
        invite(Role.ADMIN)
    _next_steps(read_settings())


def _file(typed: str) -> str:
    if typed and not Path(typed).is_file():
        raise SkmError(f"There is no file {typed}.")
    return typed


async def _has_units(settings: Settings, db: Database) -> bool:
    return bool(await db.read(upps.listed))


async def _has_admin(settings: Settings, db: Database) -> bool:
    return any(one.role is Role.ADMIN for one in await db.read(officials.listed))


async def _without_collector(settings: Settings, db: Database) -> list[str]:
    """The codes of the units without units below them and without a collector."""
    known = await db.read(upps.listed)
    parents = {unit.parent for unit in known}
    served = {one.upp for one in await db.read(collectors.listed)}
    return [unit.code for unit in known if unit.code not in parents | served]


async def _add_collectors(db: Database, codes: list[str]) -> None:
    at = now()

    async def write(conn: AsyncConnection) -> None:
        for code in codes:
            await collectors.add(conn, Collector(new_code(CODE_LENGTH), code), at)
        await audit_log.add(conn, None, AuditEvent.COLLECTOR, f"{len(codes)} units", at)

    await db.write(write)


def _next_steps(settings: Settings) -> None:
    """Prints what is left to do by hand."""
    skm = Path(sys.argv[0]).resolve()
    say("\nNext:")
    for arguments, purpose in NEXT:
        say(f"  {skm} {arguments:<30} # {purpose}")
    if not settings.public_url:
        note("SKM_PUBLIC_URL is not set: QR codes lead to this machine only. Run this again.")
    say("\nAs a service of systemd, which starts it again after a crash or a restart:\n")
    say(UNIT.format(user=getpass.getuser(), folder=Path.cwd(), skm=skm))
    say("\nOr in a container, in the folder of compose.yaml: docker compose up --detach")
