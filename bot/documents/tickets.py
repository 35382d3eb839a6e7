"""Visit tickets as a file to print, or as rows for a printer at the counter."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.messaging.catalog import Catalog
from bot.messaging.links import Links, payload
from bot.messaging.qr import qr_svg
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp

SECRET_LENGTH = 8  # 40 bits: too many to guess one of 10,000 open tickets


@dataclass(frozen=True)
class Batch:
    """New tickets of a collector. `secrets`: the part after the code. `until`: the last day on
    which they open a survey.
    """

    collector: Collector
    upp: Upp
    secrets: Sequence[str]
    links: Links
    until: date

    def csv(self) -> bytes:
        """One a row: the code as it is typed, the link behind its QR, and the last day."""
        out = io.StringIO()
        sheet = csv.writer(out)
        sheet.writerow(["ticket", "url", "valid_until"])
        sheet.writerows(
            [payload(self.collector.code, one), self._url(one), self.until.isoformat()]
            for one in self.secrets
        )
        return out.getvalue().encode()

    def pdf(self, catalog: Catalog, language: str) -> bytes:
        """Ten on an A4 page, to cut."""
        from skm.output.documents.tickets import Ticket, TicketWords, tickets_pdf

        words = TicketWords(
            language=language,
            title=catalog.say(language, "desk.title"),
            place=" · ".join(filter(None, [self.upp.name, self.collector.layanan])),
            how=catalog.say(language, "desk.type", url=self.links.base.partition("://")[2]),
            once=catalog.say(language, "desk.ticket", until=self.until),
        )
        tickets = [
            Ticket(payload(self.collector.code, one), qr_svg(self._url(one)).decode())
            for one in self.secrets
        ]
        return tickets_pdf(tickets, words)

    def _url(self, secret: str) -> str:
        return self.links.landing(self.collector.code, secret)
