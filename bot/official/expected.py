"""What a message without a command means while an official has a draft or a batch open."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Inbound, Person
from bot.official.commands import FOLLOW_UP, PAPER, SUBMISSION, Command, offered
from skm.store.officials import officials
from skm.store.paper import batches
from skm.store.periods import drafts
from skm.store.survey import received

BATCH_LASTS = timedelta(days=1)  # in which photos are taken for paper forms


@dataclass(frozen=True)
class Expected:
    """A message as the command that it belongs to, with its argument."""

    command: Command
    argument: str


async def command(conn: AsyncConnection, person: Person) -> Expected | None:
    """What the message belongs to: a draft of a follow-up or report, or a batch of paper forms."""
    draft, text = await drafts.of_person(conn, person.respondent, person.now), person.inbound.text
    if draft and draft.is_of_report:
        return Expected(SUBMISSION, f"{draft.about} {text}") if text else None
    drafted = await _argument(conn, person)
    if drafted:
        return Expected(FOLLOW_UP, drafted)
    photographed = person.inbound.photo and await _has_batch(conn, person)
    return Expected(PAPER, "foto") if photographed else None


async def _has_batch(conn: AsyncConnection, person: Person) -> bool:
    """Whether the person is an official with an open batch of paper forms, and no draft."""
    if await drafts.of_person(conn, person.respondent, person.now):
        return False
    official = await officials.by_person(conn, person.respondent)
    batch = await batches.open_of(conn, official.id) if official else None
    return batch is not None and batch.at > person.now - BATCH_LASTS


async def _argument(conn: AsyncConnection, person: Person) -> str:
    """The message as an argument of /tindaklanjut; "" if no open draft expects it."""
    draft = await drafts.of_person(conn, person.respondent, person.now)
    text, photo = person.inbound.text, person.inbound.photo
    if draft is None or await _is_of_known_album(conn, person.inbound):
        return ""
    if photo and draft.has_photo:  # a further photo is refused, but its caption is taken
        text = photo.caption.strip()
    if text is None:
        return f"{draft.about} bukti" if draft.finishing else ""
    return f"{draft.about} tulis {text}" if text and draft.takes_text else ""


async def is_further_photo(conn: AsyncConnection, person: Person) -> bool:
    """Whether an unexpected photo comes from an official who may be asked for photos."""
    if person.inbound.photo is None:
        return False
    draft = await drafts.of_person(conn, person.respondent, person.now)
    official = await officials.by_person(conn, person.respondent)
    planning = draft is not None and not draft.finishing
    return official is not None and FOLLOW_UP in offered(official) and not planning


async def _is_of_known_album(conn: AsyncConnection, inbound: Inbound) -> bool:
    """Whether the photo was sent together with one that was accepted."""
    album = inbound.album
    return bool(album) and await received.is_known(conn, inbound.address.channel, album)
