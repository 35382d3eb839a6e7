"""`/impor`: a file with answers that an official sends, shown before it is stored.

The file stays with the messenger: between the preview and the decision only its key is kept, and it
is loaded again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.messaging.channel import LoadError, LoadPhoto
from bot.messaging.message import LARGEST, Choice, Outbound, Replies, Rows, SentFile
from bot.messaging.text_length import TEXT, fitted, one_line
from bot.official.answers.imports import undo
from bot.request.imports import (
    FileReader,
    UndecidedError,
    accepted,
    decided,
    is_asked,
    own_units,
    proposals,
)
from bot.request.intake import context
from bot.request.request import Declined, Request
from bot.words.intake import IntakeWording
from skm.files.read import read
from skm.instansi.find_upp import folded
from skm.instansi.typed_period import last_day
from skm.intake.choices import Choices
from skm.intake.remark import IntakeError, RemarkKind
from skm.intake.upload import Upload
from skm.store.intake import look, uploads
from skm.store.intake.look import Looked
from skm.store.survey import upps
from skm.survey.instrument import Instrument

PROPOSED = 3  # units that are offered as buttons


async def answer(
    request: Request, *, load: LoadPhoto, instrument: Instrument, keys: Sequence[bytes]
) -> Replies:
    """A new file, a decision about the last one, or the list of batches."""
    units = await request.db.read(upps.listed)
    own = await request.db.read(partial(own_units, official=request.official))
    words = IntakeWording(
        request.instansi.catalog, request.language, instrument,
        {unit.code: unit.name for unit in units}, "intake_chat",
    )  # fmt: skip
    given = context(
        request.instansi.catalog, instrument, units, request.instansi.zone, request.now, own
    )
    reader = FileReader(request.db, request.official, given, keys)
    return await _Import(request, load, words, reader, own).answer()


@dataclass(frozen=True)
class _Import:
    """One message about an import."""

    request: Request
    load: LoadPhoto
    words: IntakeWording
    reader: FileReader
    own: frozenset[str] | None

    async def answer(self) -> Replies:
        if self.request.file:
            return await self._brought(self.request.file)
        typed, _, rest = self.request.subject.rest.strip().partition(" ")
        meaning = self.request.vocabulary.meanings("import").get(folded(typed))
        steps: Mapping[str, Callable[[str], Awaitable[Replies]]] = {
            "save": self._save,
            "cancel": self._cancel,
            "accept": self._accept,
        }
        if meaning and meaning in steps:
            return await steps[meaning](rest.strip())
        if meaning == "undo":
            return await undo.answer(self.request, self.words, self.own, rest.strip())
        if meaning is None:
            return await undo.listed(self.request, self.own)
        return await self._decide(meaning, rest.strip())

    # --- looking -------------------------------------------------------------------------------

    async def _brought(self, file: SentFile) -> Replies:
        name = file.name or "-"
        if file.size > LARGEST:
            raise Declined("intake_chat.too_large")
        return await self._shown(Upload(self.request.official.id, file.key, name, Choices()))

    async def _shown(self, upload: Upload) -> Replies:
        """The preview, with buttons for what can be decided."""
        try:
            looked = await self._look(upload)
        except IntakeError as error:
            if is_asked(error):
                await self._keep(upload)
            return (self._message("\n".join(self.words.remarks(error.remarks))),)
        await self._keep(replace(upload, choices=looked.source.choices))
        lines = self.words.preview(upload.name, looked.preview)
        return (self._message(fitted(lines[0], lines[1:], TEXT), self._buttons(looked)),)

    async def _keep(self, upload: Upload) -> None:
        keep = partial(uploads.keep, upload=upload, now=self.request.now)
        await self.request.db.write(keep)

    async def _look(self, upload: Upload) -> Looked:
        """Loads the file and looks at it. Raises Declined and IntakeError."""
        try:
            content = await self.load(self.request.official.channel, SentFile(upload.key))
        except LoadError:
            raise Declined("intake_chat.not_loaded") from None
        if len(content) > LARGEST:
            raise Declined("intake_chat.too_large")
        file = await asyncio.to_thread(read, content, upload.name)
        return await self.reader.look(file, upload.choices)

    def _buttons(self, looked: Looked) -> Rows:
        kinds = {remark.kind for remark in looked.preview.remarks}
        rows = []
        if RemarkKind.ORDER in kinds:
            rows += [self._button("form", "order form"), self._button("unsur", "order unsur")]
        if RemarkKind.REVERSED in kinds:
            rows += [self._button("best_1", "best 1"), self._button("best_4", "best 4")]
        for number, fault in enumerate(proposals(looked)[:PROPOSED]):
            label = self.request.say(
                "intake_chat.button_unit", said=one_line(fault.value, 24), code=fault.near[0]
            )
            rows.append(Choice(label, f"/impor accept {number}"))
        if looked.can_store and not looked.is_same_file:
            save = "save_good" if looked.preview.bad else "save"
            rows.append(self._button(save, "save"))
            if looked.earlier.similar:
                rows.append(self._button("save_new", "save new"))
        elif looked.can_store:
            rows.append(self._button("save_again", "save"))
        return (*((one,) for one in rows), (self._button("cancel", "cancel"),))

    def _button(self, label: str, rest: str) -> Choice:
        return Choice(self.request.say(f"intake_chat.button_{label}"), f"/impor {rest}")

    # --- deciding ------------------------------------------------------------------------------

    async def _upload(self) -> Upload:
        """The file that waits for a decision. Raises Declined."""
        official, now = self.request.official.id, self.request.now
        found = await self.request.db.read(partial(uploads.of, official=official, now=now))
        if found is None:
            raise Declined("intake_chat.nothing_waits")
        return found

    async def _decide(self, meaning: str, said: str) -> Replies:
        """A choice about the file, and the preview that follows from it."""
        upload = await self._upload()
        choices = self._chosen(upload.choices, meaning, said)
        return await self._shown(replace(upload, choices=choices))

    async def _accept(self, said: str) -> Replies:
        """Takes the first of the units that were proposed for a text, in the whole file."""
        upload = await self._upload()
        near = dict(enumerate(proposals(await self._look(upload))))
        fault = near.get(int(said)) if said.isascii() and said.isdecimal() else None
        if fault is None:
            raise Declined("intake_chat.unclear", said=said[:60])
        choices = accepted(upload.choices, "upp", fault.value, fault.near[0])
        return await self._shown(replace(upload, choices=choices))

    def _chosen(self, choices: Choices, meaning: str, said: str) -> Choices:
        """Raises Declined for words that decide nothing."""
        if meaning == "day":
            day = last_day(said, self.request.vocabulary.periods, self.request.today)
            if day is not None:
                return replace(choices, day=day)
        try:
            return decided(choices, meaning, said, self.reader.context.upps)
        except UndecidedError:
            raise Declined("intake_chat.unclear", said=said[:60]) from None

    async def _cancel(self, _: str) -> Replies:
        official = self.request.official.id
        await self.request.db.write(partial(uploads.drop, official=official))
        return self.request.reply("intake_chat.cancelled")

    async def _save(self, said: str) -> Replies:
        upload = await self._upload()
        try:
            looked = await self._look(upload)
        except IntakeError as error:
            return (self._message("\n".join(self.words.remarks(error.remarks))),)
        if not looked.can_store:
            return await self._shown(upload)
        batch = await look.store(self.request.db, looked, skip_similar=bool(said))
        await self.request.db.write(partial(uploads.drop, official=self.request.official.id))
        lines = [self.request.say("intake_chat.stored", number=batch.id, stored=batch.stored,
                                  left=batch.rows - batch.stored)]  # fmt: skip
        if looked.preview.bad:
            lines.append(self.words.moves(looked.preview))
        return (self._message("\n".join(lines), ((self._button("undo", f"undo {batch.id}"),),)),)

    def _message(self, text: str, rows: Rows = ()) -> Outbound:
        return self.request.topic.message(text, rows)
