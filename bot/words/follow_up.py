"""Words follow-ups (tindak lanjut): what is planned and done, and what is asked next.

Buttons carry the command as it would be typed, "/tl PAJANG 2026-Q3 U3 rencana".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.messaging.message import Attachment, Choice, Outbound, Replies, Rows
from bot.messaging.text_length import CAPTION, TEXT, fitted, joined, units, whole_lines
from bot.request.figures import FollowUps
from bot.request.request import Topic
from bot.words.names import period_words, title
from bot.words.period import capital, in_words
from skm.follow_up.draft import Draft
from skm.follow_up.photo import MEDIA_TYPE, Photo
from skm.follow_up.realised import counts, realised, spoken
from skm.follow_up.tindak_lanjut import FollowUpState, TindakLanjut
from skm.instansi.period import Period, PeriodKind
from skm.notices.reminder import Reminder
from skm.survey.unsur import Unsur

NAMED = 10  # units that are named, of those that are late
MONTHS_AHEAD = 3  # deadlines to choose from
BEFORE = 200  # units of text kept for the lines about the period before


@dataclass(frozen=True)
class FollowUpWording:
    """Words follow-ups in the reader's language."""

    topic: Topic

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"tindak_lanjut.{key}", **values)

    # --- whole messages --------------------------------------------------------------------------

    def overview(
        self, items: Sequence[TindakLanjut], before: Sequence[TindakLanjut], form: str = ""
    ) -> Outbound:
        """The three of a unit and period, each with a button, and how the period before went.

        `form`: the address of the page on which all three can be edited at once.
        """
        head = joined(self._title, self._realised(items) if items else self.say("none"))
        lines = [
            joined(f"{number}. {first}", *rest)
            for number, (first, *rest) in enumerate(map(self._lines, items), 1)
        ]
        text = fitted(head, lines, TEXT - BEFORE)
        if before:
            period = period_words(self.topic, before[0].period)
            text = joined(text, "", self.say("before", period=period), self._realised(before))
        rows = [(self._open(item),) for item in items]
        if items and form:
            rows.append((Choice(self.say("form"), url=form),))
        return self.topic.message(text, (*rows, self._previous()))

    def item(
        self, item: TindakLanjut, note: str = "", photo: Photo | None = None, *, more: bool = False
    ) -> Replies:
        """One follow-up with its photo and buttons to change it. `note`: what was just done.

        `more`: a photo or a note may still be added, or the first button pressed to finish.
        """
        text = joined(*([note, ""] if note else []), self._title, *self._lines(item))
        rows = self._actions(item)
        if more:
            rows = ((self._button(self.say("enough"), item.unsur, "batal"),), *rows[1:])
        if photo is None:
            return (self.topic.message(text, rows),)
        picture = Attachment(f"{item.upp}-{item.unsur}.jpg", MEDIA_TYPE, photo.content)
        if units(text) > CAPTION:
            return (self.topic.message("", (), picture), self.topic.message(text, rows))
        return (self.topic.message(text, rows, picture),)

    def question(self, draft: Draft, unsur: Unsur, name: str = "", note: str = "") -> Outbound:
        """What is to be typed or chosen next. `name`: the official's, offered as the person."""
        rows: list[tuple[Choice, ...]] = []
        if draft.finishing:
            key = "ask_photo" if draft.action else "ask_note"
        elif draft.action is None:
            key = "ask_action"
        elif draft.deadline is None:
            key = "ask_deadline"
            rows = [(self._deadline(unsur, day),) for day in deadlines(self.topic.today)]
        else:
            key = "ask_person"
            rows = [(self._button(name, unsur, "saya"),)] if name else []
        rows.append((self._button(self.say("cancel"), unsur, "batal"),))
        text = joined(*([note] if note else []), self.say(key, unsur=self.topic.unsur(unsur)))
        return self.topic.message(text, tuple(rows))

    def city(
        self, by_unit: Mapping[str, Sequence[TindakLanjut]], names: Mapping[str, str]
    ) -> Outbound:
        """How many units realised which share, and which are overdue; `names`: by code."""
        lines = self._counts(by_unit.values())
        if not lines:
            return self.topic.message(joined(self._title, self.say("none")), (self._previous(),))
        total = sum(realised(items) is not None for items in by_unit.values())
        late = [names[code] for code, items in by_unit.items() if self._is_overdue(items)]
        if late:
            lines += ["", self.say("late", n=len(late)), *late[:NAMED]]
        head = joined(self._title, self.say("units", n=total))
        return self.topic.message(fitted(head, lines, TEXT), (self._previous(),))

    def reminder(self, reminder: Reminder, items: Sequence[TindakLanjut]) -> Outbound:
        """What is still to be planned, and what is overdue."""
        lines = [self.say("remind", about=title(self.topic))]
        for key, several in (("empty", reminder.empty), ("overdue", reminder.overdue)):
            if several:
                names = ", ".join(map(self.topic.unsur, several))
                lines.append(self.say(f"remind_{key}", unsur=names))
        due = {*reminder.empty, *reminder.overdue}
        rows = tuple((self._open(item),) for item in items if item.unsur in due)
        return self.topic.message(joined(*lines), rows)

    def reminder_line(self, reminder: Reminder) -> str:
        """ "Puskesmas Pajang, triwulan III 2026: 3 belum direncanakan, 1 lewat tenggat"."""
        counts = {"empty": len(reminder.empty), "overdue": len(reminder.overdue)}
        todo = [self.say(f"remind_{key}_count", n=n) for key, n in counts.items() if n]
        return self.say("remind_line", about=title(self.topic), todo=", ".join(todo))

    def open_unit(self) -> Choice:
        """A button that shows the three of this unit and period."""
        return Choice(self.topic.name, f"/tl {self._about}")

    def outcome(self, follow_ups: FollowUps) -> list[str]:
        """Lines for a report: what was realised of an earlier period's plans."""
        if not follow_ups:
            return []
        period = period_words(self.topic, follow_ups[0][0].period)
        if self.topic.subject.upp:
            share = self._realised(follow_ups[0])
        else:
            share = "; ".join(self._counts(follow_ups))
        return ["", self.say("outcome", period=period, share=share)]

    # --- lines -----------------------------------------------------------------------------------

    @property
    def _title(self) -> str:
        said, asked = self.say("title", about=title(self.topic)), self.topic.subject.unfinished
        if asked is None:
            return said
        period = in_words(self.topic.instansi.catalog, self.topic.language, asked)
        return joined(said, capital(self.say("unfinished", asked=period)))

    def _realised(self, items: Sequence[TindakLanjut]) -> str:
        """ "Terlaksana 66,67% (2 dari 3)"."""
        return self.say(
            "realised",
            share=self._share(realised(items) or Decimal("0.00")),
            done=sum(item.done is not None for item in items),
            planned=len(items),
        )

    def _counts(self, by_unit: Iterable[Sequence[TindakLanjut]]) -> list[str]:
        """ "66,67%: 12 unit", a line for each share."""
        shares = [share for items in by_unit if (share := realised(items)) is not None]
        return [
            self.say("count", share=self._share(share), n=n) for share, n in counts(shares).items()
        ]

    def _share(self, share: Decimal) -> str:
        """100, 66,67 and 0: without needless decimals."""
        return self.topic.written(spoken(share))

    def _lines(self, item: TindakLanjut) -> list[str]:
        """The unsur with its state, the plan, and what was done."""
        state, plan, done = self.say(item.state(self.topic.today)), item.plan, item.done
        lines = [self.say("line", unsur=self.topic.unsur(item.unsur), state=state)]
        if plan:
            person, deadline = plan.person, plan.deadline
            lines.append(self.say("plan", action=plan.action, person=person, deadline=deadline))
        if done:
            lines.append(
                self.say("done_line", note=done.note or self.say("photo_only"), day=done.on)
            )
        if item.earlier:
            note = item.earlier.note or self.say("photo_only")
            lines.append(self.say("earlier_line", note=note, day=item.earlier.on))
        return lines

    def _is_overdue(self, items: Iterable[TindakLanjut]) -> bool:
        return any(item.state(self.topic.today) is FollowUpState.OVERDUE for item in items)

    # --- buttons ---------------------------------------------------------------------------------

    def _actions(self, item: TindakLanjut) -> Rows:
        unsur, plan, done = item.unsur, item.plan, item.done
        if done:
            key = "other_photo" if done.photo else "add_photo"
            actions = [
                self._button(self.say(key), unsur, "foto"),
                self._button(self.say("reopen"), unsur, "buka"),
            ]
        else:
            actions = [self._button(self.say("replan" if plan else "write"), unsur, "rencana")]
            if plan:
                actions.append(self._button(self.say("mark_done"), unsur, "selesai"))
            if item.earlier:
                actions.append(self._button(self.say("restore"), unsur, "pulihkan"))
        overview = Choice(self.say("all"), f"/tl {self._about}")
        return (*((action,) for action in actions), (overview,))

    def _open(self, item: TindakLanjut) -> Choice:
        return Choice(self.topic.unsur(item.unsur), f"/tl {self._about} {item.unsur}")

    def _deadline(self, unsur: Unsur, day: date) -> Choice:
        return self._button(self.topic.written(day), unsur, f"batas {day}")

    def _button(self, label: str, unsur: Unsur, verb: str) -> Choice:
        return Choice(label, f"/tl {self._about} {unsur} {verb}")

    def _previous(self) -> tuple[Choice, ...]:
        before = self.topic.subject.period.previous()
        label = self.topic.say("report.button_previous")
        return (Choice(label, f"/tl {self.topic.subject.code} {before}"),)

    @property
    def _about(self) -> str:
        return f"{self.topic.subject.code} {self.topic.subject.period}"


def reminder_of_several(units: Sequence[tuple[FollowUpWording, Reminder]], total: int) -> Outbound:
    """One message about the first of `total` units, each with a button."""
    wording = units[0][0]
    lines = [wording.say("remind_many", n=total), ""]
    lines += [one.reminder_line(found) for one, found in units]
    if total > len(units):
        lines.append(wording.say("remind_more", n=total - len(units)))
    rows = tuple((one.open_unit(),) for one, _ in units)
    return wording.topic.message(whole_lines(joined(*lines), TEXT), rows)


def deadlines(today: date) -> list[date]:
    """The last days of the next months."""
    months = [Period.of(PeriodKind.MONTH, today).next()]
    while len(months) < MONTHS_AHEAD:
        months.append(months[-1].next())
    return [month.end - timedelta(days=1) for month in months]
