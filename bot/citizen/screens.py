"""The messages of the survey: values and texts of the catalog → Outbound."""

from dataclasses import dataclass
from functools import cached_property

from bot.messaging.button import button_data, parse_button
from bot.messaging.catalog import Catalog, Texts
from bot.messaging.message import Choice, Outbound, Rows
from skm.instansi.collector import Mode
from skm.survey.event import Event, EventType
from skm.survey.instrument import NILAI, Instrument
from skm.survey.interview import Disposition, Note, Prompt, Stage
from skm.survey.response import COMMENT_LENGTH
from skm.survey.visit import Visit

LAST_WORDS = 60  # characters of a comment that was cut, to show where
ENDED = {
    Disposition.COMPLETE: "survey.finished",
    Disposition.BREAK_OFF: "survey.stopped",
    Disposition.REFUSAL: "survey.declined",
}


@dataclass(frozen=True)
class Screens:
    """The texts of one instrument in the languages of a catalog.

    `retention_months`: after which what could lead to a person is deleted, 0 for never; None: that
    is not said. `contact`: who answers questions about personal data.
    """

    catalog: Catalog
    instrument: Instrument
    retention_months: int | None = None
    contact: str = ""

    def say(self, language: str, key: str, **values: object) -> Outbound:
        """A text of the locales, without buttons."""
        return Outbound(self.catalog.say(language, key, **values), language=language)

    def screen(self, visit: Visit, prompt: Prompt) -> Outbound:
        """The message that shows where an interview stands."""
        kept = self.kept(visit.interview.language)
        return _Screen(self.catalog, self.instrument, visit, prompt, kept).outbound

    def kept(self, language: str) -> str:
        """How long data is kept and who answers questions about it, as a part of the notice."""
        months, parts = self.retention_months, list[str]()
        if months is not None:
            key = "survey.kept" if months else "survey.kept_all"
            parts.append(self.catalog.say(language, key, months=months))
        if self.contact:
            parts.append(self.catalog.say(language, "survey.contact", contact=self.contact))
        return " ".join(parts)

    def choices(self, visit: Visit, prompt: Prompt) -> tuple[list[Choice], list[Choice]]:
        """The buttons of that message: the possible answers, and the others (back, stop …)."""
        rows = _Screen(self.catalog, self.instrument, visit, prompt).rows
        choices = [choice for row in rows for choice in row]
        answers = [choice for choice in choices if parse_button(choice.data)[1].is_option]
        return answers, [choice for choice in choices if choice not in answers]

    def languages(self, visit_id: str, language: str) -> Outbound:
        """The choice of languages, for buttons of this visit."""
        text = self.catalog.say(language, "survey.language_ask")
        rows = _language_rows(self.catalog, visit_id, language)
        return Outbound(text, rows, language=language)

    def confirm_forget(self, language: str, data: str) -> Outbound:
        """Asks again before everything is deleted, since it cannot be undone. `data`: of the button
        that confirms it.
        """
        yes = Choice(self.catalog.say(language, "button.yes_delete"), data)
        no = Choice(self.catalog.say(language, "button.no_keep"), "/start")
        text = self.catalog.say(language, "survey.forget_confirm")
        return Outbound(text, ((yes,), (no,)), language=language)


@dataclass(frozen=True)
class _Screen:
    """One prompt of one visit. `kept`: see Screens.kept."""

    catalog: Catalog
    instrument: Instrument
    visit: Visit
    prompt: Prompt
    kept: str = ""

    @property
    def outbound(self) -> Outbound:
        title, text = {
            Stage.ITEM: self._item,
            Stage.PROFILE: self._profile,
            Stage.THANKS: self._thanks,
            Stage.REVIEW: self._review,
            Stage.LANGUAGE: self._languages,
            Stage.ENDED: self._ended,
        }[self.prompt.stage]()
        answered, of = len(self.visit.interview.answers), len(self.instrument.items)
        progress = (answered, of) if self.prompt.stage is Stage.ITEM else None
        opening = self._greeting() if progress and self._is_first else ""
        return Outbound(
            text, self.rows, progress, title=title, language=self.language, opening=opening
        )

    @property
    def rows(self) -> Rows:
        return {
            Stage.ITEM: self._item_rows,
            Stage.PROFILE: self._profile_rows,
            Stage.THANKS: self._thanks_rows,
            Stage.REVIEW: self._review_rows,
            Stage.LANGUAGE: lambda: _language_rows(self.catalog, self.visit.id, self.language),
            Stage.ENDED: self._ended_rows,
        }[self.prompt.stage]()

    @property
    def language(self) -> str:
        return self.visit.interview.language

    # --- texts: title and whole ----------------------------------------------------------------

    def _item(self) -> tuple[str, str]:
        ask, total = self._words(self.prompt.key)["ask"], len(self.instrument.items)
        header = self._say("survey.item_header", number=self._number, total=total)
        opening = self._greeting() if self._is_first else ""
        return ask, _paragraphs(opening, self._note(), f"{header}\n{ask}")

    def _profile(self) -> tuple[str, str]:
        ask = self._profile_words["ask"]
        begun = self.visit.interview.profile
        total = len(self.instrument.profile)
        intro = "" if begun else self._say("survey.profile_intro", total=total)
        number = list(self.instrument.fields).index(self.prompt.key) + 1
        header = self._say("survey.profile_header", number=number, total=total)
        return ask, _paragraphs(intro, self._note(), f"{header}\n{ask}")

    def _thanks(self) -> tuple[str, str]:
        thanks = self._say("survey.thanks")
        more = self.visit.interview.comment
        return thanks, _paragraphs(
            self._note() or thanks,
            self._receipt(),
            self._say("survey.comment_more" if more else "survey.comment_invite"),
            self._say("survey.complaint"),
        )

    def _review(self) -> tuple[str, str]:
        title = self._say("survey.review_title")
        lines = [
            self._say("survey.review_line", number=number, short=short, answer=answer)
            for number, _, short, answer in self._answered()
        ]
        return title, _paragraphs(self._note(), "\n".join([title, *lines]))

    def _languages(self) -> tuple[str, str]:
        return "", self._say("survey.language_ask")

    def _ended(self) -> tuple[str, str]:
        ended = self.visit.interview.ended or Disposition.COMPLETE
        text = self._say(ENDED[ended])
        receipt = self._receipt() if ended is Disposition.COMPLETE else ""
        return text, _paragraphs(text, receipt)

    def _greeting(self) -> str:
        layanan = self.visit.collector.layanan
        key = "survey.greeting_layanan" if layanan else "survey.greeting"
        # On a shared device nobody is known again, so nobody could delete their answers.
        notice = "notice_assisted" if self.visit.mode is Mode.ASSISTED else "notice"
        greeting = self._say(key, upp=self.visit.upp_name, layanan=layanan)
        return _paragraphs(greeting, f"{self._say(f'survey.{notice}')} {self.kept}".strip())

    def _note(self) -> str:
        """The sentence about what was just done, "" without one."""
        note, item = self.prompt.note, self.prompt.about
        if note is None:
            return ""
        if note is Note.CORRECTED and item in self.visit.interview.answers:
            short, answer = self._words(item)["short"], self._answer(item)
            return self._say(f"survey.note_{note}", item=short, answer=answer)
        if note is Note.COMMENT_CUT:
            end = (self.visit.interview.comment or "")[-LAST_WORDS:].partition(" ")[2]
            return self._say(f"survey.note_{note}", end=end, limit=COMMENT_LENGTH)
        return self._say(f"survey.note_{note}")

    def _receipt(self) -> str:
        return self._say("survey.receipt", receipt=self.visit.id)

    # --- buttons -------------------------------------------------------------------------------

    def _item_rows(self) -> Rows:
        item = self.prompt.key
        said, given = self._words(item), self.visit.interview.answers.get(item)
        answers = tuple(
            (
                Choice(
                    said[str(nilai)],
                    self._data(EventType.ANSWER, item, str(nilai)),
                    chosen=given == nilai,
                    hint=said.get(f"{nilai}h", ""),
                ),
            )
            for nilai in NILAI
        )
        language = self._button("language", EventType.LANGUAGES)
        if self._is_first:
            return (*answers, (language, self._button("decline", EventType.DECLINE)))
        stop = self._button("stop", EventType.STOP)
        back = (self._button("back", EventType.BACK),) if self._number > 1 else ()
        return (*answers, (*back, language, stop))

    def _profile_rows(self) -> Rows:
        field = self.instrument.fields[self.prompt.key]
        options = [
            Choice(self._profile_words[one], self._data(EventType.PROFILE, field.id, one))
            for one in field.options
        ]
        skip = self._button("skip", EventType.PROFILE, field.id)
        skip_all = self._button("skip_all", EventType.SKIP_PROFILE)
        back = self._button("back", EventType.BACK)
        review = self._button("review", EventType.REVIEW)
        return (*_pairs(options), (skip, skip_all), (back, review))

    def _thanks_rows(self) -> Rows:
        finish = self._button("finish", EventType.FINISH)
        return ((finish,), (self._button("review", EventType.REVIEW),))

    def _review_rows(self) -> Rows:
        changes = [
            Choice(short, self._data(EventType.CHANGE, item), hint=answer)
            for _, item, short, answer in self._answered()
        ]
        return (*_pairs(changes), (self._button("continue", EventType.RESUME),))

    def _ended_rows(self) -> Rows:
        if self.visit.interview.ended in (None, Disposition.COMPLETE):
            return ()
        return ((self._button("resume", EventType.RESUME),),)

    # --- parts ---------------------------------------------------------------------------------

    @property
    def _number(self) -> int:
        """Which question this is, from 1."""
        return 1 + [item.id for item in self.instrument.items].index(self.prompt.key)

    @property
    def _is_first(self) -> bool:
        """Whether nothing has been answered yet."""
        return not self.visit.interview.answers

    def _answered(self) -> list[tuple[int, str, str, str]]:
        """(number, item, its short name, the answer) of each item that has one."""
        return [
            (number, item.id, self._words(item.id)["short"], self._answer(item.id))
            for number, item in enumerate(self.instrument.items, 1)
            if item.id in self.visit.interview.answers
        ]

    def _answer(self, item: str) -> str:
        return self._words(item)[str(self.visit.interview.answers[item])]

    def _words(self, item: str) -> Texts:
        return self.catalog.table(self.language, f"{self.instrument.name}.{item}")

    @cached_property
    def _profile_words(self) -> Texts:
        return self.catalog.table(self.language, f"profile.{self.prompt.key}")

    def _say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, key, **values)

    def _button(self, word: str, kind: EventType, key: str = "") -> Choice:
        return Choice(self._say(f"button.{word}"), self._data(kind, key))

    def _data(self, kind: EventType, key: str = "", value: str = "") -> str:
        return button_data(self.visit.id, Event(kind, key, value))


def _language_rows(catalog: Catalog, visit_id: str, language: str) -> Rows:
    """One button for each language, then one to keep the present one."""
    rows = tuple(
        (
            Choice(
                name,
                button_data(visit_id, Event(EventType.LANGUAGE, value=code)),
                chosen=code == language,
            ),
        )
        for code, name in catalog.table(language, "language").items()
    )
    keep = button_data(visit_id, Event(EventType.LANGUAGE))
    return (*rows, (Choice(catalog.say(language, "button.back"), keep),))


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _pairs(choices: list[Choice]) -> list[tuple[Choice, ...]]:
    return [tuple(choices[i : i + 2]) for i in range(0, len(choices), 2)]
