"""Improvements: follow-ups of published periods that were done, and their photos."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from skm.follow_up.photo import MEDIA_TYPE
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.period import Period
from skm.store.database.database import Database
from skm.store.periods import follow_ups, photos
from skm.store.survey import upps

CACHE = {"Cache-Control": "public, max-age=3600"}  # not longer, since a photo may be withdrawn


@dataclass(frozen=True)
class Improvement:
    """`unit`: the unit's name. `size`: (width, height) of the photo, if there is one."""

    unit: str
    item: TindakLanjut
    size: tuple[int, int] | None


async def of(
    conn: AsyncConnection, code: str | None, periods: Iterable[Period], most: int
) -> list[Improvement]:
    """Those of a unit and its subtree (None: of all units), the newest first."""
    known = set(periods)
    done = [item for item in await follow_ups.done(conn, code) if item.period in known][:most]
    sizes = await photos.sizes(conn, [i.done.photo for i in done if i.done and i.done.photo])
    names = {unit.code: unit.name for unit in await upps.listed(conn)}
    return [
        Improvement(names[item.upp], item, sizes.get(item.done.photo or "") if item.done else None)
        for item in done
    ]


def photo_route(db: Database) -> Route:
    """`/hasil/foto/{key}.jpg`: a published photo under an unguessable key."""

    async def photo(request: Request) -> Response:
        key = request.path_params["key"]
        found = await db.read(lambda conn: photos.published(conn, key))
        if found is None:
            raise HTTPException(404)
        return Response(found.content, media_type=MEDIA_TYPE, headers=CACHE)

    return Route("/hasil/foto/{key}.jpg", photo)
