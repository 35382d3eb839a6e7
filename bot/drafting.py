"""A follow-up that an official writes down in the chat, one answer after the other.

What shows a deed is stored at once, be it a note or a photo: the other may be added, within the
hour that a draft stays open, and nothing is lost if it never comes.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies
from bot.fit import clipped
from bot.phrase_follow_up import PhraseFollowUp
from skm.errors import PeriodError
from skm.period import Period
from skm.photo import Photo, new_key
from skm.store import drafts, follow_ups, photos, received
from skm.store.drafts import Draft
from skm.tindak_lanjut import Done, Plan, Refusal, TindakLanjut, TindakLanjutError
from skm.upp import Upp

LONGEST = 400  # characters of a plan or a note


@dataclass(frozen=True)
class Drafting:
    """One request about one follow-up. Its methods raise TindakLanjutError."""

    conn: AsyncConnection
    ask: Ask
    unit: Upp
    item: TindakLanjut

    @property
    def phrase(self) -> PhraseFollowUp:
        return PhraseFollowUp(self.ask)

    @property
    def about(self) -> str:
        return f"{self.unit.code} {self.item.period} {self.item.unsur}"

    async def begins(self, *, finishing: bool, photo: bool) -> Replies:
        """A new draft, unless it could not be stored in the end. `photo`: only that is wanted."""
        if finishing and self.item.plan is None:
            raise TindakLanjutError(Refusal.NO_PLAN)
        if not finishing and self.item.done:
            raise TindakLanjutError(Refusal.IS_DONE)
        draft = Draft(self.ask.official.id, self.about, finishing)
        note = self.item.done.note if self.item.done and photo else ""
        return await self._keeps(draft.with_action(note) if note else draft)

    async def goes_on(self, text: str) -> Replies:
        """What was typed or chosen, into the draft."""
        draft, said = await self._draft(), plain(text)
        if draft is None or not said or not draft.takes_text:
            return await self._lapsed()
        if len(said) > LONGEST:
            note = self.ask.say("tindak_lanjut.too_long", n=len(said), most=LONGEST)
            return (self.phrase.asks(draft, self.item.unsur, note),)
        if draft.finishing:
            return await self._finishes(draft, replace(self._deed, note=said))
        if draft.action is None:
            return await self._keeps(draft.with_action(said))
        if draft.deadline is None:
            return await self._takes_deadline(draft, said)
        plan = Plan(draft.action, draft.deadline, said)
        return await self.changes(self.item.planned(plan, self.ask.desk.today), "rencana")

    async def takes(self, photo: Photo) -> Replies:
        """The photo that was sent, with its caption as the note; no other of its album is."""
        draft = await self._draft()
        if draft is None or not draft.finishing:
            return await self._lapsed()
        if draft.photographed:  # another replica took one meanwhile
            return await self.shows(self.item, self._say("one_photo"), more=True)
        sent, channel = self.ask.photo, self.ask.official.channel
        if sent and sent.album:
            await received.first_time(self.conn, channel, sent.album, self.ask.desk.now())
        said = clipped(plain(sent.caption if sent else ""), LONGEST)
        deed = replace(self._deed, note=said or self._deed.note, photo=new_key())
        return await self._finishes(draft, deed, photo)

    async def asks_again(self, key: str) -> Replies:
        """What was sent is no photo; `key` names why."""
        draft = await self._draft()
        if draft is None:
            return await self._lapsed()
        return (self.phrase.asks(draft, self.item.unsur, self._say(key)),)

    async def changes(self, item: TindakLanjut, deed: str) -> Replies:
        """Store it, and write down who did."""
        await self._records(item, deed)
        return await self.shows(item, self._say("saved"))

    async def shows(self, item: TindakLanjut, note: str = "", *, more: bool = False) -> Replies:
        """`more`: a note or a photo may still be added."""
        photo = await photos.of(self.conn, item.done.photo) if item.done else None
        return self.phrase.item(item, note, photo, more=more)

    # --- how -------------------------------------------------------------------------------------

    @property
    def _deed(self) -> Done:
        """What shows it so far; its day is that of the first report."""
        return self.item.done or Done(self.ask.desk.today)

    async def _finishes(self, draft: Draft, deed: Done, photo: Photo | None = None) -> Replies:
        """Done; of note and photo whichever is missing may follow."""
        item = self.item.finished(deed)
        await self._records(item, "selesai", photo)
        if deed.note and deed.photo:
            words_only = self.ask.photo and not photo  # of a further one, which is not kept
            return await self.shows(item, self._say("one_photo" if words_only else "saved"))
        draft = replace(draft, action=deed.note or None, photographed=bool(deed.photo))
        await drafts.keep(self.conn, draft, self.ask.desk.now())
        key = "saved_note" if deed.note else "saved_photo"
        return await self.shows(item, self._say(key), more=True)

    async def _records(self, item: TindakLanjut, deed: str, photo: Photo | None = None) -> None:
        official, now = self.ask.official.id, self.ask.desk.now()
        await follow_ups.record(self.conn, official, self.unit, item, deed, now, photo)
        await drafts.drop(self.conn, official)

    async def _takes_deadline(self, draft: Draft, said: str) -> Replies:
        today = self.ask.desk.today
        day = day_of(said, today)
        if day and day >= today:
            return await self._keeps(draft.with_deadline(day))
        note = self._say("past_deadline" if day else "no_day")
        return (self.phrase.asks(draft, self.item.unsur, note),)

    async def _keeps(self, draft: Draft) -> Replies:
        await drafts.keep(self.conn, draft, self.ask.desk.now())
        return (self.phrase.asks(draft, self.item.unsur),)

    async def _draft(self) -> Draft | None:
        """The open one, if it is about this."""
        draft = await drafts.of(self.conn, self.ask.official.id, self.ask.desk.now())
        return draft if draft and draft.about == self.about else None

    async def _lapsed(self) -> Replies:
        return await self.shows(self.item, self._say("lapsed"))

    def _say(self, key: str) -> str:
        return self.ask.say(f"tindak_lanjut.{key}")


def plain(text: str) -> str:
    """What was typed, as it is stored."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def day_of(text: str, today: date) -> date | None:
    """The day that was typed: "31-12-2026", "31 Desember", or the last one of "Desember 2026"."""
    for said in (text, f"{text} {today.year}"):
        try:
            return Period.parse(said).end - timedelta(days=1)
        except PeriodError:
            continue
    return None
