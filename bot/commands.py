"""The commands that a person may type, with or without a slash."""

from enum import StrEnum

from bot.reply import folded


class Command(StrEnum):
    """What everybody may ask for; the value names its words in the locales."""

    START = "start"
    FORGET = "hapus"
    LANGUAGE = "bahasa"
    HELP = "bantuan"
    STOP = "berhenti"


ALIASES = {
    "help": Command.HELP,
    "bantu": Command.HELP,
    "language": Command.LANGUAGE,
    "basa": Command.LANGUAGE,
    "delete": Command.FORGET,
    "busek": Command.FORGET,
    "stop": Command.STOP,
    "mandheg": Command.STOP,
    **{str(command): command for command in Command},
}


def command_of(text: str | None) -> tuple[Command, str] | None:
    """(command, the rest) of "/hapus" or a lone "hapus"; None if it is no command of ours."""
    if not text:
        return None
    word, _, rest = text.strip().partition(" ")
    slash = word.startswith("/")
    name = folded(word.lstrip("/").partition("@")[0])
    command = ALIASES.get(name)
    if command is None:
        return (Command.HELP, "") if slash and name.isalpha() else None
    return (command, rest.strip()) if slash or not rest else None
