"""What an official sends without a command: does it belong to the follow-up they write down?"""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import FOLLOW_UP, offered
from bot.message import Inbound
from bot.visiting import Person
from skm.store import drafts, officials, received


async def argument(conn: AsyncConnection, person: Person) -> str:
    """What would be typed after the command; "" where nothing of the kind is awaited."""
    draft = await drafts.of_person(conn, person.respondent, person.now)
    text, photo = person.inbound.text, person.inbound.photo
    if draft is None or await _is_of_a_taken_album(conn, person.inbound):
        return ""
    if photo and draft.photographed:  # one is enough: of another only its words are wanted
        text = photo.caption.strip()
    if text is None:
        return f"{draft.about} bukti" if draft.finishing else ""
    return f"{draft.about} tulis {text}" if text and draft.takes_text else ""


async def is_further_photo(conn: AsyncConnection, person: Person) -> bool:
    """Whether one that is not awaited is from somebody who might have been asked for one."""
    if person.inbound.photo is None:
        return False
    draft = await drafts.of_person(conn, person.respondent, person.now)
    official = await officials.by_person(conn, person.respondent)
    planning = draft is not None and not draft.finishing
    return official is not None and FOLLOW_UP in offered(official) and not planning


async def _is_of_a_taken_album(conn: AsyncConnection, inbound: Inbound) -> bool:
    """Whether a photo comes with one that was taken."""
    album = inbound.album
    return bool(album) and await received.is_known(conn, inbound.address.channel, album)
