"""The command line as a whole: its help, wrong usage, missing settings."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import app
from tests.tools.command_line import Skm

ROOT = Path(__file__).parents[3]
HEAVY = {
    "sqlalchemy",
    "uvicorn",
    "starlette",
    "telegram",
    "PIL",
    "matplotlib",
    "babel",
    "typst",
    "rich",
}


def test_help_imports_no_command_and_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['skm', '--help']\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('LOADED', *sorted({HEAVY!r} & set(sys.modules)),"
        " *(name for name in sys.modules if name.startswith('bot.cli.commands')))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "Serve a demo city" in run.stdout
    assert run.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize(
    "group", ["", "upp", "collector", "responses", "recap", "audit", "whatsapp"]
)
def test_every_line_of_the_help_fits_a_terminal_of_80_columns(
    unconfigured: Skm, group: str
) -> None:
    listed = unconfigured(*group.split(), "--help").out.partition("Commands:\n")[2].splitlines()
    assert listed
    assert [line for line in listed if line.endswith("...") or len(line) > 80] == []


@pytest.mark.parametrize("name", app.commands)
def test_the_list_shows_the_first_line_of_a_command_s_own_help(
    unconfigured: Skm, name: str
) -> None:
    own = " ".join(unconfigured(name, "--help").out.partition("\n\n")[2].split("\n\n")[0].split())
    assert own == app.commands[name].help


@pytest.mark.parametrize(
    "arguments", [["serve"], ["report", "X", "2026"], ["upp", "list"], ["chat", "PAJANG"], ["seed"]]
)
def test_a_missing_setting_is_one_sentence_and_exit_code_2(
    unconfigured: Skm, arguments: list[str]
) -> None:
    ended = unconfigured(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("SKM_SECRET_KEY is not set: ")
    assert len(ended.err.splitlines()) == 1


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(
    configured: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKM_TIMEZONE", "Solo")
    ended = configured("migrate")
    assert (ended.code, ended.err) == (
        2,
        "SKM_TIMEZONE is not a time zone; use one like Asia/Jakarta.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["raport"], "No such command 'raport'. Did you mean 'report'?"),
        (["report", "DINKES"], "Missing argument"),
        (["report", "DINKES", "2026-Q5"], "“2026-Q5” is not a period: write it like 2026-Q4"),
        (["qr", "PAJANG", "--out", "qr.gif"], "qr.gif must end with .png or .svg."),
        (["tickets", "PAJANG", "--out", "t.pdf", "--count", "0"], "Invalid value for '--count'"),
        (["whatsapp", "flow", "--out", "."], "must end with .json."),
        (["responses", "export"], "Missing option '--out'"),
        (["responses", "export", "--out", "x.xlsx"], "x.xlsx must end with .csv."),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(
    skm: Skm, arguments: list[str], said: str
) -> None:
    ended = skm(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["whatsapp", "flow", "--out", "flow.json"],
        ["qr", "--all", "--out", "posters.pdf"],
        ["poster", "DINKES", "2026-Q4", "--out", "poster.png"],
    ],
)
def test_an_unknown_language_is_refused(skm: Skm, arguments: list[str]) -> None:
    skm("collector", "add", "DINKES")
    ended = skm(*arguments, "--language", "xx")
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == "There is no language xx: choose one of id, jv, en."
    assert not Path(arguments[-1]).exists()


def test_a_database_without_tables_says_to_migrate(configured: Skm) -> None:
    ended = configured("upp", "list")
    assert (ended.code, ended.err) == (
        1,
        "The database is not up to date: run `skm migrate` first.\n",
    )


def test_a_port_in_use_is_reported_before_anything_starts(
    configured: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SKM_HTTP_PORT", str(taken.getsockname()[1]))
        ended = configured("serve")
    assert ended.code == 1
    assert "cannot be used (Address already in use): choose another SKM_HTTP_PORT." in ended.err
