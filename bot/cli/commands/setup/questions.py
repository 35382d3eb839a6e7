"""Questions that a command asks in a terminal; each is asked again until its answer is accepted."""

from collections.abc import Callable

import typer

from bot.cli.terminal_output import note
from skm.errors import SkmError

Accept = Callable[[str], str]
"""Returns the answer as it is used; raises SkmError with a sentence for one that cannot be."""


def ask(question: str, before: str, accept: Accept) -> str:
    """The accepted answer; Enter keeps what was set before."""
    while True:
        answer = typer.prompt(question, default=before, show_default=bool(before), err=True)
        try:
            return accept(answer.strip())
        except SkmError as error:
            note(str(error))


def ask_secret(question: str, before: str, accept: Accept) -> str:
    """The same for what must not be seen on the screen; a secret set before is not shown."""
    hint = "Enter keeps the one that is set" if before else "Enter: none"
    while True:
        answer = typer.prompt(
            f"{question} ({hint}; it is not shown)",
            default=before,
            show_default=False,
            hide_input=True,
            err=True,
        )
        try:
            return accept(answer.strip())
        except SkmError as error:
            note(str(error))


def confirm(question: str, default: bool) -> bool:
    """Whether the answer is yes."""
    return typer.confirm(question, default=default, err=True)
