"""Follow-ups, drafts and closed periods, on each database."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from skm.closing.frozen import ClosingError
from skm.closing.verification import Mismatch
from skm.follow_up.draft import LAPSES, Draft
from skm.follow_up.photo import Photo
from skm.follow_up.realised import realised
from skm.follow_up.tindak_lanjut import Done, Plan
from skm.instansi.official import Invitation, Role
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.officials import officials
from skm.store.periods import closings, drafts, follow_ups, photos
from skm.store.periods.publications import Publications
from skm.store.survey import responses, seals
from skm.survey.unsur import Unsur
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import call, given_by

QUARTER = Period.parse("2026-Q4")
DAY, JANUARY = date(2026, 11, 23), date(2027, 1, 5)
NOW = datetime(2027, 1, 5, 3, 0, 0, 123456, tzinfo=UTC)
PAJANG = Upp("PAJANG", "Puskesmas", "DINKES")
PLAN = Plan("Pasang daftar syarat; ketik “=1+1”", date(2027, 3, 31), "Bu Sri 🙂")
U1, U2, U3 = Unsur.U1, Unsur.U2, Unsur.U3


@pytest.fixture
async def answered(city: Database) -> Database:
    """Six people said 2 or 1 to everything, so the first three unsur are to be mended."""
    rows = [
        (given_by(f"r{number}", 2 - number // 5, respondent=f"w{number}"), DAY)
        for number in range(6)
    ]
    await city.write(call(responses.insert_many, rows, SKM9))
    return city


async def plan(db: Database, unsur: Unsur, *, done: bool = False) -> None:
    items = await db.read(call(follow_ups.of, PAJANG, QUARTER))
    item = next(item for item in items if item.unsur is unsur).planned(PLAN, JANUARY)
    finished = item.finished(Done(JANUARY, "Sudah dipasang")) if done else item
    await db.write(call(follow_ups.put, PAJANG, finished))


async def test_three_are_proposed_until_one_is_written_down(answered: Database) -> None:
    items = await answered.read(call(follow_ups.of, PAJANG, QUARTER))
    assert [(item.unsur, item.plan) for item in items] == [(U1, None), (U2, None), (U3, None)]
    await plan(answered, U2)
    items = await answered.read(call(follow_ups.of, PAJANG, QUARTER))
    assert [(item.unsur, item.plan) for item in items] == [(U1, None), (U2, PLAN), (U3, None)]


async def test_what_an_office_works_on_does_not_change_with_late_answers(
    answered: Database,
) -> None:
    await plan(answered, U1)
    better = {item.id: 4 if item.unsur in (U1, U2, U3) else 1 for item in SKM9.items}
    rows = [(given_by(f"s{number}", 1, answers=better), DAY) for number in range(9)]
    await answered.write(call(responses.insert_many, rows, SKM9))
    items = await answered.read(call(follow_ups.of, PAJANG, QUARTER))
    assert [item.unsur for item in items] == [U1, U2, U3]


async def test_fewer_than_five_propose_nothing(city: Database) -> None:
    rows = [(given_by(f"r{number}", 2), DAY) for number in range(4)]
    await city.write(call(responses.insert_many, rows, SKM9))
    assert await city.read(call(follow_ups.of, PAJANG, QUARTER)) == ()
    assert await city.read(call(follow_ups.of_all, QUARTER)) == {}


async def test_done_and_unfinished_are_found(answered: Database) -> None:
    await plan(answered, U1, done=True)
    assert await answered.read(call(follow_ups.unfinished)) == []
    await plan(answered, U3)
    (open_,) = await answered.read(call(follow_ups.unfinished))
    assert [item.unsur for item in open_] == [U1, U2, U3]
    assert str(realised(open_)) == "33.33"
    for code in ("PAJANG", "DINKES", "KOTA", None):
        (item,) = await answered.read(call(follow_ups.done, code))
        assert (item.upp, item.unsur, item.done) == ("PAJANG", U1, Done(JANUARY, "Sudah dipasang"))


async def test_every_unit_above_has_its_own(answered: Database) -> None:
    found = await answered.read(call(follow_ups.of_all, QUARTER))
    assert list(found) == ["DINKES", "KOTA", "PAJANG"]


async def test_a_draft_is_kept_an_hour_and_one_at_a_time(answered: Database) -> None:
    invited = Invitation(Role.OFFICER, "PAJANG", "Sri")
    sri = await answered.write(call(officials.add, invited, "sri", "telegram", "chat-1", "id", NOW))
    first = Draft(sri.id, "PAJANG 2026-Q4 U1")
    second = Draft(sri.id, "PAJANG 2026-Q4 U2", action="Pasang", deadline=JANUARY)
    await answered.write(call(drafts.keep, first, NOW))
    await answered.write(call(drafts.keep, second, NOW))
    assert await answered.read(call(drafts.of, sri.id, NOW)) == second
    assert await answered.read(call(drafts.of_person, "sri", NOW)) == second
    assert await answered.read(call(drafts.of_person, "budi", NOW)) is None
    assert await answered.read(call(drafts.of, sri.id, NOW + LAPSES)) is None
    await answered.write(call(drafts.drop, sri.id))
    assert await answered.read(call(drafts.of, sri.id, NOW)) is None


async def test_a_closed_period_is_verified_withdrawn_from_and_tampered_with(
    answered: Database,
) -> None:
    await answered.write(call(closings.close, QUARTER, JANUARY, NOW, None))
    found = await answered.read(call(closings.verify, QUARTER))
    assert (found.counted, found.withdrawn, found.late, found.differences) == (6, 0, 0, ())
    assert found.head.closed_at == NOW
    await answered.write(call(responses.forget, "w3"))
    await answered.write(call(responses.insert_many, [(given_by("late", 4), DAY)], SKM9))
    found = await answered.read(call(closings.verify, QUARTER))
    assert (found.counted, found.withdrawn, found.late, found.differences) == (6, 1, 1, ())
    assert await answered.read(call(seals.late, QUARTER, "DINKES")) == 1
    changed = text("UPDATE response SET layanan = 'lain' WHERE id = 'r1'")
    await answered.write(lambda conn: conn.execute(changed))
    found = await answered.read(call(closings.verify, QUARTER))
    assert {(one.mismatch, one.about) for one in found.differences} == {
        (Mismatch.CHANGED, "r1"),
        (Mismatch.COUNT, "PAJANG"),
    }


async def test_two_who_close_at_once_close_once(answered: Database) -> None:
    work = call(closings.close, QUARTER, JANUARY, NOW, None)
    done = await asyncio.gather(*(answered.write(work) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in done].count(ClosingError) == 3
    found = await answered.read(call(closings.verify, QUARTER))
    assert (found.counted, found.differences) == (6, ())


async def test_publications_notice_what_is_closed_meanwhile(answered: Database) -> None:
    published = Publications(answered)
    assert await published.all() == []
    await answered.write(call(closings.close, QUARTER, JANUARY, NOW, None))
    month = Period.parse("2026-11")
    later = NOW + timedelta(days=1)
    await answered.write(call(closings.close, month, JANUARY, later, None))
    found = await published.all()
    assert [str(one.period) for one in found] == ["2026-Q4", "2026-11"]
    assert [report.responden for one in found if (report := one.report("KOTA"))] == [6, 6]


async def test_a_photo_goes_when_its_follow_up_is_opened_again_or_shown_by_another(
    answered: Database,
) -> None:
    invited = Invitation(Role.OFFICER, "PAJANG", "Sri")
    sri = await answered.write(call(officials.add, invited, "orang", "telegram", "7", "id", NOW))
    planned = (await answered.read(call(follow_ups.of, PAJANG, QUARTER)))[0].planned(PLAN, JANUARY)
    first, second = Photo(b"\xff\xd8 one", 4, 3), Photo(b"\xff\xd8 two", 3, 4)
    for key, photo in (("a" * 32, first), ("b" * 32, second)):
        item = planned.finished(Done(JANUARY, "Sudah", key))
        await answered.write(call(follow_ups.record, sri.id, PAJANG, item, "selesai", NOW, photo))
        kept = await answered.read(call(photos.several, ["a" * 32, "b" * 32]))
        assert kept == {key: photo}
    assert await answered.read(call(photos.sizes, ["b" * 32])) == {"b" * 32: (3, 4)}
    corrected = planned.finished(Done(JANUARY, "Sudah terpasang", "b" * 32))
    await answered.write(call(follow_ups.record, sri.id, PAJANG, corrected, "selesai", NOW))
    assert await answered.read(call(photos.of, "b" * 32)) == second
    await answered.write(call(follow_ups.put, PAJANG, planned.reopened()))
    assert await answered.read(call(photos.of, "b" * 32)) is None
