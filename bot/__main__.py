"""`skm`, and `python -m bot`: runs a command and tells in one sentence what went wrong.

Exits with 0, with 1 when something failed, with 2 when the command or a setting is wrong.
"""

import sys

from bot.cli import app
from bot.console import note
from skm.errors import PeriodError, SkmError


def main() -> None:
    """Run the command of this process's arguments."""
    try:
        app(prog_name="skm")
    except SkmError as error:
        note(str(error))
        sys.exit(2 if _is_wrong_usage(error) else 1)


def _is_wrong_usage(error: SkmError) -> bool:
    from bot.settings import SettingsError

    return isinstance(error, SettingsError | PeriodError)


if __name__ == "__main__":
    main()
