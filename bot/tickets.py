"""Visit tickets as a file to print, or as rows for a printer at the counter."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog import Catalog
from bot.links import Links, payload, qr_svg
from skm.upp import Collector, Upp
from skm.visit import new_code

SECRET_LENGTH = 6  # 30 bits: of 200 open tickets nobody guesses one


def new_secrets(count: int) -> list[str]:
    """As many different ones."""
    made: set[str] = set()
    while len(made) < count:
        made.add(new_code(SECRET_LENGTH))
    return sorted(made)


@dataclass(frozen=True)
class Batch:
    """New tickets of a collector. `secrets`: the part after the code."""

    collector: Collector
    upp: Upp
    secrets: Sequence[str]
    links: Links

    def csv(self) -> bytes:
        """One a row: the code as it is typed, and the link behind its QR."""
        out = io.StringIO()
        sheet = csv.writer(out)
        sheet.writerow(["ticket", "url"])
        sheet.writerows([payload(self.collector.code, one), self._url(one)] for one in self.secrets)
        return out.getvalue().encode()

    def pdf(self, catalog: Catalog, language: str) -> bytes:
        """Ten on an A4 page, to cut."""
        from skm.output.tickets import Ticket, Words, tickets_pdf

        words = Words(
            language=language,
            title=catalog.say(language, "desk.title"),
            place=" · ".join(filter(None, [self.upp.name, self.collector.layanan])),
            how=catalog.say(language, "desk.type", url=self.links.base.partition("://")[2]),
            once=catalog.say(language, "desk.ticket"),
        )
        tickets = [
            Ticket(payload(self.collector.code, one), qr_svg(self._url(one)).decode())
            for one in self.secrets
        ]
        return tickets_pdf(tickets, words)

    def _url(self, secret: str) -> str:
        return self.links.landing(self.collector.code, secret)
