"""The copy of what a citizen gave (UU 27/2022, Pasal 6): each survey with its answers and words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot.citizen.screens import Screens
from bot.messaging.message import Outbound
from bot.messaging.text_length import TEXT, pages_of
from skm.survey.response import Response
from skm.survey.visit import Visit


@dataclass(frozen=True)
class CopyWording:
    """Words the copy in a language, with times in `zone`."""

    screens: Screens
    language: str
    zone: tzinfo

    def messages(
        self, visits: Sequence[Visit], responses: Sequence[Response]
    ) -> tuple[Outbound, ...]:
        """As few messages as hold everything, the earliest survey first."""
        answered = {response.id: response for response in responses}
        surveys = [self._survey(visit, answered.get(visit.id)) for visit in visits]
        head = self._say("copy_head", count=len(visits))
        pages = pages_of([head, *("\n".join(lines) for lines in surveys)], TEXT)
        return tuple(Outbound(page, language=self.language) for page in pages)

    def _survey(self, visit: Visit, response: Response | None) -> list[str]:
        where = ", ".join(filter(None, (visit.upp_name, visit.collector.layanan)))
        at = visit.opened_at.astimezone(self.zone)
        head = self._say("copy_survey", where=where, at=at, channel=visit.channel, receipt=visit.id)
        if response is None and not visit.interview.answers:
            return [head, self._say("copy_unfinished")]
        given = response or visit.interview
        comment = response.saran if response else visit.interview.comment
        return [
            head,
            *(self._item(visit, item, nilai) for item, nilai in given.answers.items()),
            *self._profile(given.profile),
            *([self._say("copy_comment", comment=comment)] if comment else []),
        ]

    def _item(self, visit: Visit, item: str, nilai: int) -> str:
        instrument = self.screens.instrument
        if visit.instrument != instrument.version:  # asked in words that may have changed
            return self._say("copy_line", short=item, answer=nilai)
        words = self.screens.catalog.table(self.language, f"{instrument.name}.{item}")
        return self._say("copy_line", short=words["short"], answer=words[str(nilai)])

    def _profile(self, profile: Mapping[str, str | None]) -> Iterator[str]:
        for field, option in profile.items():
            words = self.screens.catalog.table(self.language, f"profile.{field}")
            if option is not None:
                answer = words.get(option, option)
                yield self._say("copy_line", short=words.get("short", field), answer=answer)

    def _say(self, key: str, **values: object) -> str:
        return self.screens.catalog.say(self.language, f"survey.{key}", **values)
