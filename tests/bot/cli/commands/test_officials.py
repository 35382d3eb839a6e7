"""`skm invite`, `skm unreadable` and the audit log that they leave."""

import asyncio
import os
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from skm.instansi.official import Invitation, Role
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import Database
from skm.store.officials import officials, unreadable
from tests.stand.telegram import BotApi
from tests.tools.command_line import Operator, Skm

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
    """`skm` of a deployment with two units."""
    run = operator.deployed(database_url)
    Path("upp.csv").write_text(PAJANG, encoding="utf-8")
    assert run("migrate").code == run("upp", "import", "upp.csv").code == 0
    return run


def test_an_invitation_is_a_code_on_the_standard_output(skm: Skm) -> None:
    ended, out, err = skm("invite", "--role", "officer", "--upp", "pajang")
    assert ended == 0
    assert CODE.fullmatch(out.strip())
    assert "officer of Puskesmas Pajang" in err


async def test_with_telegram_the_invitation_is_a_link_to_the_bot(
    skm: Skm, monkeypatch: pytest.MonkeyPatch
) -> None:

    async with BotApi() as api:
        monkeypatch.setenv("SKM_TELEGRAM_TOKEN", api.token)
        monkeypatch.setenv("SKM_TELEGRAM_API_URL", api.url)
        ended, out, _ = await asyncio.to_thread(skm, "invite", "--role", "admin")
    link, code = out.split()
    assert ended == 0
    assert link == f"https://t.me/skm_test_bot?start={code}"


def test_with_whatsapp_the_invitation_is_a_link_with_a_message_to_send(
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
def test_an_impossible_invitation_is_refused(skm: Skm, arguments: list[str], said: str) -> None:
    ended, out, err = skm("invite", *arguments)
    assert ended != 0
    assert out == ""
    assert said in err


def test_the_audit_log_names_invitations_without_their_codes(skm: Skm) -> None:
    _, token, _ = skm("invite", "--role", "officer", "--upp", "pajang", "--name", "Bu Sri")
    skm("invite", "--role", "admin")
    ended, out, _ = skm("audit", "log")
    assert ended == 0
    assert [line.split("\t")[1:] for line in out.splitlines()] == [
        ["operator", "invited", "admin"],
        ["operator", "invited", "officer PAJANG"],
        ["operator", "imported", "units 1 upp.csv"],
    ]
    assert token.strip() not in out
    assert skm("audit", "log", "--limit", "1")[1].count("\n") == 1


def test_login_prints_a_link_for_the_first_admin_and_says_so_in_the_log(
    skm: Skm, database_url: str
) -> None:
    ended, _, err = skm("login")
    assert ended == 1
    assert "skm invite --role admin" in err

    async def enrol() -> None:
        now = datetime(2026, 11, 23, tzinfo=UTC)
        async with Database.open(database_url) as db:
            for role, person in ((Role.OFFICER, "a"), (Role.ADMIN, "b")):
                add = partial(officials.add, channel="web", address="", language="id", now=now)
                await db.write(partial(add, invited=Invitation(role), person=person))

    asyncio.run(enrol())
    ended, link, _ = skm("login")
    assert ended == 0
    assert "/kerja/masuk/" in link
    newest = skm("audit", "log", "--limit", "1").out
    assert newest.split("\t")[1:] == ["operator", "signed_in", "#2\n"]
    assert link.rpartition("/")[2].strip() not in newest
    assert skm("login", "9")[0] == 1


def test_unreadable_messages_are_listed_with_their_structure(skm: Skm) -> None:
    assert skm("unreadable") == (0, "", "Every message could be processed.\n")
    message = UnreadableMessage(
        "telegram", "1009", "from is missing or no dict", '{"message": "str 7"}'
    )

    async def keep() -> None:
        async with Database.open(os.environ["SKM_DATABASE_URL"]) as db:
            await db.write(lambda conn: unreadable.put(conn, message, datetime.now(UTC)))

    asyncio.run(keep())
    ended, out, _ = skm("unreadable", "--days", "2")
    assert ended == 0
    assert out.split("\t")[1:] == [
        "telegram", "1009", "from is missing or no dict", '{"message": "str 7"}\n'
    ]  # fmt: skip
