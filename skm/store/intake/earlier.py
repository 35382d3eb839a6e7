"""What of a file is stored already: rows of our own exports, and rows that look like earlier ones.

The first are recognised by their ids and are the same responses. The second are only alike: people
do answer alike, so they are named, and the person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from skm.instansi.period import Period
from skm.intake.batch import BatchKind, ImportBatch
from skm.intake.preview import Prepared, Preview, content_digest
from skm.intake.responses import export_id
from skm.store.figures import closed
from skm.store.intake import batches
from skm.store.schema.survey import response
from skm.store.survey import responses


@dataclass(frozen=True)
class Earlier:
    """`same`: the batch that has all of the file. `known`: lines that are our own export.
    `similar`: line → number of the batch with a row like it. `closed`: closed periods of the days.
    """

    same: ImportBatch | None = None
    known: frozenset[int] = frozenset()
    similar: Mapping[int, int] = field(default_factory=dict)
    closed: tuple[Period, ...] = ()


async def find(
    conn: AsyncConnection, prepared: Prepared, preview: Preview, keys: Sequence[bytes]
) -> Earlier:
    """Compares a file with what is stored. `keys`: with which exports may have written ids."""
    same = await batches.same_file(conn, BatchKind.RESPONSES, prepared.sha256)
    if not preview.days:
        return Earlier(same)
    first, last = min(preview.days), max(preview.days)
    known = await _known(conn, preview, keys, first, last)
    heads = await closed.listed(conn)
    return Earlier(
        same,
        known,
        await _similar(conn, preview, known, first, last),
        tuple(head.period for head in heads if any(map(head.period.contains, preview.days))),
    )


async def _known(
    conn: AsyncConnection, preview: Preview, keys: Sequence[bytes], first: date, last: date
) -> frozenset[int]:
    if not preview.exported:
        return frozenset()
    query = select(response.c.id).where(response.c.day >= first, response.c.day <= last)
    return frozenset(
        preview.exported[own]
        for receipt in await conn.scalars(query)
        for key in keys
        if (own := export_id(key, receipt)) in preview.exported
    )


async def _similar(
    conn: AsyncConnection, preview: Preview, known: frozenset[int], first: date, last: date
) -> dict[int, int]:
    """As many lines as there are earlier rows alike, the first ones of the file."""
    left = {digest: iter(lines) for digest, lines in preview.taken.items()}
    found = {}
    async for number, stored, day in responses.imported(conn, first, last, preview.units):
        lines = left.get(content_digest(stored, day), iter(()))
        line = next((line for line in lines if line not in known), None)
        if line is not None:
            found[line] = number
    return found
