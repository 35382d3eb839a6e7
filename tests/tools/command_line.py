"""Runs the command `skm` in a test: in the test's folder, with only the settings the test gives."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.__main__ import main

KEY = "a test's key, thirty-two bytes or so"


class Ended(NamedTuple):
    """Exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


Skm = Callable[..., Ended]


@dataclass(frozen=True)
class Operator:
    """`operator.skm("report", "kota", "2026")` once settings are there: `sets` or `deployed`."""

    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    @classmethod
    def at(
        cls, folder: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> "Operator":
        patch.chdir(folder)
        for name in [name for name in os.environ if name.startswith("SKM_")]:
            patch.delenv(name)
        return cls(patch, captured)

    def sets(self, **settings: str) -> None:
        """Set settings, by their names without SKM_."""
        for name, value in settings.items():
            self.patch.setenv(f"SKM_{name.upper()}", value)

    def skm(self, *arguments: str) -> Ended:
        self.patch.setattr(sys, "argv", ["skm", *arguments])
        self.captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self.captured.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    def deployed(self, url: str) -> Skm:
        """The command `skm` with the settings of a deployment on that database."""
        self.sets(secret_key=KEY, database_url=url)
        return self.skm
