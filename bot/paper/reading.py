"""Reads a file with photos of paper forms and puts what it finds into a batch.

The photo itself is in memory only: what remains of it are the crops of what is asked.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from skm.errors import SkmError
from skm.paper.sheet import SARAN, PaperSheet
from skm.store.database.database import Database
from skm.store.paper import sheets
from skm.store.survey import collectors
from skm.survey.instrument import Instrument

READER = ThreadPoolExecutor(1, "paper")  # one file at a time, since each takes much memory


class NoReader(SkmError):
    """The packages that read photos are not installed."""


@dataclass(frozen=True)
class TakenForm:
    """A form that is in a batch. `crops`: PNG by item or field that is asked, and by SARAN.

    `page`: of the file, 0 if it has one only.
    """

    sheet: PaperSheet
    crops: Mapping[str, bytes] = field(repr=False)
    page: int = 0


@dataclass(frozen=True)
class NotTaken:
    """A picture from which no form was taken. `why`: its text in the locales, paper.WHY.

    `page`: of the file, 0 if it has one only.
    """

    why: str
    page: int = 0


ReadOutcome = TakenForm | NotTaken


async def take_in(
    db: Database,
    content: bytes,
    instrument: Instrument,
    batch: int,
    units: Collection[str] | None,
    now: datetime,
) -> list[ReadOutcome]:
    """What was made of each form in a file. `units`: whose forms are taken; None: all.

    Raises NoReader.
    """
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(READER, forms_in_file, content, instrument)

    async def store(conn: AsyncConnection) -> list[ReadOutcome]:
        return [await _stored(conn, one, batch, units, now) for one in found]

    return await db.write(store)


async def _stored(
    conn: AsyncConnection,
    one: ReadOutcome,
    batch: int,
    units: Collection[str] | None,
    now: datetime,
) -> ReadOutcome:
    if isinstance(one, NotTaken):
        return one
    way = await collectors.by_code(conn, one.sheet.code.collector)
    if way is None or (units is not None and way[0].upp not in units):
        return NotTaken("not_yours", one.page)
    return replace(one, sheet=await sheets.add(conn, batch, one.sheet, now))


def forms_in_file(content: bytes, instrument: Instrument) -> list[ReadOutcome]:
    """The forms of a file, which are not stored. Raises NoReader."""
    found = list(_forms_in(content, instrument))
    several = any(one.page > 1 for one in found)
    return found if several else [replace(one, page=0) for one in found]


def _forms_in(content: bytes, instrument: Instrument) -> Iterator[ReadOutcome]:
    try:
        from skm.vision.crop import item_crop, words_crop
        from skm.vision.pictures import PictureError
        from skm.vision.read import UnreadPicture, forms_in
    except ImportError:
        raise NoReader("Photos need more packages: pip install 'skm-bot[paper]'.") from None
    try:
        for seen in forms_in(content, instrument):
            if isinstance(seen, UnreadPicture):
                yield NotTaken(seen.problem, seen.page)
                continue
            sheet = PaperSheet(seen.code, seen.measures, instrument)
            crops = {item: item_crop(seen, item) for item in sheet.questions}
            if sheet.has_words:
                crops[SARAN] = words_crop(seen)
            yield TakenForm(sheet, crops, seen.page)
    except PictureError as error:
        yield NotTaken(error.fault)
