"""One look at a file before anything is stored, and storing what was looked at.

The command line, the chat and the pages go through these two functions.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from skm.intake import preview as previews
from skm.intake.batch import BatchKind, BatchSource, ImportBatch
from skm.intake.choices import Choices
from skm.intake.preview import Prepared, Preview
from skm.intake.remark import Remark, RemarkKind
from skm.intake.responses import Context
from skm.intake.table.grid import SourceFile
from skm.progress import Advance
from skm.store.database.database import Database
from skm.store.intake import batches, earlier, responses, units
from skm.store.intake.earlier import Earlier


@dataclass(frozen=True)
class Bringer:
    """Who brings a file. `official`: None on the command line. `office`: whose choices are
    remembered. `mapping`: the name of the choices, "" for those of the same headings. `keys`: the
    deployment's, present and former.
    """

    official: int | None = None
    office: str = ""
    mapping: str = ""
    keys: Sequence[bytes] = ()


@dataclass(frozen=True)
class Looked:
    """A file with its preview, which has all remarks."""

    source: BatchSource
    context: Context
    prepared: Prepared
    preview: Preview
    earlier: Earlier

    @property
    def is_same_file(self) -> bool:
        """Whether all of it is stored already, in a batch that is complete."""
        same = self.earlier.same
        return same is not None and same.finished_at is not None

    @property
    def can_store(self) -> bool:
        """Whether no question is open; rows that cannot be used may be left out."""
        return not self.preview.questions and self.preview.good > 0

    def good_left(self, *, skip_similar: bool) -> int:
        """How many rows `store` would store."""
        left_out = {*self.earlier.known, *(self.earlier.similar if skip_similar else ())}
        return self.preview.good - len(left_out)


async def look(
    db: Database,
    file: SourceFile,
    context: Context,
    choices: Choices,
    bringer: Bringer,
    advance: Advance = lambda rows: None,
) -> Looked:
    """Reads a file and compares it with what is stored. Raises IntakeError."""
    prepared = previews.prepare(file, context, choices)
    remembered = await db.read(
        partial(
            batches.remembered,
            fingerprint=prepared.fingerprint,
            office=bringer.office,
            mapping=bringer.mapping,
        )
    )
    if remembered:
        choices = choices.over(remembered.source.choices)
        prepared = previews.prepare(file, context, choices)
    preview = await _preview(prepared, context, advance)
    found = await db.read(
        partial(earlier.find, prepared=prepared, preview=preview, keys=bringer.keys)
    )
    if remembered:
        preview.remarks.append(Remark(RemarkKind.REMEMBERED, value=str(remembered.id)))
    preview.remarks += _about(found)
    source = BatchSource(
        BatchKind.RESPONSES, file.name, prepared.sha256, prepared.fingerprint, bringer.office,
        bringer.mapping, choices, bringer.official,
    )  # fmt: skip
    return Looked(source, context, prepared, preview, found)


async def _preview(prepared: Prepared, context: Context, advance: Advance) -> Preview:
    """Reads the rows in a thread, so that other people are answered meanwhile; it ends with us."""
    cancelled = False

    def step(rows: int) -> None:
        if cancelled:
            raise InterruptedError
        advance(rows)

    try:
        return await asyncio.to_thread(previews.look, prepared, context, step)
    finally:
        cancelled = True


def _about(found: Earlier) -> Iterator[Remark]:
    if found.same:
        done = RemarkKind.SAME_FILE if found.same.finished_at else RemarkKind.INTERRUPTED
        yield Remark(done, value=str(found.same.id))
    if found.known:
        yield Remark(RemarkKind.KNOWN, value=str(len(found.known)))
    if found.similar and not found.same:
        numbers = tuple(map(str, sorted(set(found.similar.values()))))
        lines = tuple(sorted(found.similar))
        yield Remark(RemarkKind.SIMILAR, lines, value=str(len(lines)), near=numbers)
    for period in found.closed:
        yield Remark(RemarkKind.LATE, value=str(period))


async def store(
    db: Database,
    looked: Looked,
    *,
    skip_similar: bool = False,
    advance: Advance = lambda rows: None,
) -> ImportBatch:
    """Stores the rows that can be stored, without those of our own exports. An interrupted batch of
    the same file goes on.
    """
    assert looked.can_store
    same = looked.earlier.same
    left_out = set(looked.earlier.known)
    if skip_similar and not (same and not same.finished_at):
        left_out |= looked.earlier.similar.keys()
    return await responses.store(
        db,
        looked.prepared,
        looked.context,
        looked.source,
        looked.preview.rows,
        left_out=left_out,
        resumes=same if same and not same.finished_at else None,
        advance=advance,
    )


async def undo(db: Database, number: int, official: int | None, now: datetime) -> ImportBatch:
    """Takes a batch back. Raises BatchError."""
    found = await db.read(partial(batches.get, number=number))
    if found.source.kind is BatchKind.UNITS:
        return await db.write(partial(units.undo, number=number, official=official, now=now))
    return await responses.undo(db, number, official, now)
