"""After the retention nothing leads to anybody, and no figure has moved."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.dossier import CityDossier
from skm.figures.report import Report
from skm.follow_up import draft
from skm.instansi.official import AuditEvent, Invitation, Role
from skm.instansi.period import Period
from skm.notices.delivery import DeliveryKind, DeliveryState, Frozen, Next, PlannedDelivery
from skm.paper.form_code import FormCode
from skm.paper.measures import FormMeasures
from skm.paper.sheet import PaperSheet
from skm.privacy.retention import keeps_from
from skm.store.database.database import Database
from skm.store.figures import reports
from skm.store.intake import export
from skm.store.officials import audit_log, deliveries, invitations, officials
from skm.store.paper import batches, sheets
from skm.store.periods import closings, dossiers, drafts
from skm.store.schema import ALL
from skm.store.survey import collectors, responses, rollup, tickets, upps, visits
from skm.store.upkeep.purge import Purge
from skm.survey.response import Response
from tests.skm.survey.test_instrument import SKM9
from tests.tools.store_city import LAB, LOKET, TREE, call, given_by, visit_of

ZONE = ZoneInfo("Asia/Jakarta")
OLD = datetime(2024, 8, 5, 2, 31, 7, tzinfo=UTC)
OFFICE = OLD.replace(second=0)  # when the office did something
KEPT = date(2024, 11, 1)
LATER = datetime(2024, 11, 4, 3, 12, tzinfo=UTC)
PERIODS = ["2024", "2024-S2", "2024-Q3", "2024-Q4", "2024-08", "2024-11"]
SECRETS = [
    "orang-lama",
    "Antre dari jam enam pagi",
    "Sri lama",
    "rahasia-dalam-ringkasan",
    "TIKETLAMA",
    "/report lama",
    "Undangan lama",
    "janji lama",
    "02:31:07",
]
PROFILES = [{"gender": "L", "age": "60"}, {"gender": "P", "age": None}, {"gender": "P"}]


@pytest.fixture
async def city(db: Database) -> Database:
    await db.write(call(upps.put, TREE))
    for way in (LOKET, LAB):
        await db.write(call(collectors.add, way, OFFICE))
    return db


async def settle(db: Database) -> None:
    """Answers of August 2024 and of November, and everything else that could lead to somebody."""
    for month, at in enumerate((OLD, LATER)):
        rows = [(answer(f"R{month}-{n}", n, at), at.astimezone(ZONE).date()) for n in range(12)]
        await db.write(call(responses.insert_many, rows, SKM9))
    await db.write(_others)
    await db.write(call(closings.close, Period.parse("2024-Q3"), date(2024, 10, 2), LATER, None))


def answer(id: str, n: int, at: datetime) -> Response:
    said = "Antre dari jam enam pagi" if at is OLD else "Terima kasih"
    return given_by(
        id, 1 + n % 4, layanan="Pendaftaran", collector="LOKET1", saran=said,
        respondent=f"orang-{'lama' if at is OLD else 'baru'}-{n}", profile=PROFILES[n % 3],
        started_at=at - timedelta(minutes=2), submitted_at=at + timedelta(seconds=n % 2),
    )  # fmt: skip


async def _others(conn: AsyncConnection) -> None:
    ended = replace(
        visit_of("VLAMA", "orang-lama-v"), opened_at=OLD, touched_at=OLD, ticket="TIKETLAMA"
    )
    await visits.add(conn, ended)
    await visits.close(conn, ended, OLD, "U4")
    await tickets.add(conn, LAB.code, ["TIKETLAMA", "TIKETBARU"])
    await tickets.spend(conn, LAB.code, "TIKETLAMA", "R0-1", OLD)
    invited = Invitation(Role.OFFICER, "PAJANG", "Sri lama")
    sri = await officials.add(conn, invited, "p-sri", "telegram", "sri", "id", OFFICE)
    await officials.remove(conn, sri.id, OFFICE)
    budi = await officials.add(
        conn, Invitation(Role.ADMIN), "p-budi", "telegram", "b", "id", OFFICE
    )
    await audit_log.add(conn, sri.id, AuditEvent.REPORT, "/report lama", OLD)
    await audit_log.add(conn, budi.id, AuditEvent.REPORT, "/report baru", LATER)
    await invitations.create(conn, Invitation(Role.VIEWER, None, "Undangan lama"), OLD)
    await drafts.keep(conn, draft.Draft(budi.id, "PAJANG 2024-Q3 U3", action="janji lama"), OLD)
    form = PaperSheet(FormCode(LAB.code, SKM9.version, "LAMA"), FormMeasures({}, 1, 1), SKM9)
    await sheets.add(conn, await batches.begin(conn, budi.id, OLD.date(), LATER), form, OLD)
    plan = PlannedDelivery("digest:old", DeliveryKind.DIGEST, budi.id, "2024-W31", OLD)
    await deliveries.plan(conn, [plan])
    [claimed] = await deliveries.claim(conn, OLD, 1)
    await deliveries.freeze(conn, claimed.id, Frozen("rahasia-dalam-ringkasan"))
    await deliveries.record(conn, claimed.id, Next(DeliveryState.FAILED), OLD)


async def everything(db: Database) -> str:
    """Every row as text."""

    async def read(conn: AsyncConnection) -> str:
        rows: list[Any] = []
        for table in ALL:
            rows += [[str(cell) for cell in row] for row in await conn.execute(select(table))]
        return json.dumps(rows, ensure_ascii=False)

    return await db.read(read)


async def figures(db: Database) -> list[object]:
    """All that officials and the public can read of those periods, but for comments."""
    found: list[object] = []
    units = await db.read(upps.listed)
    for period in map(Period.parse, PERIODS):
        found.append((await db.read(call(reports.of_instansi, period))).as_json(period.end))
        city: CityDossier = await db.read(call(dossiers.of_city, period))
        for part in city.parts:
            found.append(await db.read(call(dossiers.answers, part, period)))
        for unit in units:
            report: Report = await db.read(call(reports.of, unit, period))
            found.append(
                (report.as_json(period.end), await db.read(call(dossiers.of, unit, period)))
            )
    start, end = (datetime(year, 1, 1, tzinfo=ZONE) for year in (2024, 2025))
    found.append(await db.read(call(visits.break_offs, None, start, end)))
    found.append(await db.read(call(visits.dispositions, None, start, end)))
    return found


def purge(db: Database) -> Purge:
    return Purge(db, KEPT, ZONE)


async def test_nothing_leads_to_anybody_and_no_figure_has_moved(city: Database) -> None:
    await settle(city)
    before, text = await figures(city), await everything(city)
    assert [secret for secret in SECRETS[:-1] if secret not in text] == []
    assert await purge(city).run() > 12
    after = await everything(city)
    assert [secret for secret in SECRETS if secret in after] == []
    assert await figures(city) == before
    assert await city.read(rollup.count_differences) == 0


async def test_what_is_young_enough_stays_as_it_is(city: Database) -> None:
    await settle(city)
    young = await city.read(call(responses.by_id, "R1-3"))
    await purge(city).run()
    assert await city.read(call(responses.by_id, "R1-3")) == young
    text = await everything(city)
    assert all(word in text for word in ("orang-baru", "Terima kasih", "TIKETBARU", "/report baru"))


async def test_a_closed_period_is_still_what_was_closed(city: Database) -> None:
    await settle(city)
    before = await city.read(call(closings.verify, Period.parse("2024-Q3")))
    await purge(city).run()
    after = await city.read(call(closings.verify, Period.parse("2024-Q3")))
    assert after == before
    assert (after.differences, after.withdrawn, after.counted) == ((), 0, 12)


async def test_what_would_go_is_counted_and_then_nothing_is_left_to_go(city: Database) -> None:
    await settle(city)
    found = await purge(city).count()
    assert found == {"responses": 12, "visits": 1, "deliveries": 1, "tickets": 1, "drafts": 1,
                     "paper forms": 1, "invitations": 1, "log lines": 1, "alerts": 0,
                     "batches": 0, "uploads": 0, "officials": 1}  # fmt: skip
    assert await purge(city).run() == sum(found.values())
    assert set((await purge(city).count()).values()) == {0}
    assert await purge(city).run() == 0


async def test_stopped_in_the_middle_it_goes_on_with_the_rest(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skm.store.upkeep.purge.CHUNK", 5)
    await settle(city)
    before = await figures(city)

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await purge(city).run(stop)
    left = await purge(city).count()
    assert left["responses"] == 7
    assert await figures(city) == before
    await purge(city).run()
    assert await figures(city) == before


async def test_the_bytes_are_gone_from_the_files(tmp_path: Path, city: Database) -> None:
    await settle(city)
    files = list(tmp_path.glob("skm.db*"))
    if not files:
        pytest.skip("PostgreSQL's files are its own affair")
    await purge(city).run()
    content = b"".join(file.read_bytes() for file in files if file.exists())
    assert b"orang-baru" in content
    assert [secret for secret in SECRETS[:-1] if secret.encode() in content] == []


async def test_an_export_still_has_every_answer(tmp_path: Path, city: Database) -> None:
    await settle(city)
    await purge(city).run()
    out = tmp_path / "out.csv"
    assert await export.export_responses(city, out, SKM9, key=b"key", zone=ZONE) == 24
    assert out.read_text("utf-8").count("2024-08-05") == 12


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 11, 24), 24, date(2024, 11, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2026, 12, 31), 12, date(2025, 12, 1)),
        (date(2026, 3, 15), 3, date(2025, 12, 1)),
        (date(2026, 3, 15), 0, None),
    ],
)
def test_whole_months_are_kept(today: date, months: int, first: date | None) -> None:
    assert keeps_from(today, months) == first
