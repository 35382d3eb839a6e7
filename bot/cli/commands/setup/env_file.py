"""The file `.env`, in which `skm setup` writes settings and leaves all other lines as they are."""

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key

from skm.errors import SkmError

ENV_FILE = Path(".env")
HEADING = "# Settings of the SKM bot, written by `skm setup`; the README lists them all.\n"


def stored() -> dict[str, str]:
    """The settings that the file holds, by their names with SKM_; empty if there is no file."""
    try:
        found = dotenv_values(ENV_FILE, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise SkmError(f"{ENV_FILE.resolve()} cannot be read: {error}.") from None
    return {name: value for name, value in found.items() if value}


def store(settings: Mapping[str, str]) -> None:
    """Writes these settings, by their names with SKM_, with mode 0600; raises SkmError."""
    try:
        if not ENV_FILE.exists():
            ENV_FILE.touch(mode=0o600)
            ENV_FILE.write_text(HEADING, encoding="utf-8")
        ENV_FILE.chmod(0o600)
        for name, value in settings.items():
            set_key(ENV_FILE, name, value, quote_mode="auto")
    except OSError as error:
        raise SkmError(f"{ENV_FILE.resolve()} cannot be written: {error.strerror}.") from None
