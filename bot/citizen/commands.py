"""The commands that anybody may give; officials have further ones (bot/official/commands.py)."""

from enum import StrEnum


class CitizenCommand(StrEnum):
    """What is typed after the slash; it also names the command's texts in the locales."""

    LANGUAGE = "bahasa"
    STOP = "berhenti"
    COPY = "salinan"
    FORGET = "hapus"
    HELP = "bantuan"
    START = "start"
