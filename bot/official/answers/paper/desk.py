"""What every step of `/kertas` works with: the official's forms, and their batch as a message."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Attachment, Choice, Replies, Rows
from bot.paper.crops import Crops
from bot.paper.questions import PaperQuestions
from bot.request.request import Request
from skm.paper.sheet import PaperSheet
from skm.store.paper import batches, sheets
from skm.store.paper.batches import PaperBatch
from skm.store.paper.sheets import SheetCounts
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class PaperDesk:
    """One request about the official's open batch and about forms of theirs that wait."""

    request: Request
    crops: Crops
    instrument: Instrument

    @property
    def words(self) -> PaperQuestions:
        return PaperQuestions(self.request.instansi.catalog, self.instrument, self.request.language)

    async def begin(self) -> Replies:
        request = self.request

        async def run(conn: AsyncConnection) -> PaperBatch:
            found = await batches.open_of(conn, request.official.id)
            if found:
                return found
            number = await batches.begin(conn, request.official.id, request.today, request.now)
            return await batches.get(conn, number)

        batch = await request.db.write(run)
        return await self.show(batch, request.say("paper.start"))

    # --- their forms -----------------------------------------------------------------------------

    async def waiting(self, conn: AsyncConnection) -> Sequence[PaperSheet]:
        """The official's forms that are not stored."""
        found: list[PaperSheet] = []
        for batch in await batches.waiting(conn, self.request.official.id):
            found += await sheets.of_batch(conn, batch.id, self.instrument)
        return [sheet for sheet in found if sheet.response is None]

    async def own(self, conn: AsyncConnection, form: int) -> PaperSheet | None:
        """A form of the official that waits."""
        return next((one for one in await self.waiting(conn) if one.id == form), None)

    async def open(self) -> tuple[PaperBatch | None, Sequence[PaperSheet]]:
        """The batch that takes photos, with its forms."""

        async def run(
            conn: AsyncConnection,
        ) -> tuple[PaperBatch | None, Sequence[PaperSheet]]:
            batch = await batches.open_of(conn, self.request.official.id)
            own = await sheets.of_batch(conn, batch.id, self.instrument) if batch else ()
            return batch, own

        return await self.request.db.read(run)

    def crop(self, sheet: PaperSheet, item: str) -> Attachment | None:
        png = self.crops.of(sheet.id, item, self.request.now)
        return Attachment("formulir.png", "image/png", png) if png else None

    # --- the batch as a message ------------------------------------------------------------------

    async def show(self, batch: PaperBatch, note: str = "") -> Replies:
        """The counts of a batch under a note, with what can be done."""
        request = self.request
        found = await request.db.read(lambda conn: sheets.of_batch(conn, batch.id, self.instrument))
        counts = sheets.counted(found)
        day = request.say("paper.day", day=batch.day)
        summary = self.words.summary(counts.clear, counts.asked) if found else ""
        text = "\n\n".join(filter(None, (note, f"{summary}\n{day}".strip())))
        written = sum(sheet.has_words and not sheet.response for sheet in found)
        return (request.topic.message(text, self._buttons(counts, written)),)

    def _buttons(self, counts: SheetCounts, written: int) -> Rows:
        say = self.request.say
        save = Choice(say("paper.button_save", clear=counts.clear), "/kertas simpan")
        cancel = Choice(say("paper.button_cancel"), "/kertas batal")
        rows: Rows = ((save,),) if counts.clear else ()
        rows += self.asks(counts.asked)
        if written:
            rows += ((Choice(say("paper.button_words", written=written), "/kertas saran"),),)
        return (*rows, (cancel,)) if counts.clear + counts.asked else ()

    def asks(self, asked: int) -> Rows:
        if not asked:
            return ()
        return ((Choice(self.request.say("paper.button_ask", asked=asked), "/kertas tanya"),),)
