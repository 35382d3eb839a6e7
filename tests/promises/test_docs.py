"""The documentation names every setting and command, and nothing that does not exist."""

import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from bot.cli.lazy_group import LazyCommand
from bot.cli.main import app
from bot.official.commands import COMMANDS
from bot.running.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
}
README, PANDUAN = PAGES["README.md"], PAGES["docs/panduan.md"]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SOURCE = {
    path: path.read_text(encoding="utf-8")
    for top in ("bot", "skm", "tests")
    for path in sorted((ROOT / top).rglob("*.py"))
}

SETTINGS = {f"SKM_{name.upper()}" for name in Settings.model_fields}
DEFAULTS = dict(re.findall(r'^(?:# )?(SKM_[A-Z_]+)="?([^"\n]*)"?$', EXAMPLE, re.MULTILINE))
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
CHAT_COMMANDS = {command.name for command in COMMANDS} - {"start"}

FOLDERS = r"(?:bot|skm|tests|docs|deploy|locales|\.ci)"
NAMED_PATH = re.compile(rf"(?<![\w/.:-]){FOLDERS}/[\w./*-]*[\w*/](?:\.py)?")
NAMED_TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
NAMED_DEFINITION = re.compile(rf"({FOLDERS}/[\w/]+\.py):([A-Za-z_.]+)")


def cli_commands(command: Any, path: str = "skm") -> dict[str, Any]:
    """Every command of the command line by what is typed: "skm responses import"."""
    found: dict[str, Any] = {}
    for name, listed in getattr(command, "commands", {}).items():
        below = listed.load() if isinstance(listed, LazyCommand) else listed
        if hasattr(below, "commands"):
            found |= cli_commands(below, f"{path} {name}")
        else:
            found[f"{path} {name}"] = below
    return found


COMMAND_LINE = cli_commands(app)


def typed(page: str) -> Iterator[tuple[list[str], list[str]]]:
    """The words and the options of each `skm` command in the page's code.

    `skm responses import FILE --skip-bad` is (["responses", "import"], ["--skip-bad"]).
    """
    code = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", page, re.DOTALL)
    text = "\n".join(block or span for block, span in code).replace("\\\n", " ")
    before = r"(?:^|bin/|--rm |exec skm |&& )"
    for found in re.finditer(rf"{before}skm((?: [^ #&|\n]+)*)(?![\w.(-])", text, re.MULTILINE):
        words = found[1].split()
        verbs = list(takewhile(re.compile(r"[a-z]+$").match, words))
        yield verbs[:2], [word.strip("[]") for word in words if word.strip("[").startswith("--")]


# --- settings ------------------------------------------------------------------------------------


def test_the_example_lists_exactly_the_settings() -> None:
    assert set(DEFAULTS) == SETTINGS


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_example_shows_the_default(name: str) -> None:
    field = Settings.model_fields[name.removeprefix("SKM_").lower()]
    plain = "" if field.is_required() else field.default
    secret = getattr(plain, "get_secret_value", None)
    expected = secret() if secret else plain
    if isinstance(expected, Path) or expected is None:  # our own file: the example leaves it empty
        expected = ""
    assert DEFAULTS[name] == str(expected)


def test_the_example_with_a_key_is_a_valid_env_file(tmp_path: Path, monkeypatch: Any) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    everything = re.sub(r"^# (SKM_[A-Z_]+=)", r"\1", EXAMPLE, flags=re.MULTILINE)
    file = tmp_path / ".env"
    file.write_text(everything.replace("SECRET_KEY=\n", f"SECRET_KEY={'k' * 32}\n"), "utf-8")
    read = Settings(_env_file=file)
    assert read == Settings(_env_file=None, secret_key="k" * 32)


def test_the_readme_lists_exactly_the_settings() -> None:
    assert set(re.findall(r"SKM_[A-Z_]+", README)) == SETTINGS


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_a_page_names_exists(page: str) -> None:
    """Settings of the bot, and those that tests and benchmarks read from the environment."""
    named = set(re.findall(r"\bSKM_[A-Z_]+", PAGES[page]))
    for name in named - SETTINGS:
        read = [path for path, text in SOURCE.items() if f'"{name}"' in text]
        assert [path for path in read if (ROOT / "tests") in path.parents], name


# --- commands ------------------------------------------------------------------------------------


def test_the_readme_lists_exactly_the_commands_of_the_command_line() -> None:
    table = re.findall(r"^\| `(skm [a-z ]+?)(?: [-A-Z\[].*)?` \|", README, re.MULTILINE)
    assert sorted(table) == sorted(COMMAND_LINE)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_that_a_page_types_exists(page: str) -> None:
    groups = {name.split()[1] for name in COMMAND_LINE}
    for verbs, options in typed(PAGES[page]):
        named = [" ".join(["skm", *verbs[:count]]) for count in (2, 1)]
        command = next((COMMAND_LINE[name] for name in named if name in COMMAND_LINE), None)
        alone = len(verbs) <= 1 and groups.issuperset(verbs)  # `skm`, `skm audit`
        assert command or alone, f"{page} types `{named[0]}`"
        known = {"--help"} | {
            name for param in getattr(command, "params", ()) for name in param.opts
        }
        assert known.issuperset(options), f"{page}: `{named[0]}` has no {set(options) - known}"


def test_the_guide_lists_exactly_the_chat_commands() -> None:
    assert set(re.findall(r"`/([a-z]+)[ `]", PANDUAN)) == CHAT_COMMANDS


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"docs/panduan.md"}))
def test_every_chat_command_and_address_that_a_page_names_exists(page: str) -> None:
    product = [text for path, text in SOURCE.items() if (ROOT / "tests") not in path.parents]
    product.append((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    for name in set(re.findall(r"`/([a-z]+)[ `]", PAGES[page])) - CHAT_COMMANDS:
        assert re.search(rf'["\s]/{name}\b', "".join(product)), f"{page} names /{name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    named = re.findall(r"(?:`|^|&& |sudo )make (?:-\S+ )*([a-z-]+)", PAGES[page], re.MULTILINE)
    assert set(named) <= TARGETS


def test_make_help_explains_every_target() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert explained == set(phony[1].split()) == TARGETS


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", PAGES[page]):
        target, _, heading = (link[0] or link[1]).partition("#")
        if "://" in target:
            continue
        file = ((ROOT / page).parent / target) if target else ROOT / page
        assert file.exists(), f"{page} links to {target}"
        if heading:
            assert heading in headings(file.read_text(encoding="utf-8")), f"{page}: #{heading}"


def headings(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    """`deploy/skm-backup.*` and the like may match several files."""
    for name in set(NAMED_PATH.findall(PAGES[page])):
        assert list(ROOT.glob(name.rstrip("/"))), f"{page} names {name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_test_and_definition_that_a_page_names_exists(page: str) -> None:
    """`tests/bot/test_inbox.py::test_x` and `bot/inbox.py:Inbox.receive`."""
    named = NAMED_TEST.findall(PAGES[page]) + NAMED_DEFINITION.findall(PAGES[page])
    for path, name in named:
        for part in name.strip(".").split("."):
            defined = re.search(
                rf"^ *(?:(?:async )?def|class) {part}\b|^{part}\b.* = ",
                SOURCE.get(ROOT / path, ""),
                re.MULTILINE,
            )
            assert defined, f"{page} names {part} of {path}"
