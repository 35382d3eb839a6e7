"""What can be set, typed and run is written down, and nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app
from bot.commands import COMMANDS
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PANDUAN = (ROOT / "docs" / "panduan.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

SETTINGS = {f"SKM_{name.upper()}" for name in Settings.model_fields}
SHOWN = dict(re.findall(r'^(?:# )?(SKM_[A-Z_]+)="?([^"\n]*)"?$', EXAMPLE, re.MULTILINE))


def verbs(command: Any, path: str = "skm") -> Iterator[str]:
    """Every command that can be typed: "skm responses import"."""
    for name, below in getattr(command, "commands", {}).items():
        if hasattr(below, "commands"):
            yield from verbs(below, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_setting_stands_in_the_example_and_the_example_has_no_other() -> None:
    assert set(SHOWN) == SETTINGS


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_example_shows_the_default(name: str) -> None:
    field = Settings.model_fields[name.removeprefix("SKM_").lower()]
    plain = "" if field.is_required() else field.default
    secret = getattr(plain, "get_secret_value", None)
    expected = secret() if secret else plain
    if isinstance(expected, Path) or expected is None:  # our own files: nothing to write
        expected = ""
    assert SHOWN[name] == str(expected)


def test_the_example_with_a_key_is_a_working_file(tmp_path: Path, monkeypatch: Any) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    everything = re.sub(r"^# (SKM_[A-Z_]+=)", r"\1", EXAMPLE, flags=re.MULTILINE)
    file = tmp_path / ".env"
    file.write_text(everything.replace("SECRET_KEY=\n", f"SECRET_KEY={'k' * 32}\n"), "utf-8")
    read = Settings(_env_file=file)
    assert read == Settings(_env_file=None, secret_key="k" * 32)


def test_every_setting_stands_in_the_readme_and_the_readme_has_no_other() -> None:
    assert set(re.findall(r"SKM_[A-Z_]+", README)) == SETTINGS


def test_every_command_stands_in_the_readme_and_the_readme_has_no_other() -> None:
    table = re.findall(r"^\| `(skm [a-z ]+?)(?: [-A-Z\[].*)?` \|", README, re.MULTILINE)
    assert sorted(table) == sorted(verbs(typer.main.get_command(app)))


def test_every_make_target_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets


def test_every_chat_command_stands_in_the_guide_and_the_guide_has_no_other() -> None:
    known = {command.name for command in COMMANDS} - {"start"}
    assert set(re.findall(r"`/([a-z]+)[ `]", PANDUAN)) == known


@pytest.mark.parametrize("page", [README, PANDUAN], ids=["README", "panduan"])
def test_links_lead_to_files_that_are_there(page: str) -> None:
    local = [link for link in re.findall(r"\]\(([^)]+)\)", page) if "://" not in link]
    assert [link for link in local if not (ROOT / link).exists()] == []
