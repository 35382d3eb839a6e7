"""The steps in which an official plans or finishes a follow-up in the chat.

A note or a photo is stored as soon as it comes. The other may be added within the hour that the
draft stays open; nothing is lost if it never comes.
"""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messaging.message import Replies
from bot.messaging.text_length import clipped
from bot.request.request import Request
from bot.words.follow_up import FollowUpWording
from skm.follow_up.draft import Draft
from skm.follow_up.photo import Photo, new_key
from skm.follow_up.tindak_lanjut import Done, FollowUpRefusal, Plan, TindakLanjut, TindakLanjutError
from skm.instansi.typed_period import last_day
from skm.instansi.upp import Upp
from skm.store.periods import drafts, follow_ups, photos
from skm.store.survey import received

LONGEST = 400  # characters of a plan or a note


@dataclass(frozen=True)
class DraftSteps:
    """One request about one follow-up, in one transaction. Its methods raise TindakLanjutError."""

    conn: AsyncConnection
    request: Request
    unit: Upp
    item: TindakLanjut

    async def begin(self, *, finishing: bool, photo: bool) -> Replies:
        """Open a draft, unless its result could not be stored. `photo`: only that is wanted."""
        if finishing and self.item.plan is None:
            raise TindakLanjutError(FollowUpRefusal.NO_PLAN)
        if not finishing and self.item.done:
            raise TindakLanjutError(FollowUpRefusal.IS_DONE)
        draft = Draft(self.request.official.id, self._about, finishing)
        note = self._done.note if photo else ""
        return await self._keep(draft.with_action(note) if note else draft)

    async def take_text(self, text: str) -> Replies:
        """Put what was typed or chosen into the draft."""
        draft, typed = await self._draft(), plain(text)
        if draft is None or not typed or not draft.takes_text:
            return await self._lapsed()
        if len(typed) > LONGEST:
            note = self.request.say("tindak_lanjut.too_long", n=len(typed), most=LONGEST)
            return self._ask(draft, note)
        if draft.finishing:
            return await self._finish(draft, replace(self._done, note=typed))
        if draft.action is None:
            return await self._keep(draft.with_action(typed))
        if draft.deadline is None:
            return await self._take_deadline(draft, typed)
        plan = Plan(draft.action, draft.deadline, typed)
        return await self.change(self.item.planned(plan, self.request.today), "rencana")

    async def _take_deadline(self, draft: Draft, typed: str) -> Replies:
        today = self.request.today
        day = last_day(typed, self.request.vocabulary.periods, today)
        if day and day >= today:
            return await self._keep(draft.with_deadline(day))
        return self._ask(draft, self._say("past_deadline" if day else "no_day"))

    async def take_photo(self, photo: Photo) -> Replies:
        """Keep the photo with its caption as the note; further ones of its album are refused."""
        draft = await self._draft()
        if draft is None or not draft.finishing:
            return await self._lapsed()
        if draft.has_photo:  # another replica took one meanwhile
            return await self.show(self.item, self._say("one_photo"), more=True)
        sent, channel = self.request.photo, self.request.official.channel
        if sent and sent.album:
            await received.first_time(self.conn, channel, sent.album, self.request.now)
        caption = clipped(plain(sent.caption if sent else ""), LONGEST)
        done = replace(self._done, note=caption or self._done.note, photo=new_key())
        return await self._finish(draft, done, photo)

    async def ask_again(self, key: str) -> Replies:
        """What was sent is no photo; `key`: the text that says why."""
        draft = await self._draft()
        return await self._lapsed() if draft is None else self._ask(draft, self._say(key))

    async def change(self, item: TindakLanjut, verb: str) -> Replies:
        """Store the changed follow-up with an entry in the audit log."""
        await self._record(item, verb)
        return await self.show(item, self._say("saved"))

    async def show(self, item: TindakLanjut, note: str = "", *, more: bool = False) -> Replies:
        """`more`: a note or a photo may still be added."""
        photo = await photos.of(self.conn, item.done.photo) if item.done else None
        return self._wording.item(item, note, photo, more=more)

    # --- parts -----------------------------------------------------------------------------------

    async def _finish(self, draft: Draft, done: Done, photo: Photo | None = None) -> Replies:
        """Store that it is done; the draft stays open for the note or the photo that is missing."""
        item = self.item.finished(done)
        await self._record(item, "selesai", photo)
        if done.note and done.photo:
            further = self.request.photo and not photo  # its caption is kept, the photo is not
            return await self.show(item, self._say("one_photo" if further else "saved"))
        draft = replace(draft, action=done.note or None, has_photo=bool(done.photo))
        await drafts.keep(self.conn, draft, self.request.now)
        return await self.show(
            item, self._say("saved_note" if done.note else "saved_photo"), more=True
        )

    async def _record(self, item: TindakLanjut, verb: str, photo: Photo | None = None) -> None:
        official, now = self.request.official.id, self.request.now
        await follow_ups.record(self.conn, official, self.unit, item, verb, now, photo)
        await drafts.drop(self.conn, official)

    async def _keep(self, draft: Draft) -> Replies:
        await drafts.keep(self.conn, draft, self.request.now)
        return self._ask(draft)

    async def _draft(self) -> Draft | None:
        """The official's open draft, if it is about this follow-up."""
        draft = await drafts.of(self.conn, self.request.official.id, self.request.now)
        return draft if draft and draft.about == self._about else None

    def _ask(self, draft: Draft, note: str = "") -> Replies:
        name = self.request.official.name
        return (self._wording.question(draft, self.item.unsur, name, note),)

    async def _lapsed(self) -> Replies:
        return await self.show(self.item, self._say("lapsed"))

    @property
    def _about(self) -> str:
        return f"{self.unit.code} {self.item.period} {self.item.unsur}"

    @property
    def _done(self) -> Done:
        return self.item.report(self.request.today)

    @property
    def _wording(self) -> FollowUpWording:
        return FollowUpWording(self.request.topic)

    def _say(self, key: str) -> str:
        return self.request.say(f"tindak_lanjut.{key}")


def plain(text: str) -> str:
    """Typed text as it is stored."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()
