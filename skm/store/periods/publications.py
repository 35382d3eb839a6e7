"""What is published: closed periods with what the world may see of them, and what was mended."""

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.closing.frozen import Head
from skm.closing.publication import Publication, published
from skm.store.database.database import Database
from skm.store.figures import closed


class Publications:
    """Reads them once: a closed period never changes, so it is known by its SHA-256."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._read: dict[tuple[str, ...], Publication] = {}

    async def all(self) -> list[Publication]:
        """The latest period first."""
        return await self.db.read(self._all)

    async def _all(self, conn: AsyncConnection) -> list[Publication]:
        heads = await closed.listed(conn)
        found: dict[Head, Publication] = {}
        for head in sorted(heads, key=lambda head: (head.closed_at, head.period.days)):
            earlier = list(found.values())
            key = (head.sha256, *(one.head.sha256 for one in earlier))
            if key not in self._read:
                units = await closed.units(conn, head.period)
                self._read[key] = published(head, units, earlier)
            found[head] = self._read[key]
        return [found[head] for head in heads]
