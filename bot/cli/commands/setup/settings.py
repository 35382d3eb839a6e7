"""The settings that `skm setup` asks for or is given, each checked before it is stored."""

import asyncio
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from dotenv import dotenv_values

from bot.cli.commands.database import refuse_passwords
from bot.cli.commands.setup import env_file
from bot.cli.commands.setup.questions import ask, ask_secret, confirm
from bot.cli.environment import exposed, now
from bot.cli.terminal_output import note
from bot.running.settings import read_settings
from bot.telegram.from_settings import telegram_of
from skm.errors import SkmError
from skm.store.database import migrate as migrations

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
"""The time zones of Indonesia by their abbreviations."""

WHATSAPP = {
    "whatsapp_token": "permanent token",
    "whatsapp_phone_id": "id of the phone number (in WhatsApp Manager)",
    "whatsapp_app_secret": "app secret",
    "whatsapp_verify_token": "a secret word of your own, which Meta repeats",
    "whatsapp_number": "phone number with country code, such as 6281234567890",
}
"""The settings of WhatsApp that are needed together, and what each is."""


def settled(field: str, given: str | None, before: Mapping[str, str]) -> str:
    """The value of a setting: as given by an option, else as answered, else as before."""
    accept = ACCEPT[field]
    known = before.get(_name(field), "")
    if given is not None:
        return accept(given)
    if not sys.stdin.isatty():
        return known
    if field == "telegram_token":
        return ask_secret(QUESTIONS[field], known, accept)
    if field == "database_url":
        if not confirm("Another database than now?" if known else QUESTIONS[field], default=False):
            return known
        return ask_secret("postgresql+asyncpg://USER:PASSWORD@HOST/NAME", known, accept)
    return ask(QUESTIONS[field], known or DEFAULTS.get(field, ""), accept)


QUESTIONS = {
    "instansi": "Name of the government (instansi)",
    "timezone": "Time zone: WIB, WITA, WIT, or such as Asia/Jakarta",
    "public_url": "Address on the web, such as https://survei.kota.go.id; Enter if there is none",
    "telegram_token": "Telegram token from @BotFather",
    "database_url": "Keep answers in PostgreSQL instead of a file?",
}
DEFAULTS = {"timezone": "WIB"}


def _accepted(field: str, value: str) -> str:
    """The value if the settings accept it; raises SettingsError."""
    if value:
        read_settings(_env_file=None, secret_key=_new_key(), **{field: value})
    return value


def _instansi(value: str) -> str:
    if not value:
        raise SkmError("Its name stands on every page: type it, such as Pemerintah Kota Surakarta.")
    return _accepted("instansi", value)


def _zone(value: str) -> str:
    return _accepted("timezone", ZONES.get(value.upper(), value))


def _public_url(value: str) -> str:
    return _accepted(
        "public_url", value if not value or "://" in value else f"https://{value}"
    ).rstrip("/")


def _telegram(value: str) -> str:
    """Raises TokenRefused if Telegram does not know the token."""
    if not value:
        return value

    async def name() -> str:
        settings = read_settings(_env_file=None, secret_key=_new_key(), telegram_token=value)
        async with telegram_of(settings, now) as telegram:
            return await telegram.fetch_bot_name(tries=1)

    found = asyncio.run(name())
    note(
        f"The token belongs to @{found}."
        if found
        else "Telegram cannot be reached from here, so the token is stored unchecked."
    )
    return value


def _database(value: str) -> str:
    """Raises StoreError if the database cannot be opened."""
    if value:
        migrations.version_of(_accepted("database_url", value))
    return value


ACCEPT: Mapping[str, Callable[[str], str]] = {
    "instansi": _instansi,
    "timezone": _zone,
    "public_url": _public_url,
    "telegram_token": _telegram,
    "database_url": _database,
}


def whatsapp_of(before: Mapping[str, str], file: Path | None) -> dict[str, str]:
    """The settings of WhatsApp by their fields, from a file or asked; empty if they stay."""
    if file is not None:
        found = dotenv_values(stream=None, dotenv_path=file, interpolate=False)
        values = {field: found.get(_name(field)) or "" for field in WHATSAPP}
    elif sys.stdin.isatty() and confirm("Set up WhatsApp now?", default=False):
        values = {
            field: ask_secret(f"WhatsApp: {meaning}", before.get(_name(field), ""), str)
            for field, meaning in WHATSAPP.items()
        }
    else:
        return {}
    missing = [_name(field) for field, value in values.items() if not value]
    if missing:
        raise SkmError(f"WhatsApp needs all of its settings; missing: {', '.join(missing)}.")
    read_settings(_env_file=None, secret_key=_new_key(), **values)
    return values


def token_in(file: Path) -> str:
    """The first line of the file; of the standard input for "-"."""
    if str(file) == "-":
        return sys.stdin.readline().strip()
    if ":" in file.name and not file.exists():
        raise exposed(
            "write the token into a file and name the file, or give - and the token on the standard"
            " input"
        )
    try:
        return (file.read_text(encoding="utf-8").splitlines() or [""])[0].strip()
    except (OSError, UnicodeDecodeError):
        raise SkmError(f"{file} cannot be read.") from None


def database_given(url: str) -> str:
    refuse_passwords([url], "give `--database -` and the URL on the standard input")
    return sys.stdin.readline().strip() if url == "-" else url


def _new_key() -> str:
    return secrets.token_hex(32)


def _name(field: str) -> str:
    return f"SKM_{field.upper()}"


def store(before: Mapping[str, str], changed: Mapping[str, str]) -> None:
    """Writes what differs into .env; the key of pseudonyms is made once and never changed here."""
    values = {_name(field): value for field, value in changed.items()}
    if not _key(before):
        values["SKM_SECRET_KEY"] = _new_key()
    new = {name: value for name, value in values.items() if value != before.get(name, "")}
    env_file.store(new)
    for name in sorted(new):
        note(f"{name} is set." if new[name] else f"{name} is empty now.")


def _key(before: Mapping[str, str]) -> str:
    """The key of pseudonyms that is set, in the environment or in .env; "" for none."""
    try:
        return read_settings().secret_key.get_secret_value()
    except SkmError:
        return before.get("SKM_SECRET_KEY", "")
