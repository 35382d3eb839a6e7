"""A small city for the tests of the store: three units in a row, and what happens there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from skm.instansi.collector import Collector, Mode
from skm.instansi.upp import Upp
from skm.survey.interview import Interview
from skm.survey.response import Response
from skm.survey.visit import Visit
from tests.skm.survey.test_instrument import SKM9

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DAY = date(2026, 11, 23)
YEAR = (date(2026, 1, 1), date(2027, 1, 1))
TREE = [Upp("KOTA", "Kota"), Upp("DINKES", "Dinas", "KOTA"), Upp("PAJANG", "Puskesmas", "DINKES")]
LOKET = Collector("LOKET1", "PAJANG", "Pendaftaran", "Loket 1")
LAB = Collector("LAB7", "PAJANG", "Laboratorium", ticketed=True)


def given_by(id: str, nilai: int, upp: str = "PAJANG", **more: Any) -> Response:
    """A response that says the same to every item."""
    answers = {item.id: nilai for item in SKM9.items}
    plain = Response(id, upp, "", None, SKM9.version, answers, NOW, channel="web")
    return replace(plain, **more)


def visit_of(id: str, who: str = "siti", **more: Any) -> Visit:
    """An open visit at LOKET1 where nothing was answered yet."""
    plain = Visit(
        interview=Interview(id=id, language="id"),
        collector=LOKET,
        upp_name="Puskesmas",
        instrument=SKM9.version,
        respondent=who,
        channel="telegram",
        mode=Mode.SELF,
        opened_at=NOW,
        touched_at=NOW,
    )
    return replace(plain, **more)


def call(function: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Callable[..., Any]:
    """The piece of work that calls a repository's function: `db.read(call(upps.by_code, "A"))`."""

    async def work(conn: Any) -> Any:
        return await partial(function, conn, *given, **named)()

    return work
