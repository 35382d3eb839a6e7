"""`skm`, and `python -m bot`: runs a command; an error is printed as one sentence.

Exits with 0, with 1 when the command failed, with 2 when the command or a setting is wrong.
"""

import sys

from bot.cli.main import app
from bot.cli.terminal_output import note
from bot.running.errors import SettingsError
from skm.errors import PeriodError, SkmError


def main() -> None:
    """Runs the command in the arguments of this process."""
    try:
        app(prog_name="skm")
    except SkmError as error:
        note(str(error))
        sys.exit(2 if isinstance(error, SettingsError | PeriodError) else 1)


if __name__ == "__main__":
    main()
