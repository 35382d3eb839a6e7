"""The form of follow-ups over sockets: whoever may, all three at once, or nothing and why."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import LARGEST
from bot.permit import Permits
from skm.official import Deed, Role
from skm.period import Period
from skm.photo import Photo
from skm.store import follow_ups, log, officials, photos, upps
from skm.store.schema_periods import photo as photo_table
from skm.tindak_lanjut import Done, Plan, TindakLanjut
from skm.upp import Upp
from tests.bot.city import settle
from tests.bot.web.citizen import Citizen, word
from tests.bot.web.page import Node
from tests.chat import KEY, Chat, Desk, a_desk
from tests.pictured import jpeg, png
from tests.served import served, site_of

Q4 = Period.parse("2026-Q4")
JANUARY = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
PLANNED = {"action": "Pasang daftar syarat", "deadline": "2027-03-31", "person": "Bu Sri"}


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    async with a_desk(database_url, forms=True) as desk:
        await settle(desk)
        desk.time.at = JANUARY
        yield desk


@pytest.fixture
async def sri(desk: Desk) -> Chat:
    """She looks after Puskesmas Pajang."""
    return await desk.official("officer", "PAJANG", "Sri")


@pytest.fixture
async def page(desk: Desk, sri: Chat) -> AsyncIterator[Citizen]:
    """Her browser, on the form that the link in her chat leads to."""
    async with served(site_of(desk)) as base, Citizen(base) as browser:
        yield await browser.opens(await link(sri))


async def link(chat: Chat) -> str:
    """The path of the link that the chat offers."""
    await chat.types("/tl 2026-Q4")
    [choice] = [choice for choice in chat.screen.choices if choice.url]
    assert choice.label == "Isi lewat formulir web"
    assert choice.url.startswith("https://survei.test/tindaklanjut/")
    return urlsplit(choice.url).path


async def items(desk: Desk, code: str = "PAJANG") -> tuple[TindakLanjut, ...]:
    async def read(conn: AsyncConnection) -> tuple[TindakLanjut, ...]:
        unit = await upps.by_code(conn, code)
        assert unit is not None
        return await follow_ups.of(conn, unit, Q4)

    return await desk.db.read(read)


async def save(page: Citizen, files: dict[str, bytes] | None = None, /, **typed: str) -> Citizen:
    return await page.submits(page.page.button("Simpan"), files, **typed)


def typed(unsur: str, **said: str) -> dict[str, str]:
    return {f"{unsur}-{name}": text for name, text in said.items()}


async def deeds(desk: Desk) -> list[str]:
    newest = await desk.db.read(lambda conn: log.newest(conn, 20))
    return [entry.about for entry in newest if entry.deed is Deed.FOLLOW_UP][::-1]


# --- what it shows -------------------------------------------------------------------------------


async def test_the_three_unsur_stand_there_each_with_its_fields(desk: Desk, page: Citizen) -> None:
    names = [item.unsur for item in await items(desk)]
    page.sees("Puskesmas Pajang", "triwulan IV 2026", "tampil bagi warga di halaman hasil")
    assert len(page.page.all("fieldset")) == len(page.page.all("legend")) == 3
    for unsur in names:
        for field in ("action", "deadline", "person", "done", "note", "photo"):
            assert len(page.page.all("label", **{"for": f"{unsur}-{field}"})) == (field != "done")
            [control] = [n for n in page.page.nodes if n.attrs.get("id") == f"{unsur}-{field}"]
            assert control.attrs["name"] == f"{unsur}-{field}"


async def test_without_an_address_of_ours_no_form_is_offered(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = JANUARY
        chat = await (await desk.official("officer", "PAJANG")).types("/tl 2026-Q4")
        assert not [choice for choice in chat.screen.choices if choice.url]


# --- writing -------------------------------------------------------------------------------------


async def test_several_are_written_at_once_and_the_log_is_that_of_the_chat(
    desk: Desk, page: Citizen
) -> None:
    first, second, third = (item.unsur for item in await items(desk))
    done = {"done": "ya", "note": "Sudah dipasang"}
    await save(page, **typed(first, **PLANNED), **typed(second, **PLANNED, **done))
    assert page.status == 200
    assert page.path.endswith("/tersimpan")
    page.sees("Tersimpan", "Pasang daftar syarat", "Sudah dipasang")
    plan = Plan("Pasang daftar syarat", date(2027, 3, 31), "Bu Sri")
    found = {item.unsur: (item.plan, item.done) for item in await items(desk)}
    assert found == {
        first: (plan, None),
        second: (plan, Done(date(2027, 1, 5), "Sudah dipasang")),
        third: (None, None),
    }
    about = "PAJANG 2026-Q4"
    assert await deeds(desk) == [
        f"{about} {first} rencana", f"{about} {second} rencana", f"{about} {second} selesai",
    ]  # fmt: skip


async def test_a_photo_is_kept_and_shown_to_her_alone(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    said = {**PLANNED, "done": "ya", "note": "Daftar terpasang"}
    await save(page, {f"{unsur}-photo": jpeg(3000, 2000)}, **typed(unsur, **said))
    [image] = page.page.all("img")
    assert image.attrs["alt"] == "Daftar terpasang"
    shown = await page.client.get(image.attrs["src"])
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "no-store"
    kept = (await items(desk))[0].done
    assert kept is not None
    assert kept.photo is not None
    assert (await page.client.get(f"/hasil/foto/{kept.photo}.jpg")).status_code == 404


async def test_sent_twice_it_is_written_once(desk: Desk, page: Citizen) -> None:
    unsur, button = (await items(desk))[0].unsur, page.page.button("Simpan")
    said = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await page.submits(button, {f"{unsur}-photo": jpeg()}, **said)
    await page.submits(button, {f"{unsur}-photo": jpeg()}, **said)
    assert page.status == 200
    assert len(await deeds(desk)) == 2
    count = select(func.count()).select_from(photo_table)
    assert await desk.db.read(lambda conn: conn.scalar(count)) == 1


async def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(
    desk: Desk, page: Citizen
) -> None:
    """Though browsers end lines otherwise than a chat does."""
    item = (await items(desk))[0]
    plan = Plan("Pasang daftar\nPasang papan", date(2027, 3, 31), "Bu Sri")
    unit, planned = Upp("PAJANG", ""), item.planned(plan, date(2027, 1, 5))
    await desk.db.write(lambda conn: follow_ups.put(conn, unit, planned))
    await page.reloads()
    await save(page, **typed(item.unsur, action="Pasang daftar\r\nPasang papan"))
    assert page.status == 200
    assert await deeds(desk) == []


async def test_taking_the_tick_away_opens_it_again_and_the_photo_goes(
    desk: Desk, page: Citizen
) -> None:
    unsur = (await items(desk))[0].unsur
    said = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": png()}, **said)
    await page.presses("Kembali ke formulir")
    await save(page, **typed(unsur, done=""))
    assert (await items(desk))[0].done is None
    assert (await deeds(desk))[-1].endswith("buka")
    count = select(func.count()).select_from(photo_table)
    assert await desk.db.read(lambda conn: conn.scalar(count)) == 0


# --- what is wrong -------------------------------------------------------------------------------


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    desk: Desk, page: Citizen
) -> None:
    first, second, _ = (item.unsur for item in await items(desk))
    wrong = {"action": "Pasang <b>daftar</b>", "deadline": "2026-12-01", "person": ""}
    await save(page, **typed(first, **wrong), **typed(second, **PLANNED))
    assert page.status == 422
    page.sees("Belum tersimpan", "sudah lewat", "Penanggung jawabnya masih kosong")
    links = [node.attrs["href"] for node in page.page.all("a") if "#U" in node.attrs["href"]]
    assert links == [f"#{first}-deadline", f"#{first}-person"]
    for name in ("deadline", "person"):
        [field] = page.page.all("input", id=f"{first}-{name}")
        assert field.attrs["aria-invalid"] == "true"
        assert page.page.all("p", id=field.attrs["aria-describedby"])
    [action] = page.page.all("textarea", id=f"{first}-action")
    assert action.text == "Pasang <b>daftar</b>"
    [day] = page.page.all("input", id=f"{first}-deadline")
    assert day.attrs["value"] == "2026-12-01"
    [kept] = page.page.all("input", id=f"{second}-person")
    assert kept.attrs["value"] == "Bu Sri"
    assert [item.plan for item in await items(desk)] == [None, None, None]
    await save(page, **typed(first, deadline="2027-02-28", person="Pak Budi"))
    assert page.path.endswith("/tersimpan")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.7", "bukan foto"), (bytes(LARGEST + 1), "terlalu besar")],
)
async def test_a_file_that_is_no_photo_is_told_beside_it(
    desk: Desk, page: Citizen, content: bytes, said: str
) -> None:
    unsur = (await items(desk))[0].unsur
    done = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": content}, **done)
    assert page.status == 422
    page.sees(said)
    assert page.page.all("p", id=f"{unsur}-photo-wrong")
    assert (await items(desk))[0].plan is None


async def test_a_photo_that_was_fine_is_to_be_chosen_again(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    done = typed(unsur, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": jpeg()}, **done)
    page.sees("Tulis rencananya dahulu", "Pilih fotonya sekali lagi")


async def test_what_a_colleague_changed_meanwhile_is_not_undone_unseen(
    desk: Desk, page: Citizen
) -> None:
    item = (await items(desk))[0]
    plan = Plan("Tambah kursi", date(2027, 2, 1), "Pak Budi")
    unit = Upp("PAJANG", "Puskesmas Pajang")
    planned = item.planned(plan, date(2027, 1, 5))
    await desk.db.write(lambda conn: follow_ups.put(conn, unit, planned))
    await save(page, **typed(item.unsur, **PLANNED))
    assert page.status == 422
    page.sees("Ada yang mengubahnya")
    assert (await items(desk))[0].plan == plan
    await save(page)
    assert (await items(desk))[0].plan != plan


async def test_whatever_is_too_large_is_not_read(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    files = {f"{unsur}-photo": bytes(32 << 20)}
    answer = await page.client.post(page.path, files={"x": ("x", files[f"{unsur}-photo"])})
    assert answer.status_code == 413


LOCKS = {
    "sqlite": "CREATE TRIGGER locked BEFORE UPDATE ON follow_up BEGIN SELECT RAISE(ABORT, ''); END",
    "postgresql": "ALTER TABLE follow_up ADD CONSTRAINT locked CHECK (action IS NULL) NOT VALID",
}
UNLOCKS = {
    "sqlite": "DROP TRIGGER locked",
    "postgresql": "ALTER TABLE follow_up DROP CONSTRAINT locked",
}


async def test_what_the_database_does_not_take_is_kept_on_the_page(
    desk: Desk, page: Citizen
) -> None:
    unsur = (await items(desk))[0].unsur
    await desk.db.write(lambda conn: conn.exec_driver_sql(LOCKS[conn.dialect.name]))
    await save(page, **typed(unsur, **PLANNED))
    assert page.status == 503
    page.sees(word("survey.error_store"))
    [kept] = page.page.all("input", id=f"{unsur}-person")
    assert kept.attrs["value"] == "Bu Sri"
    await desk.db.write(lambda conn: conn.exec_driver_sql(UNLOCKS[conn.dialect.name]))
    await save(page)
    assert page.path.endswith("/tersimpan")


# --- who may -------------------------------------------------------------------------------------


async def test_a_link_is_over_after_an_hour_and_what_was_typed_by_then_can_be_sent(
    desk: Desk, page: Citizen
) -> None:
    unsur, button = (await items(desk))[0].unsur, page.page.button("Simpan")
    desk.time.passes(hours=1, seconds=1)
    form = page.path
    await page.opens(form)
    assert page.status == 403
    page.sees("tidak berlaku lagi")
    await page.opens(form + "/tersimpan")
    assert page.status == 200
    answer = await page.client.post(form, data=typed(unsur, seen=_seen(button), **PLANNED))
    assert str(answer.url).endswith("/tersimpan")
    desk.time.passes(hours=1)
    assert (await page.client.post(form, data=typed(unsur, **PLANNED))).status_code == 403


def _seen(button: Node) -> str:
    form = button.up("form")
    assert form is not None
    return next(
        str(node.attrs["value"])
        for field in form.children
        for node in field.children
        if node.attrs.get("type") == "hidden"
    )


@pytest.mark.parametrize("forged", ["x", "WzEsIlBBSkFORyIsIjIwMjYtUTQiLDBd.AAAA", "a.b.c"])
async def test_a_link_that_we_have_not_made_opens_nothing(page: Citizen, forged: str) -> None:
    for path in ("", "/tersimpan"):
        assert (await page.client.get(f"/tindaklanjut/{forged}{path}")).status_code == 403
    assert (await page.client.get(f"/tindaklanjut/{forged}/U1.jpg")).status_code == 404
    assert (await page.client.post(f"/tindaklanjut/{forged}", data={})).status_code == 403


async def test_who_was_removed_meanwhile_is_refused_at_every_request(
    desk: Desk, page: Citizen
) -> None:
    button, unsur = page.page.button("Simpan"), (await items(desk))[0].unsur
    [who] = await desk.db.read(officials.listed)
    await desk.db.write(lambda conn: officials.remove(conn, who.id, desk.time()))
    form = page.path
    await page.submits(button, **typed(unsur, **PLANNED))
    assert page.status == 403
    assert (await page.opens(form)).status == 403
    assert (await page.opens(form + "/tersimpan")).status == 403
    assert (await items(desk))[0].plan is None


@pytest.mark.parametrize(
    ("role", "upp", "about"),
    [
        ("viewer", "PAJANG", "PAJANG"),
        ("officer", "PURWO", "PAJANG"),
        ("officer", "PAJANG", "DINKES"),
    ],
)
async def test_a_role_or_a_unit_that_does_not_fit_is_refused_and_written_down(
    desk: Desk, page: Citizen, role: str, upp: str, about: str
) -> None:
    await desk.official(role, upp, "Tamu")
    who = (await desk.db.read(officials.listed))[-1]
    assert (who.role, who.upp) == (Role(role), upp)
    path = urlsplit(Permits([KEY.decode()], "").link(who, Upp(about, ""), Q4, desk.time())).path
    for answer in (await page.client.get(path), await page.client.post(path, data={})):
        assert answer.status_code == 403
        assert "Peran Anda" in answer.text
    newest = (await desk.db.read(lambda conn: log.newest(conn, 1)))[0]
    assert (newest.name, newest.deed) == ("Tamu", Deed.REFUSED)


async def test_an_officer_writes_for_the_units_below_too(desk: Desk, page: Citizen) -> None:
    await desk.official("officer", "DINKES", "Wati")
    wati = (await desk.db.read(officials.listed))[-1]
    path = urlsplit(Permits([KEY.decode()], "").link(wati, Upp("PURWO", ""), Q4, desk.time())).path
    await page.opens(path)
    unsur = (await items(desk, "PURWO"))[0].unsur
    await save(page, **typed(unsur, **PLANNED))
    assert (await items(desk, "PURWO"))[0].plan is not None


async def test_another_site_cannot_send_the_form(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://jahat.test"}):
        answer = await page.client.post(page.path, data=typed(unsur, **PLANNED), headers=headers)
        assert answer.status_code == 403
        assert "dikirim dari halaman lain" in answer.text
    assert (await items(desk))[0].plan is None


async def test_of_fewer_than_five_people_nothing_is_said(desk: Desk, page: Citizen) -> None:
    await desk.official("admin", None, "Wahyu")
    who = (await desk.db.read(officials.listed))[-1]
    path = urlsplit(Permits([KEY.decode()], "").link(who, Upp("GILING", ""), Q4, desk.time())).path
    await page.opens(path)
    page.sees("Belum ada unsur")
    assert page.page.all("form") == []


async def test_the_page_is_kept_by_no_cache_and_found_by_no_search(page: Citizen) -> None:
    assert page.got.headers["Cache-Control"] == "no-store"
    assert page.page.all("meta", name="robots", content="noindex")


async def test_a_photo_of_another_period_is_not_to_be_had_through_the_link(
    desk: Desk, page: Citizen
) -> None:
    async def another(conn: AsyncConnection) -> None:
        [who] = await officials.listed(conn)
        await photos.put(conn, "c" * 32, Photo(b"\xff\xd8", 1, 1), who.id, desk.time())

    await desk.db.write(another)
    for name in ("U1", "U9", "c" * 32):
        assert (await page.client.get(f"{page.path}/{name}.jpg")).status_code == 404
