"""The organisation (instansi) that a deployment serves, as texts for its officials need it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.catalog import Catalog
from skm.store.survey import upps
from skm.submissions.deadline import DAYS


@dataclass(frozen=True)
class Instansi:
    """Its name, the texts of its locales, its time zone, and the clock. `report_days`: after a
    period, to hand in the reports of its units.
    """

    name: str
    catalog: Catalog
    zone: tzinfo
    now: Callable[[], datetime]
    report_days: int = DAYS

    @property
    def today(self) -> date:
        """The local day."""
        return self.now().astimezone(self.zone).date()

    async def unit_name(self, conn: AsyncConnection, code: str | None) -> str:
        """The name of a unit, or its own for None; the code of a unit that is unknown."""
        if code is None:
            return self.name
        unit = await upps.by_code(conn, code)
        return unit.name if unit else code

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return moment.astimezone(self.zone).date()
