"""The notice before the first question says how long data is kept, and who answers questions."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import opened, screens_of, web_of
from bot.running.settings import Settings
from skm.store.survey import collectors, upps
from tests.bot.web.citizen import Citizen
from tests.tools.chat import CODE, Desk, a_desk
from tests.tools.databases import sqlite_in
from tests.tools.served import served
from tests.tools.serving import KEY
from tests.tools.store_city import LOKET, NOW, TREE, call

CONTACT = "ppid@surakarta.go.id"


def saying(desk: Desk, months: int, contact: str = "") -> Desk:
    screens = replace(desk.inbox.screens, retention_months=months, contact=contact)
    return replace(desk, inbox=replace(desk.inbox, screens=screens))


async def test_the_first_screen_says_it_and_later_ones_do_not(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        chat = await saying(desk, 24, CONTACT).chat().opens(CODE)
        chat.hears(
            "Data yang dapat mengarah kepada Anda kami hapus setelah 24 bulan.",
            f"Pertanyaan tentang data Anda: {CONTACT}.",
        )
        await chat.answers_one(3)
        assert CONTACT not in chat.screen.text


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "tanpa batas waktu"), ("jv", "tanpa wates wekdal"), ("en", "without a limit of time")],
)
async def test_where_everything_is_kept_that_is_said(
    tmp_path: Path, language: str, said: str
) -> None:
    async with a_desk(tmp_path) as desk:
        chat = await saying(desk, 0).chat(language=language).opens(CODE)
        chat.hears(said)


async def test_the_landing_page_and_the_kiosk_say_what_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, secret_key=KEY, database_url=sqlite_in(tmp_path), contact=CONTACT,
        retention_months=12,
    )  # fmt: skip
    async with opened(settings) as app, served(web_of(app)) as base, Citizen(base) as citizen:
        await app.db.write(call(upps.put, TREE))
        await app.db.write(call(collectors.add, LOKET, NOW))
        for path in (f"/s/{LOKET.code}", f"/s/{LOKET.code}?mode=bantuan"):
            await citizen.opens(path)
            citizen.sees("setelah 12 bulan", CONTACT)
    assert screens_of(settings).contact == CONTACT
