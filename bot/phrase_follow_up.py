"""Words for follow-ups: what is planned and done, and what is asked for next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.ask import Ask, Replies
from bot.fit import CAPTION, TEXT, fitted, joined, units
from bot.message import Attachment, Choice, Outbound
from bot.phrase_report import PhraseReport, Rows
from skm.period import Kind, Period
from skm.photo import MEDIA_TYPE, Photo
from skm.store.drafts import Draft
from skm.tindak_lanjut import Reminder, State, TindakLanjut, counts, realised, spoken
from skm.unsur import Unsur

NAMED = 10  # units that are late, by name
MONTHS_AHEAD = 3  # deadlines to choose from


@dataclass(frozen=True)
class PhraseFollowUp:
    """Words in the language of whoever asked."""

    ask: Ask

    def say(self, key: str, **values: object) -> str:
        return self.ask.say(f"tindak_lanjut.{key}", **values)

    # --- whole messages --------------------------------------------------------------------------

    def overview(self, items: Sequence[TindakLanjut], before: Sequence[TindakLanjut]) -> Outbound:
        """The three of a unit and period, each a button; below them how the period before went."""
        head = joined(self.title(), self.share(items) if items else self.say("none"))
        lines = [self._line(number, item) for number, item in enumerate(items, 1)]
        earlier = [self.say("before", period=self._period(before[0].period)),
                   self.share(before)] if before else []  # fmt: skip
        text = joined(fitted(head, lines, TEXT - 200), *([""] if earlier else []), *earlier)
        rows = tuple((self._open(item),) for item in items)
        form = self._form() if items else ()
        return self._out(text, (*rows, *form, self._previous()))

    def item(
        self, item: TindakLanjut, note: str = "", photo: Photo | None = None, *, more: bool = False
    ) -> Replies:
        """One of them, with what can be done about it and the photo of what was done.

        `more`: a photo or a note may still be added, as `note` says; nobody has to.
        """
        text = joined(*([note, ""] if note else []), self.title(), *self._told(item))
        rows = self._deeds(item)
        if more:
            rows = ((self._button(self.say("enough"), item.unsur, "batal"),), *rows[1:])
        if photo is None:
            return (self._out(text, rows),)
        picture = Attachment(
            f"{item.upp}-{item.unsur}.jpg", MEDIA_TYPE, photo.content, self.alt(item)
        )
        if units(text) > CAPTION:
            return (self._out("", (), picture), self._out(text, rows))
        return (self._out(text, rows, picture),)

    def alt(self, item: TindakLanjut) -> str:
        """What the photo shows, in the words of whoever sent it."""
        note = item.done.note if item.done else ""
        return note or self.say("photo_alt", unsur=self._unsur(item.unsur))

    def asks(self, draft: Draft, unsur: Unsur, note: str = "") -> Outbound:
        """What is to be typed next, or chosen."""
        rows: list[tuple[Choice, ...]] = []
        if draft.finishing:
            key = "ask_photo" if draft.action else "ask_note"
        elif draft.action is None:
            key = "ask_action"
        elif draft.deadline is None:
            key = "ask_deadline"
            rows = [(self._deadline(unsur, day),) for day in deadlines(self.ask.desk.today)]
        else:
            key = "ask_person"
            name = self.ask.official.name
            rows = [(self._button(name, unsur, "saya"),)] if name else []
        rows.append((self._button(self.say("cancel"), unsur, "batal"),))
        text = joined(*([note] if note else []), self.say(key, unsur=self._unsur(unsur)))
        return self._out(text, tuple(rows))

    def city(self, by_unit: Mapping[str, Sequence[TindakLanjut]], names: Mapping[str, str]
             ) -> Outbound:  # fmt: skip
        """How many units realised how much, and which are late."""
        shares = [found for items in by_unit.values() if (found := realised(items)) is not None]
        if not shares:
            return self._out(joined(self.title(), self.say("none")), (self._previous(),))
        lines = [
            self.say("count", share=self.number(share), n=n) for share, n in counts(shares).items()
        ]
        late = [names[code] for code, items in by_unit.items() if self._is_late(items)]
        if late:
            lines += ["", self.say("late", n=len(late)), *late[:NAMED]]
        head = joined(self.title(), self.say("units", n=len(shares)))
        return self._out(fitted(head, lines, TEXT), (self._previous(),))

    def reminder(self, reminder: Reminder, items: Sequence[TindakLanjut]) -> Outbound:
        """What is still to be planned, and what is past its deadline."""
        lines = [self.say("remind", about=PhraseReport(self.ask).title())]
        if reminder.empty:
            lines.append(self.say("remind_empty", unsur=self._listed(reminder.empty)))
        if reminder.overdue:
            lines.append(self.say("remind_overdue", unsur=self._listed(reminder.overdue)))
        due = {*reminder.empty, *reminder.overdue}
        rows = tuple((self._open(item),) for item in items if item.unsur in due)
        return self._out(joined(*lines), rows)

    def became(self, followed: Sequence[Sequence[TindakLanjut]]) -> list[str]:
        """What came of what was planned for an earlier period, for the report after it."""
        if not followed:
            return []
        period = self._period(followed[0][0].period)
        if self.ask.subject.upp:
            return ["", self.say("became", period=period, share=self.share(followed[0]))]
        shares = [found for items in followed if (found := realised(items)) is not None]
        lines = (
            self.say("count", share=self.number(share), n=n) for share, n in counts(shares).items()
        )
        return ["", self.say("became", period=period, share="; ".join(lines))]

    # --- parts -----------------------------------------------------------------------------------

    def title(self) -> str:
        return self.say("title", about=PhraseReport(self.ask).title())

    def share(self, items: Sequence[TindakLanjut]) -> str:
        """ "Terlaksana 66,67% (2 dari 3)"."""
        return self.say(
            "realised",
            share=self.number(realised(items) or Decimal("0.00")),
            done=sum(item.done is not None for item in items),
            planned=len(items),
        )

    def number(self, share: Decimal) -> str:
        """100, 66,67 and 0: as people write them."""
        return self.ask.desk.catalog.written(self.ask.language, spoken(share))

    def _line(self, number: int, item: TindakLanjut) -> str:
        told = self._told(item)
        return joined(f"{number}. {told[0]}", *told[1:])

    def _told(self, item: TindakLanjut) -> list[str]:
        """The unsur with its state, the plan, and what was done."""
        state = self.say(item.state(self.ask.desk.today))
        lines = [self.say("line", unsur=self._unsur(item.unsur), state=state)]
        if item.plan:
            plan = item.plan
            lines.append(
                self.say("plan", action=plan.action, person=plan.person, deadline=plan.deadline)
            )
        if item.done:
            note = item.done.note or self.say("photo_only")
            lines.append(self.say("deed", note=note, day=item.done.on))
        return lines

    def _is_late(self, items: Iterable[TindakLanjut]) -> bool:
        return any(item.state(self.ask.desk.today) is State.OVERDUE for item in items)

    def _listed(self, several: Iterable[Unsur]) -> str:
        return ", ".join(map(self._unsur, several))

    def _unsur(self, unsur: Unsur) -> str:
        return self.ask.say(f"unsur_short.{unsur}")

    def _period(self, period: Period) -> str:
        return PhraseReport(self.ask).period(period)

    # --- buttons ---------------------------------------------------------------------------------

    def _deeds(self, item: TindakLanjut) -> Rows:
        unsur = item.unsur
        plan = self._button(self.say("replan" if item.plan else "write"), unsur, "rencana")
        done = self._button(self.say("mark_done"), unsur, "selesai")
        again = self._button(self.say("reopen"), unsur, "buka")
        key = "other_photo" if item.done and item.done.photo else "add_photo"
        photo = self._button(self.say(key), unsur, "foto")
        mine = [photo, again] if item.done else [plan, done] if item.plan else [plan]
        back = Choice(self.say("all"), f"/tl {self._about}")
        return (*((choice,) for choice in mine), (back,))

    def _open(self, item: TindakLanjut) -> Choice:
        return Choice(self._unsur(item.unsur), f"/tl {self._about} {item.unsur}")

    def _deadline(self, unsur: Unsur, day: date) -> Choice:
        label = self.ask.desk.catalog.day(self.ask.language, day)
        return self._button(label, unsur, f"batas {day}")

    def _button(self, label: str, unsur: Unsur, verb: str) -> Choice:
        return Choice(label, f"/tl {self._about} {unsur} {verb}")

    def _form(self) -> Rows:
        """A link to the page on which all three can be written at once."""
        desk, unit = self.ask.desk, self.ask.subject.upp
        if desk.permits is None or unit is None:
            return ()
        period = self.ask.subject.period
        url = desk.permits.link(self.ask.official, unit, period, desk.now())
        return ((Choice(self.say("form"), url=url),),)

    def _previous(self) -> tuple[Choice, ...]:
        before = self.ask.subject.period.previous()
        label = self.ask.say("report.button_previous")
        return (Choice(label, f"/tl {self.ask.subject.code} {before}"),)

    @property
    def _about(self) -> str:
        return f"{self.ask.subject.code} {self.ask.subject.period}"

    def _out(self, text: str, rows: Rows, picture: Attachment | None = None) -> Outbound:
        return Outbound(text, rows, attachment=picture, language=self.ask.language)


def deadlines(today: date) -> list[date]:
    """The last days of the next months."""
    months = [Period.of(Kind.MONTH, today).next()]
    while len(months) < MONTHS_AHEAD:
        months.append(months[-1].next())
    return [month.end - timedelta(days=1) for month in months]
