"""`skm setup`, at a terminal and in a script, with a Bot API server on this machine."""

import asyncio
import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pytest

from tests.stand.telegram import BotApi
from tests.tools.command_line import Operator, Skm

ROOT = Path(__file__).parents[5]
GOLDEN = ROOT / "tests" / "golden" / "setup.txt"
UNITS = """code,name,parent,population
DINKES,Dinas Kesehatan,,
PAJANG,Puskesmas Pajang,DINKES,12000
MANAHAN,Puskesmas Manahan,DINKES,
"""
CHANGING = (
    (re.compile(r"i-[2-9A-HJ-NP-Z]{20}"), "i-TOKEN"),
    (re.compile(r"(?m)^User=.*$"), "User=ME"),
    (re.compile(re.escape(str(ROOT / "bot" / "__main__.py"))), "SKM"),
)
"""What differs from run to run in a session, and what stands for it in the golden file."""

Exchange = Sequence[tuple[str, str]]
FIRST: Exchange = (
    ("Name of the government", ""),
    ("needed|type it", "Kota Surakarta"),
    ("Time zone", "Waktu Jawa"),
    ("not a time zone", "wib"),
    ("Address", "survei.surakarta.go.id"),
    ("Telegram token", "1:wrong"),
    ("copy it again", "{token}"),
    ("PostgreSQL", "n"),
    ("WhatsApp", "n"),
    ("File with", "nowhere.xlsx"),
    ("There is no file", "upp.csv"),
    ("QR code for each of 2 units", "y"),
)


@pytest.fixture
def skm(operator: Operator) -> Skm:
    """`skm` in an empty folder with a file of units and no setting."""
    Path("upp.csv").write_text(UNITS, encoding="utf-8")
    return operator.skm


def at_a_terminal(api: BotApi, exchange: Exchange) -> str:
    """What a terminal shows of `skm setup` when these answers are typed after these questions."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TERM": "dumb",
        "SKM_TELEGRAM_API_URL": api.url,
    }
    terminal = pexpect.spawn(
        sys.executable, ["-m", "bot", "setup"], env=env, encoding="utf-8", timeout=60
    )
    shown = ""
    for question, answer in exchange:
        terminal.expect(question)
        shown += terminal.before + terminal.after
        terminal.sendline(answer.format(token=api.token))
    terminal.expect(pexpect.EOF)
    return f"{shown}{terminal.before}".replace("\r\n", "\n")


def settings() -> dict[str, str]:
    """The lines of .env, without quotation marks."""
    lines = Path(".env").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value.strip("'").replace("\\'", "'") for name, value in pairs}


async def test_a_terminal_session_leads_from_an_empty_folder_to_the_first_admin(
    skm: Skm, request: pytest.FixtureRequest
) -> None:
    async with BotApi() as api:
        shown = await asyncio.to_thread(at_a_terminal, api, FIRST)
        assert api.token not in shown
    for pattern, name in (*CHANGING, (re.compile(re.escape(str(Path.cwd()))), "/srv/skm")):
        shown = pattern.sub(name, shown)
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(shown, encoding="utf-8")
    assert shown == GOLDEN.read_text(encoding="utf-8")
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    known = settings()
    assert known["SKM_TELEGRAM_TOKEN"] == api.token
    assert known["SKM_TIMEZONE"] == "Asia/Jakarta"
    assert known["SKM_PUBLIC_URL"] == "https://survei.surakarta.go.id"
    assert len(known["SKM_SECRET_KEY"]) == 64
    assert len((await asyncio.to_thread(skm, "collector", "list")).out.splitlines()) == 2


async def test_run_again_it_changes_only_what_is_answered_anew(skm: Skm) -> None:
    async with BotApi() as api:
        await asyncio.to_thread(at_a_terminal, api, FIRST)
        written = Path(".env").read_text(encoding="utf-8")
        Path(".env").write_text(f"{written}# our own line\nSKM_BURST=20\n", encoding="utf-8")
        before = settings()
        again = [
            ("Name of the government", ""),
            ("Time zone", ""),
            ("Address", "https://skm.surakarta.go.id"),
            ("Telegram token", ""),
            ("PostgreSQL|Another database", "n"),
            ("WhatsApp", "n"),
        ]
        shown = await asyncio.to_thread(at_a_terminal, api, again)
    assert settings() == {**before, "SKM_PUBLIC_URL": "https://skm.surakarta.go.id"}
    assert "# our own line" in Path(".env").read_text(encoding="utf-8")
    assert "There is an admin already" not in shown  # the link above was not opened yet
    assert len((await asyncio.to_thread(skm, "collector", "list")).out.splitlines()) == 2


async def test_a_script_gives_every_answer_as_an_option(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with BotApi() as api:
        monkeypatch.setenv("SKM_TELEGRAM_API_URL", api.url)
        Path("token").write_text(f"{api.token}\n", encoding="utf-8")
        Path("whatsapp").write_text(
            "SKM_WHATSAPP_TOKEN=t0ken\nSKM_WHATSAPP_PHONE_ID=1\nSKM_WHATSAPP_APP_SECRET=s\n"
            "SKM_WHATSAPP_VERIFY_TOKEN=v\nSKM_WHATSAPP_NUMBER=628112345678\n",
            encoding="utf-8",
        )
        code, out, err = await asyncio.to_thread(
            skm,
            *("setup", "--instansi", "Kota 'Baru' $HOME", "--timezone", "WIT"),
            *("--public-url", "https://s.go.id/", "--telegram-token", "token"),
            *("--whatsapp", "whatsapp", "--units", "upp.csv", "--collectors"),
        )
    assert code == 0, err
    assert "3 unit baru" in out
    assert "https://t.me/skm_test_bot?start=i-" in out
    assert api.token not in out + err
    assert "t0ken" not in out + err
    assert (await asyncio.to_thread(skm, "report", "pajang", "2026-11", "--json")).code == 0
    assert settings()["SKM_INSTANSI"] == "Kota 'Baru' $HOME"
    assert settings()["SKM_TIMEZONE"] == "Asia/Jayapura"
    logged = (await asyncio.to_thread(skm, "audit", "log")).out
    for about in ("units 1 upp.csv", "2 units", "admin"):
        assert about in logged


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--instansi", ""], "type it"),
        (["--timezone", "Asia"], "not a time zone"),
        (["--public-url", "ftp://survei"], "https://"),
        (["--telegram-token", "nowhere"], "nowhere cannot be read"),
        (["--telegram-token", "123:ABC"], "can read the arguments of a command"),
        (["--database", "postgresql+asyncpg://skm:secret@db/skm"], "--database -"),
        (["--database", "mysql://db/skm"], "must begin with"),
        (["--whatsapp", "upp.csv"], "missing: SKM_WHATSAPP_TOKEN"),
    ],
)
def test_a_wrong_option_is_said_in_a_sentence_and_nothing_is_written(
    skm: Skm, options: list[str], said: str
) -> None:
    code, out, err = skm("setup", *options)
    assert code != 0
    assert re.search(said, err)
    assert len(err.splitlines()) == 1
    assert out == ""
    assert not Path(".env").exists()


def test_units_with_faults_leave_the_rest_ready_and_end_with_one(skm: Skm) -> None:
    Path("upp.csv").write_text("code,name\nPAJANG,\n", encoding="utf-8")
    code, _, err = skm("setup", "--instansi", "Kota Surakarta", "--units", "upp.csv")
    assert code == 1
    assert "run `skm setup` again" in err
    assert skm("upp", "list").out == ""


def test_the_key_of_pseudonyms_is_made_once(skm: Skm) -> None:
    skm("setup", "--instansi", "Kota Surakarta")
    key = settings()["SKM_SECRET_KEY"]
    skm("setup", "--instansi", "Kota Solo")
    assert settings()["SKM_SECRET_KEY"] == key
    assert settings()["SKM_INSTANSI"] == "Kota Solo"
