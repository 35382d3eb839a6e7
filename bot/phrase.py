"""Values + catalog → Outbound: the only file that puts words to values.

The screens of the interview, one function a stage, and the short answers around them.
"""

from dataclasses import dataclass, replace

from bot.catalog import Catalog
from bot.message import Choice, Outbound
from skm.event import Event, EventType
from skm.instrument import Instrument
from skm.interview import Disposition, Note, Prompt, Stage
from skm.upp import Mode
from skm.visit import Visit


def button_data(visit_id: str, event: Event) -> str:
    """What a button carries: which interview it belongs to and what it means."""
    return f"{visit_id}.{event}"


def parse_button(data: str) -> tuple[str, Event]:
    """(visit id, event) of a button's data; anything unreadable is a SHOW of no visit."""
    visit_id, dot, event = data.partition(".")
    return (visit_id, Event.parse(event)) if dot else ("", Event(EventType.SHOW))


@dataclass(frozen=True)
class Phrase:
    """Words for one instrument in the languages of a catalog."""

    catalog: Catalog
    instrument: Instrument

    def say(self, language: str, key: str, **values: object) -> Outbound:
        """One short message of the locales, without buttons."""
        return Outbound(self.catalog.say(language, key, **values), language=language)

    def screen(self, visit: Visit, prompt: Prompt) -> Outbound:
        """What to show for a prompt of an interview."""
        draw = {
            Stage.ITEM: self._item,
            Stage.PROFILE: self._profile,
            Stage.THANKS: self._thanks,
            Stage.REVIEW: self._review,
            Stage.LANGUAGE: self._language,
            Stage.ENDED: self._ended,
        }[prompt.stage]
        return replace(draw(visit, prompt), language=visit.interview.language)

    def languages(self, visit_id: str, language: str) -> Outbound:
        """The choice of languages, inside a visit or (visit_id "-") outside of one."""
        rows = [
            (self._choice(visit_id, name, EventType.LANGUAGE, value=code, chosen=code == language),)
            for code, name in self.catalog.table(language, "language").items()
        ]
        back = self._button(visit_id, language, "back", EventType.LANGUAGE)
        return Outbound(
            self.catalog.say(language, "survey.language_ask"),
            (*rows, (back,)) if rows else (),
            language=language,
        )

    def confirm_forget(self, language: str) -> Outbound:
        """Deleting is asked once more, since it cannot be taken back."""
        yes = Choice(self.catalog.say(language, "button.yes_delete"), "/hapus ya")
        no = Choice(self.catalog.say(language, "button.no_keep"), "/start")
        asked = self.catalog.say(language, "survey.forget_confirm")
        return Outbound(asked, ((yes,), (no,)), language=language)

    # --- screens -------------------------------------------------------------------------------

    def _item(self, visit: Visit, prompt: Prompt) -> Outbound:
        language, items = visit.interview.language, self.instrument.items
        number = 1 + [item.id for item in items].index(prompt.key)
        first = not visit.interview.answers
        said = self._words(language, prompt.key)
        header = self.catalog.say(language, "survey.item_header", number=number, total=len(items))
        opening = self._greeting(visit) if first else ""
        return Outbound(
            _paragraphs(opening, self._note(visit, prompt), f"{header}\n{said['ask']}"),
            (
                *(
                    (
                        self._choice(
                            visit.id,
                            said[str(nilai)],
                            EventType.ANSWER,
                            prompt.key,
                            str(nilai),
                            chosen=visit.interview.answers.get(prompt.key) == nilai,
                            hint=said.get(f"{nilai}h", ""),
                        ),
                    )
                    for nilai in (1, 2, 3, 4)
                ),
                self._item_controls(visit, number, first),
            ),
            progress=(len(visit.interview.answers), len(items)),
            title=said["ask"],
        )

    def _item_controls(self, visit: Visit, number: int, first: bool) -> tuple[Choice, ...]:
        language = visit.interview.language
        tongue = self._button(visit.id, language, "language", EventType.LANGUAGES)
        if first:
            return (tongue, self._button(visit.id, language, "decline", EventType.DECLINE))
        stop = self._button(visit.id, language, "stop", EventType.STOP)
        back = self._button(visit.id, language, "back", EventType.BACK)
        return (back, tongue, stop) if number > 1 else (tongue, stop)

    def _profile(self, visit: Visit, prompt: Prompt) -> Outbound:
        language, interview = visit.interview.language, visit.interview
        asked = self.instrument.fields[prompt.key]
        said = self.catalog.table(language, f"profile.{asked.id}")
        options = [
            self._choice(visit.id, said[option], EventType.PROFILE, asked.id, option)
            for option in asked.options
        ]
        intro = "" if interview.profile else self.catalog.say(language, "survey.profile_intro")
        return Outbound(
            _paragraphs(intro, self._note(visit, prompt), said["ask"]),
            (
                *_pairs(options),
                (
                    self._button(visit.id, language, "skip", EventType.PROFILE, asked.id),
                    self._button(visit.id, language, "skip_all", EventType.SKIP_PROFILE),
                ),
                (
                    self._button(visit.id, language, "back", EventType.BACK),
                    self._button(visit.id, language, "review", EventType.REVIEW),
                ),
            ),
            title=said["ask"],
        )

    def _thanks(self, visit: Visit, prompt: Prompt) -> Outbound:
        language = visit.interview.language
        say = self.catalog.say
        invite = "comment_more" if visit.interview.comment else "comment_invite"
        thanks = say(language, "survey.thanks")
        return Outbound(
            _paragraphs(
                self._note(visit, prompt) or thanks,
                say(language, "survey.receipt", receipt=visit.id),
                say(language, f"survey.{invite}"),
                say(language, "survey.complaint"),
            ),
            (
                (self._button(visit.id, language, "finish", EventType.FINISH),),
                (self._button(visit.id, language, "review", EventType.REVIEW),),
            ),
            title=thanks,
        )

    def _review(self, visit: Visit, prompt: Prompt) -> Outbound:
        interview, language = visit.interview, visit.interview.language
        lines, rows = [], []
        for number, item in enumerate(self.instrument.items, 1):
            if item.id not in interview.answers:
                continue
            said = self._words(language, item.id)
            answer = said[str(interview.answers[item.id])]
            lines.append(
                self.catalog.say(
                    language,
                    "survey.review_line",
                    number=number,
                    short=said["short"],
                    answer=answer,
                )
            )
            rows.append(
                self._choice(visit.id, said["short"], EventType.CHANGE, item.id, hint=answer)
            )
        title = self.catalog.say(language, "survey.review_title")
        return Outbound(
            _paragraphs(self._note(visit, prompt), f"{title}\n" + "\n".join(lines)),
            (*_pairs(rows), (self._button(visit.id, language, "continue", EventType.RESUME),)),
            title=title,
        )

    def _language(self, visit: Visit, prompt: Prompt) -> Outbound:
        return self.languages(visit.id, visit.interview.language)

    def _ended(self, visit: Visit, prompt: Prompt) -> Outbound:
        interview, language = visit.interview, visit.interview.language
        key = {
            Disposition.COMPLETE: "finished",
            Disposition.BREAK_OFF: "stopped",
            Disposition.REFUSAL: "declined",
        }[interview.ended or Disposition.COMPLETE]
        text = self.catalog.say(language, f"survey.{key}")
        if interview.ended is Disposition.COMPLETE:
            receipt = self.catalog.say(language, "survey.receipt", receipt=visit.id)
            return Outbound(_paragraphs(text, receipt), title=text)
        resume = self._button(visit.id, language, "resume", EventType.RESUME)
        return Outbound(text, ((resume,),), title=text)

    # --- parts ---------------------------------------------------------------------------------

    def _greeting(self, visit: Visit) -> str:
        layanan = visit.collector.layanan
        key = "survey.greeting_layanan" if layanan else "survey.greeting"
        shared = visit.mode is Mode.ASSISTED  # there nobody can be known again who would delete
        language = visit.interview.language
        return _paragraphs(
            self.catalog.say(language, key, upp=visit.upp_name, layanan=layanan),
            self.catalog.say(language, "survey.notice_assisted" if shared else "survey.notice"),
        )

    def _note(self, visit: Visit, prompt: Prompt) -> str:
        if prompt.note is None:
            return ""
        language, values = visit.interview.language, {}
        if prompt.note is Note.CORRECTED and prompt.about in visit.interview.answers:
            said = self._words(language, prompt.about)
            nilai = visit.interview.answers[prompt.about]
            values = {"item": said["short"], "answer": said[str(nilai)]}
        return self.catalog.say(language, f"survey.note_{prompt.note}", **values)

    def _words(self, language: str, item: str) -> dict[str, str]:
        return dict(self.catalog.table(language, f"{self.instrument.name}.{item}"))

    def _button(
        self, visit_id: str, language: str, word: str, kind: EventType, key: str = ""
    ) -> Choice:
        return self._choice(visit_id, self.catalog.say(language, f"button.{word}"), kind, key)

    def _choice(
        self,
        visit_id: str,
        label: str,
        kind: EventType,
        key: str = "",
        value: str = "",
        *,
        chosen: bool = False,
        hint: str = "",
    ) -> Choice:
        data = button_data(visit_id, Event(kind, key, value))
        return Choice(label, data, chosen=chosen, hint=hint)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _pairs(choices: list[Choice]) -> list[tuple[Choice, ...]]:
    return [tuple(choices[i : i + 2]) for i in range(0, len(choices), 2)]
