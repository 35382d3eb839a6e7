"""The secret key is changed: respondents are still recognized, and surveys continue."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from bot.housekeeping import housekeeping
from bot.inbox import Inbox
from bot.web.survey.session import Session, SessionCookie
from skm.privacy.pseudonym import pseudonym
from skm.store.officials import officials
from skm.store.survey import responses
from tests.tools.chat import CODE, KEY, Chat, Desk, a_desk
from tests.tools.officials_city import settle

NEW = b"another key, also thirty-two bytes or more"


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url) as desk:
        yield desk


def rekeyed(desk: Desk, *, old: bytes = KEY) -> Desk:
    """The same installation started with the new key; without `old` the change is over."""
    rules = replace(desk.inbox.rules, key=NEW, old_key=old)
    return Desk(replace(desk.inbox, rules=rules), desk.time, desk.ids)


def same(chat: Chat, desk: Desk) -> Chat:
    return replace(chat, desk=desk)


async def pseudonyms(desk: Desk) -> set[str | None]:
    async def read(conn: AsyncConnection) -> set[str | None]:
        return {one.respondent async for one in responses.export(conn)}

    return await desk.db.read(read)


async def test_an_interview_goes_on_where_it_was(desk: Desk) -> None:
    chat = await (await desk.chat("siti").opens(CODE)).answers_one(3)
    later = same(chat, rekeyed(desk))
    await later.answers_one(3)
    later.hears("3 dari 9")


async def test_who_has_answered_may_not_answer_again(desk: Desk) -> None:
    chat = await (await desk.chat("siti").opens(CODE)).answers_all(3)
    await chat.taps("Lewati semua", "Selesai")
    after = rekeyed(desk)
    await same(chat, after).opens(CODE)
    assert "sudah" in chat.screen.text
    assert await pseudonyms(desk) == {pseudonym(NEW, "telegram", "siti")}
    over = rekeyed(desk, old=b"")
    await same(chat, over).opens(CODE)
    assert "sudah" in chat.screen.text


async def test_without_the_old_key_they_count_as_new_users(desk: Desk) -> None:
    """So the test above can fail."""
    chat = await (await desk.chat("siti").opens(CODE)).answers_all(3)
    await chat.taps("Lewati semua", "Selesai")
    await same(chat, rekeyed(desk, old=b"")).opens(CODE)
    chat.hears("1 dari 9")


async def test_hapus_finds_what_lies_under_both_keys(desk: Desk) -> None:
    chat = await (await desk.chat("siti").opens(CODE)).answers_all(3)
    await chat.taps("Lewati semua", "Selesai")
    desk.time.passes(days=2)
    later = same(chat, rekeyed(desk, old=b""))  # the operator forgot the old key …
    await (await later.opens(CODE)).answers_all(4)
    await later.taps("Lewati semua", "Selesai")
    mended = same(chat, rekeyed(desk))  # … and adds it
    await mended.types("/hapus")
    await mended.taps("Ya, hapus")
    mended.hears("dihapus: 2")
    assert await pseudonyms(desk) == set()


async def test_an_official_keeps_access_without_having_written(desk: Desk) -> None:
    await settle(desk)
    token = await desk.invitation("officer", "PAJANG", "Sri")
    chat = await desk.chat("4711", at="4711").opens(f"i-{token}")
    await _once(rekeyed(desk).inbox)
    await same(chat, rekeyed(desk, old=b"")).types("/report")
    chat.hears("Puskesmas Pajang")
    [sri] = await desk.db.read(officials.listed)
    assert sri.name == "Sri"


async def test_an_official_whose_address_is_opaque_keeps_it_by_writing(desk: Desk) -> None:
    await settle(desk)
    chat = await desk.official("officer", "PAJANG", "Sri")
    await same(chat, rekeyed(desk)).types("/bantuan")
    await same(chat, rekeyed(desk, old=b"")).types("/report")
    chat.hears("Puskesmas Pajang")


async def _once(inbox: Inbox) -> None:
    """All that the clock does about it."""
    for duty in housekeeping(inbox, 0):
        await duty.run()


def _asking(name: str, cookie: str) -> Request:
    headers = [(b"cookie", f"{name}={cookie}".encode())]
    return Request({"type": "http", "headers": headers, "path": "/", "method": "GET"})


def test_a_browser_signed_by_the_old_key_is_known_until_that_key_is_gone() -> None:
    keys = (["old" * 11], ["old" * 11, "new" * 11], ["new" * 11])
    old, both, new = (SessionCookie("skm", secrets, True) for secrets in keys)
    given = Response()
    session = Session("siti", "PAJANG")
    old.write(given, session)
    cookie = given.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert both.read(_asking(old.cookie, cookie)) == session
    assert new.read(_asking(old.cookie, cookie)) is None
    form = old.sign_form(session)
    assert both.form_id(form, session) == old.form_id(form, session)
    assert old.form_id(both.sign_form(session), session) is None, "the new key signs"
