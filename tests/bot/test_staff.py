"""Officials on the command line: the first admin is invited here, and the log is read here."""

import asyncio
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skm.aside import Aside
from skm.store import asides
from skm.store.database import Database
from tests.command_line import Operator, Skm
from tests.stand.telegram import BotApi

CODE = re.compile(r"i-[2-9A-HJ-NP-Z]{20}")
PAJANG = "code,name\nPAJANG,Puskesmas Pajang\nMANAHAN,Puskesmas Manahan\n"
WHATSAPP = {
    "TOKEN": "t",
    "PHONE_ID": "1",
    "APP_SECRET": "s",
    "VERIFY_TOKEN": "v",
    "NUMBER": "628112345678",
}


@pytest.fixture
def skm(database_url: str, operator: Operator) -> Skm:
    """`skm` of an office with two units."""
    run = operator.deployed(database_url)
    Path("upp.csv").write_text(PAJANG, encoding="utf-8")
    assert run("migrate").code == run("upp", "import", "upp.csv").code == 0
    return run


def test_an_invitation_is_a_code_that_a_pipe_can_hand_on(skm: Skm) -> None:
    ended, out, err = skm("invite", "--role", "officer", "--upp", "pajang")
    assert ended == 0
    assert CODE.fullmatch(out.strip())
    assert "officer of Puskesmas Pajang" in err


async def test_where_there_is_a_bot_the_invitation_is_a_link_into_it(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:

    async with BotApi() as api:
        monkeypatch.setenv("SKM_TELEGRAM_TOKEN", api.token)
        monkeypatch.setenv("SKM_TELEGRAM_API_URL", api.url)
        ended, out, _ = await asyncio.to_thread(skm, "invite", "--role", "admin")
    link, code = out.split()
    assert ended == 0
    assert link == f"https://t.me/skm_test_bot?start={code}"


def test_where_there_is_whatsapp_the_invitation_is_a_message_to_send(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WHATSAPP.items():
        monkeypatch.setenv(f"SKM_WHATSAPP_{name}", value)
    link, code = skm("invite", "--role", "admin")[1].split()
    assert link == f"https://wa.me/628112345678?text={code}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "admin", "--upp", "PAJANG"], "leave out --upp"),
        (["--role", "viewer", "--upp", "kantor xyz"], "No unit is called “kantor xyz”"),
        (["--role", "viewer", "--upp", "puskesmas"], "did you mean"),
        (["--role", "king"], "king"),
        ([], "--role"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_told(
    skm: Skm, arguments: list[str], said: str
) -> None:
    ended, out, err = skm("invite", *arguments)
    assert ended != 0
    assert out == ""
    assert said in err


def test_the_log_says_who_invited_whom_and_never_the_code(skm: Skm) -> None:
    _, token, _ = skm("invite", "--role", "officer", "--upp", "pajang", "--name", "Bu Sri")
    skm("invite", "--role", "admin")
    ended, out, _ = skm("audit", "log")
    assert ended == 0
    assert [line.split("\t")[1:] for line in out.splitlines()] == [
        ["operator", "invited", "admin"],
        ["operator", "invited", "officer PAJANG"],
    ]
    assert token.strip() not in out
    assert skm("audit", "log", "--limit", "1")[1].count("\n") == 1


def test_what_was_kept_aside_is_listed_with_its_shape(skm: Skm) -> None:
    assert skm("aside") == (0, "", "Nothing was kept aside.\n")
    aside = Aside("telegram", "1009", "from is missing or no dict", '{"message": "str 7"}')

    async def keep() -> None:
        async with Database.open(os.environ["SKM_DATABASE_URL"]) as db:
            await db.write(lambda conn: asides.put(conn, aside, datetime.now(UTC)))

    asyncio.run(keep())
    ended, out, _ = skm("aside", "--days", "2")
    assert ended == 0
    assert out.split("\t")[1:] == [
        "telegram", "1009", "from is missing or no dict", '{"message": "str 7"}\n'
    ]  # fmt: skip
