"""Answers of Puskesmas Pajang to two versions of the questionnaire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from skm.store.survey import responses
from skm.survey.response import Response
from tests.tools.chat import Desk

OLD, NEW = "skm9-1", "skm9-2"


async def answered(desk: Desk, version: str, many: int, nilai: int, month: int) -> None:
    """`many` people answer a questionnaire at Puskesmas Pajang, on different days."""
    instrument = replace(desk.inbox.instrument, version=version)
    rows = []
    for number in range(many):
        at = datetime(2026, month, 1, 3, number, tzinfo=UTC) + timedelta(days=number % 20)
        answers = dict.fromkeys((item.id for item in instrument.items), nilai)
        one = Response(
            id=f"{version}-{month}-{number}", upp="PAJANG", layanan="", collector=None,
            instrument=version, answers=answers, submitted_at=at,
        )  # fmt: skip
        rows.append((one, at.date()))
    await desk.db.write(lambda conn: responses.insert_many(conn, rows, instrument))
