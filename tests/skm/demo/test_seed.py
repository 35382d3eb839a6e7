"""The demo city is the same on the same day, near what was published, and has every case."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.running.settings import INSTRUMENTS
from skm.demo.city import FIRST_CODE, city
from skm.demo.encounters import BURST, SILENT, SILENT_DAYS, SLOWER, SMALL, Encounter, Year
from skm.demo.follow_ups import LAST, QuarterStories, Story, follow_up
from skm.demo.seed import seed
from skm.errors import SkmError
from skm.figures.compare import Change
from skm.follow_up.tindak_lanjut import FollowUpState, TindakLanjut
from skm.instansi.collector import Mode
from skm.instansi.period import Period
from skm.instansi.upp import Upp
from skm.store.database.database import Database
from skm.store.figures import reports
from skm.store.officials import officials
from skm.store.periods import follow_ups, photos
from skm.store.survey import collectors, responses, tallies, upps, visits
from skm.survey.instrument import Instrument
from skm.survey.interview import Disposition
from skm.survey.unsur import Unsur
from tests.conftest import Fresh

SKM9 = Instrument.parse((INSTRUMENTS / "skm9.toml").read_text(encoding="utf-8"))
SKM16 = Instrument.parse((INSTRUMENTS / "skm16.toml").read_text(encoding="utf-8"))
JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
YEAR = (date(2025, 11, 25), date(2026, 11, 25))


pytestmark = pytest.mark.takes_long


@pytest.fixture(scope="module")
def database(fresh: Fresh) -> Iterator[str]:
    with fresh() as url:
        yield url


@pytest.fixture
async def db(database: str) -> AsyncIterator[Database]:
    """Seeded once, then read by every test."""
    async with Database.open(database) as db:
        if not await db.read(upps.listed):
            await seed(db, SKM9, zone=JAKARTA, now=NOW)
        yield db


def lived(unit: str, now: datetime = NOW, instrument: Instrument = SKM9) -> list[Encounter]:
    year = Year(city(), instrument, JAKARTA, now)
    return list(year.at(next(upp for upp in year.city.upps if upp.code == unit)))


def test_the_city_is_a_tree_of_155_units_each_with_a_collector() -> None:
    made = city()
    codes = {unit.code for unit in made.upps}
    assert len(codes) == len(made.upps) == len(made.ratings) == 155
    assert {way.upp for way in made.collectors} == codes
    assert len({way.code for way in made.collectors}) == len(made.collectors)
    assert all(unit.parent in codes for unit in made.upps if unit.parent)
    assert sum(unit.parent == "DINKES" for unit in made.upps) == 21
    assert FIRST_CODE in {way.code for way in made.collectors}


def test_a_name_with_commas_is_one_unit() -> None:
    assert Upp("DISKOMINFO", "Dinas Komunikasi, Informatika, Statistik dan Persandian") in [
        Upp(unit.code, unit.name) for unit in city().upps
    ]


def test_the_same_day_gives_the_same_year_and_later_hours_only_add() -> None:
    morning, evening = lived("DINKES"), lived("DINKES", NOW + timedelta(hours=9))
    assert lived("DINKES") == morning
    assert [one.closed_at for one in evening][: len(morning)] == [one.closed_at for one in morning]
    assert all(one.closed_at <= NOW for one in morning)


def test_a_questionnaire_with_several_items_an_unsur_is_answered_as_well() -> None:
    said = [one.response for one in lived("DUKCAPIL", instrument=SKM16) if one.response]
    assert all(set(response.answers) == set(SKM16.by_id) for response in said)


@pytest.mark.thorough
async def test_seeding_again_the_same_day_changes_nothing(db: Database) -> None:
    before = await db.read(lambda conn: tallies.by_upp(conn, *YEAR))
    await seed(db, SKM9, zone=JAKARTA, now=NOW)
    assert await db.read(lambda conn: tallies.by_upp(conn, *YEAR)) == before


async def test_a_year_holds_twenty_to_thirty_thousand_responses(db: Database) -> None:
    pooled = await db.read(lambda conn: tallies.of(conn, None, *YEAR))
    assert 20_000 < pooled[SKM9.version].n < 30_000


async def test_units_come_out_near_what_was_published(db: Database) -> None:
    own, ratings = await db.read(lambda conn: tallies.by_upp(conn, *YEAR)), city().ratings
    found = reports_of(own)
    off = [
        float(found[code][unsur]) - ratings[code].nilai[unsur]
        for code in found
        for unsur in Unsur
        if code not in (SMALL, SLOWER, BURST)
    ]
    assert abs(mean(off)) < 0.5
    assert mean(abs(one) for one in off) < 2


def reports_of(own: object) -> dict[str, dict[Unsur, float]]:
    from skm.figures.ikm import nrr

    assert isinstance(own, dict)
    return {
        code: {unsur: 25 * float(value) for unsur, value in (nrr(of[SKM9.version]) or {}).items()}
        for code, of in own.items()
    }


async def test_responses_have_comments_profiles_all_channels_and_all_modes(db: Database) -> None:
    said = [one.response for one in lived("DINKES") if one.response]
    assert {response.channel for response in said} == {"telegram", "web", "whatsapp", ""}
    assert {response.mode for response in said} == set(Mode)
    assert all(r.respondent is None and r.started_at is None for r in said if r.mode is Mode.PAPER)
    assert 0.05 < sum(r.saran is not None for r in said) / len(said) < 0.4
    assert 0.7 < sum(bool(any(r.profile.values())) for r in said) / len(said) < 1
    local = [r.submitted_at.astimezone(JAKARTA) for r in said]
    assert all(8 <= at.hour < 16 and at.weekday() < 6 for at in local)


async def test_some_broke_off_and_some_declined(db: Database) -> None:
    span = NOW - timedelta(days=366), NOW
    ended = await db.read(lambda conn: visits.dispositions(conn, "DINKES", *span))
    assert ended[Disposition.COMPLETE] > 10 * ended[Disposition.BREAK_OFF] > 0
    assert ended[Disposition.REFUSAL] > 0
    assert set(await db.read(lambda conn: visits.break_offs(conn, "DINKES", *span))) == set(Unsur)


async def test_units_with_a_story_of_their_own_are_in_it(db: Database) -> None:
    async def days(unit: str) -> list[date]:
        return [one.closed_at.astimezone(JAKARTA).date() for one in lived(unit) if one.response]

    assert TODAY - max(await days(SILENT)) >= timedelta(days=SILENT_DAYS)
    assert 0 < len(await days(SMALL)) < 5
    straight = [r for r in (one.response for one in lived(BURST)) if r and r.mode is Mode.ASSISTED]
    assert sum(set(r.answers.values()) == {4} for r in straight) >= 14

    slower = Upp(SLOWER, "")
    autumn = await db.read(lambda c: reports.of(c, slower, Period.parse("2026-Q4")))
    summer = await db.read(lambda c: reports.of(c, slower, Period.parse("2026-Q3")))
    assert autumn.unsur_changes_since(summer)[Unsur.U3].change is Change.TURUN


async def test_follow_ups_are_done_planned_overdue_and_empty(db: Database) -> None:
    summer = Period.parse("2026-Q3")
    for _ in range(2):  # the second time changes nothing
        await db.write(lambda conn: follow_up(conn, zone=JAKARTA, now=NOW))
    found = await db.read(lambda conn: follow_ups.begun(conn, summer))
    assert {items[0].upp for items in found} == set(LAST)
    assert {item.state(TODAY) for items in found for item in items} == set(FollowUpState)
    done = await db.read(follow_ups.done)
    [shown] = (await db.read(lambda conn: photos.shown_by(conn, done))).values()
    assert (shown.width, shown.height) == (1200, 900)
    assert len({(item.upp, item.done.note) for item in done if item.done}) == len(done)
    assert await db.read(officials.listed) == []  # so nobody is written to


@given(st.dates(date(2026, 10, 1), date(2026, 12, 31)), st.sampled_from(Story))
def test_a_story_happens_after_the_quarter_and_up_to_today(today: date, story: Story) -> None:
    stories = QuarterStories(Period.parse("2026-Q3"), today, {})
    empty = TindakLanjut("DUKCAPIL", stories.quarter, Unsur.U3)
    item = stories.applied(
        empty, story, {"action": "Loket kedua", "person": "Sri", "note": "Buka."}
    )
    assert item.plan
    assert item.plan.deadline >= date(2026, 10, 1)
    assert item.done is None or date(2026, 10, 1) <= item.done.on <= today
    assert (item.done is None) == (story in (Story.PLANNED, Story.OVERDUE))
    late = story is Story.OVERDUE and today > date(2026, 10, 1)
    assert (item.state(today) is FollowUpState.OVERDUE) == late


async def test_the_demo_is_not_mixed_with_other_units(database_url: str) -> None:
    async with Database.open(database_url) as db:
        await db.write(lambda conn: upps.put(conn, [Upp("KANTOR", "Kantor Kami")]))
        with pytest.raises(SkmError, match="seed an empty one"):
            await seed(db, SKM9, zone=JAKARTA, now=NOW)
        assert await db.read(collectors.listed) == []
        found = await db.read(lambda conn: responses.comments(conn, None, *YEAR, 1))
        assert found == []
