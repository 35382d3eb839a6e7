"""A command group that imports a command's module only when that command is invoked."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group


def command_group() -> typer.Typer:
    """Collects the commands of one module, which exports it as `app`."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


class LazyCommand(TyperCommand):
    """A command, or a group of commands, as the list of commands shows it before it is imported."""

    def __init__(self, name: str, module: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self.module = module

    def load(self) -> Any:
        """Imports the module and returns its command of this name, else all its commands as a
        group of this name.
        """
        group = get_group(import_module(self.module).app)
        group.help = self.help
        return group.commands.get(str(self.name), group)


class LazyGroup(TyperGroup):
    """Lists its commands without importing them."""

    def __init__(self, help: str, commands: Iterable[LazyCommand]) -> None:
        super().__init__(
            help=help, commands=list(commands), no_args_is_help=True, rich_markup_mode=None
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Called for the command that is invoked, which is loaded here."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found.load() if isinstance(found, LazyCommand) else found, rest
