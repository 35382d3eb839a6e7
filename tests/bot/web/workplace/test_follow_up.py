"""The form of follow-ups over sockets: all three are stored at once, or nothing and the errors."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import LARGEST
from bot.request.form_links import FormLinks
from skm.follow_up.photo import Photo
from skm.follow_up.tindak_lanjut import Done, Plan, TindakLanjut
from skm.instansi.official import AuditEvent, Role
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import StoreError
from skm.store.officials import audit_log, officials
from skm.store.periods import follow_ups, photos
from skm.store.schema.periods import photo as photo_table
from skm.store.survey import upps
from tests.bot.web.citizen import Citizen, word
from tests.bot.web.page import Node
from tests.tools.chat import KEY, Chat, Desk, a_desk
from tests.tools.officials_city import settle
from tests.tools.pictured import huge, jpeg, png
from tests.tools.served import served, site_of

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
    """The officer of Puskesmas Pajang."""
    return await desk.official("officer", "PAJANG", "Sri")


@pytest.fixture
async def page(desk: Desk, sri: Chat) -> AsyncIterator[Citizen]:
    """The officer's browser, on the form that the link in the chat leads to."""
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


async def audited(desk: Desk) -> list[str]:
    newest = await desk.db.read(lambda conn: audit_log.newest(conn, 20))
    return [entry.about for entry in newest if entry.event is AuditEvent.FOLLOW_UP][::-1]


# --- the form ------------------------------------------------------------------------------------


async def test_the_form_has_the_fields_of_three_unsur(desk: Desk, page: Citizen) -> None:
    names = [item.unsur for item in await items(desk)]
    page.sees("Puskesmas Pajang", "triwulan IV 2026", "tampil bagi warga di halaman hasil")
    assert len(page.page.all("fieldset")) == len(page.page.all("legend")) == 3
    for unsur in names:
        for field in ("action", "deadline", "person", "done", "note", "photo"):
            assert len(page.page.all("label", **{"for": f"{unsur}-{field}"})) == (field != "done")
            [control] = [n for n in page.page.nodes if n.attrs.get("id") == f"{unsur}-{field}"]
            assert control.attrs["name"] == f"{unsur}-{field}"


async def test_without_a_public_url_no_form_is_offered(database_url: str) -> None:
    async with a_desk(database_url) as desk:
        await settle(desk)
        desk.time.at = JANUARY
        chat = await (await desk.official("officer", "PAJANG")).types("/tl 2026-Q4")
        assert not [choice for choice in chat.screen.choices if choice.url]


# --- storing -------------------------------------------------------------------------------------


async def test_several_follow_ups_are_stored_at_once_with_the_audit_entries_of_the_chat(
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
    plan_line = "Pasang daftar syarat, 2027-03-31, Bu Sri"
    assert await audited(desk) == [
        f"{about} {first} rencana: – → {plan_line}",
        f"{about} {second} rencana: – → {plan_line}",
        f"{about} {second} selesai: {plan_line} → {plan_line}; 2027-01-05: Sudah dipasang",
    ]


async def test_a_photo_is_stored_and_not_public_before_its_period_is_closed(
    desk: Desk, page: Citizen
) -> None:
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


async def test_a_form_that_is_sent_twice_is_stored_once(desk: Desk, page: Citizen) -> None:
    unsur, button = (await items(desk))[0].unsur, page.page.button("Simpan")
    said = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await page.submits(button, {f"{unsur}-photo": jpeg()}, **said)
    await page.submits(button, {f"{unsur}-photo": jpeg()}, **said)
    assert page.status == 200
    assert len(await audited(desk)) == 2
    count = select(func.count()).select_from(photo_table)
    assert await desk.db.read(lambda conn: conn.scalar(count)) == 1


async def test_an_unchanged_form_changes_nothing(desk: Desk, page: Citizen) -> None:
    """Browsers end lines with CR LF, a chat with LF."""
    item = (await items(desk))[0]
    plan = Plan("Pasang daftar\nPasang papan", date(2027, 3, 31), "Bu Sri")
    unit, planned = Upp("PAJANG", ""), item.planned(plan, date(2027, 1, 5))
    await desk.db.write(lambda conn: follow_ups.put(conn, unit, planned))
    await page.reloads()
    await save(page, **typed(item.unsur, action="Pasang daftar\r\nPasang papan"))
    assert page.status == 200
    assert await audited(desk) == []


async def test_unticking_done_reopens_the_follow_up_and_keeps_note_and_photo(
    desk: Desk, page: Citizen
) -> None:
    unsur = (await items(desk))[0].unsur
    said = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": png()}, **said)
    await page.presses("Kembali ke formulir")
    await save(page, **typed(unsur, done=""))
    assert (await items(desk))[0].done is None
    assert "buka: " in (await audited(desk))[-1]
    kept = (await items(desk))[0].earlier
    assert kept
    assert kept.note == "Terpasang"
    assert await desk.db.read(lambda conn: photos.of(conn, kept.photo)) is not None
    await page.presses("Kembali ke formulir")
    await save(page, **typed(unsur, done="ya"))
    assert (await items(desk))[0].done == kept


# --- errors --------------------------------------------------------------------------------------


async def test_errors_are_shown_at_their_fields_and_the_typed_text_stays(
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
    [
        (b"%PDF-1.7", "bukan foto"),
        (bytes(LARGEST + 1), "terlalu besar"),
        (huge(), "terlalu banyak titik"),
    ],
    ids=["a document", "many bytes", "many pixels"],
)
async def test_a_file_that_is_not_a_photo_is_an_error_at_its_field(
    desk: Desk, page: Citizen, content: bytes, said: str
) -> None:
    unsur = (await items(desk))[0].unsur
    done = typed(unsur, **PLANNED, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": content}, **done)
    assert page.status == 422
    page.sees(said)
    assert page.page.all("p", id=f"{unsur}-photo-error")
    assert (await items(desk))[0].plan is None


async def test_a_valid_photo_must_be_chosen_again_after_an_error(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    done = typed(unsur, done="ya", note="Terpasang")
    await save(page, {f"{unsur}-photo": jpeg()}, **done)
    page.sees("Tulis rencananya dahulu", "Pilih fotonya sekali lagi")


async def test_a_change_made_meanwhile_by_a_colleague_is_not_overwritten(
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


async def test_a_body_that_is_too_large_is_refused(desk: Desk, page: Citizen) -> None:
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


async def test_if_storing_fails_the_answer_is_503_with_the_typed_text(
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


async def test_if_the_first_read_fails_the_answer_is_503(
    desk: Desk, page: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsur, button = (await items(desk))[0].unsur, page.page.button("Simpan")
    path, read = page.path, desk.db.read

    async def fail(work: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(desk.db, "read", fail)
    await page.submits(button, **typed(unsur, **PLANNED))
    assert page.status == 503
    page.sees("silakan coba lagi sebentar lagi")
    for below in ("", "/tersimpan", f"/{unsur}.jpg"):
        assert (await page.client.get(path + below)).status_code == 503
    monkeypatch.setattr(desk.db, "read", read)
    await page.submits(button, **typed(unsur, **PLANNED))
    assert page.path.endswith("/tersimpan")


# --- access --------------------------------------------------------------------------------------


async def test_a_link_expires_after_an_hour_and_a_form_after_two(desk: Desk, page: Citizen) -> None:
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


async def test_saving_uses_the_link_up_and_the_same_browser_goes_on_with_the_next(
    desk: Desk, page: Citizen
) -> None:
    unsur, button, form = (await items(desk))[0].unsur, page.page.button("Simpan"), page.path
    fields = typed(unsur, seen=_seen(button), **PLANNED)
    await save(page, **typed(unsur, **PLANNED))
    assert page.path.endswith("/tersimpan")
    assert not page.path.startswith(form)
    for path in (form, f"{form}/tersimpan"):  # as somebody opens it to whom it was forwarded
        answer = await page.client.get(path)
        assert answer.status_code == 403
        assert "tidak berlaku lagi" in answer.text
    twice = await page.client.post(form, data=fields)  # a double tap: nothing new, nothing lost
    assert str(twice.url).endswith(page.path)
    changed = await page.client.post(form, data=fields | typed(unsur, person="Pak Lain"))
    assert changed.status_code in (403, 422)
    plan = (await items(desk))[0].plan
    assert plan
    assert plan.person == "Bu Sri"
    await page.presses("Kembali ke formulir")
    await save(page, **typed(unsur, person="Bu Ratna"))
    assert page.path.endswith("/tersimpan")
    assert len(await audited(desk)) == 2
    desk.time.passes(hours=2, seconds=1)
    assert (await page.client.get(page.path)).status_code == 403


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
async def test_a_forged_link_is_refused(page: Citizen, forged: str) -> None:
    for path in ("", "/tersimpan"):
        assert (await page.client.get(f"/tindaklanjut/{forged}{path}")).status_code == 403
    assert (await page.client.get(f"/tindaklanjut/{forged}/U1.jpg")).status_code == 404
    assert (await page.client.post(f"/tindaklanjut/{forged}", data={})).status_code == 403


async def test_a_removed_official_is_refused_at_every_request(desk: Desk, page: Citizen) -> None:
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
async def test_a_wrong_role_or_unit_is_refused_and_recorded(
    desk: Desk, page: Citizen, role: str, upp: str, about: str
) -> None:
    await desk.official(role, upp, "Tamu")
    who = (await desk.db.read(officials.listed))[-1]
    assert (who.role, who.upp) == (Role(role), upp)
    path = urlsplit(FormLinks([KEY.decode()], "").link(who, Upp(about, ""), Q4, desk.time())).path
    for answer in (await page.client.get(path), await page.client.post(path, data={})):
        assert answer.status_code == 403
        assert "Peran Anda" in answer.text
    newest = (await desk.db.read(lambda conn: audit_log.newest(conn, 1)))[0]
    assert (newest.name, newest.event) == ("Tamu", AuditEvent.REFUSED)


async def test_an_officer_may_edit_the_units_below(desk: Desk, page: Citizen) -> None:
    await desk.official("officer", "DINKES", "Wati")
    wati = (await desk.db.read(officials.listed))[-1]
    path = urlsplit(
        FormLinks([KEY.decode()], "").link(wati, Upp("PURWO", ""), Q4, desk.time())
    ).path
    await page.opens(path)
    unsur = (await items(desk, "PURWO"))[0].unsur
    await save(page, **typed(unsur, **PLANNED))
    assert (await items(desk, "PURWO"))[0].plan is not None


async def test_a_form_posted_from_another_site_is_refused(desk: Desk, page: Citizen) -> None:
    unsur = (await items(desk))[0].unsur
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://jahat.test"}):
        answer = await page.client.post(page.path, data=typed(unsur, **PLANNED), headers=headers)
        assert answer.status_code == 403
        assert "dikirim dari halaman lain" in answer.text
    assert (await items(desk))[0].plan is None


async def test_a_browser_that_hides_its_origin_may_save_through_its_signed_link(
    desk: Desk, page: Citizen
) -> None:
    unsur = (await items(desk))[0].unsur
    page.client.headers["Origin"] = "null"
    await save(page, **typed(unsur, **PLANNED))
    assert page.path.endswith("/tersimpan")


async def test_a_withheld_unit_has_no_form(desk: Desk, page: Citizen) -> None:
    await desk.official("admin", None, "Wahyu")
    who = (await desk.db.read(officials.listed))[-1]
    path = urlsplit(
        FormLinks([KEY.decode()], "").link(who, Upp("GILING", ""), Q4, desk.time())
    ).path
    await page.opens(path)
    page.sees("Belum ada unsur")
    assert page.page.all("form") == []


async def test_the_page_is_not_cached_or_indexed(page: Citizen) -> None:
    assert page.got.headers["Cache-Control"] == "no-store"
    assert page.page.all("meta", name="robots", content="noindex")


async def test_a_photo_of_another_period_is_not_served_through_the_link(
    desk: Desk, page: Citizen
) -> None:
    async def another(conn: AsyncConnection) -> None:
        [who] = await officials.listed(conn)
        await photos.put(conn, "c" * 32, Photo(b"\xff\xd8", 1, 1), who.id, desk.time())

    await desk.db.write(another)
    for name in ("U1", "U9", "c" * 32):
        assert (await page.client.get(f"{page.path}/{name}.jpg")).status_code == 404
