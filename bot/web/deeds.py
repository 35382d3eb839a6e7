"""What has changed because of people: what was done in published periods, with its photos."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from skm.period import Period
from skm.photo import MEDIA_TYPE
from skm.store import follow_ups, photos, upps
from skm.store.database import Database
from skm.tindak_lanjut import TindakLanjut

CACHE = {"Cache-Control": "public, max-age=3600"}  # no longer: a photo may be taken back


@dataclass(frozen=True)
class Deed:
    """`unit`: the name of whose it is. `size`: (width, height) of its photo, if it has one."""

    unit: str
    item: TindakLanjut
    size: tuple[int, int] | None


async def of(
    conn: AsyncConnection, code: str | None, periods: Iterable[Period], most: int
) -> list[Deed]:
    """Of a unit and those below it (None: of all), the newest first."""
    known = set(periods)
    done = [item for item in await follow_ups.done(conn, code) if item.period in known][:most]
    sizes = await photos.sizes(conn, [i.done.photo for i in done if i.done and i.done.photo])
    names = {unit.code: unit.name for unit in await upps.listed(conn)}
    return [
        Deed(names[item.upp], item, sizes.get(item.done.photo or "") if item.done else None)
        for item in done
    ]


class Photos:
    """`/hasil/foto/{key}.jpg`, by a name nobody can guess."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def photo(self, request: Request) -> Response:
        key = request.path_params["key"]
        found = await self.db.read(lambda conn: photos.published(conn, key))
        if found is None:
            raise HTTPException(404)
        return Response(found.content, media_type=MEDIA_TYPE, headers=CACHE)
