"""Words for a digest: what an officer reads on a phone, the figures first, the rest as notes.

Whatever does not fit under a picture is left out from the end, never cut in the middle of a line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.ask import Ask, Seen
from bot.message import Attachment, Choice, Outbound
from bot.phrase_follow_up import PhraseFollowUp
from bot.phrase_report import PhraseReport
from skm.compare import Change, Comparison
from skm.digest import Digest
from skm.disclosure import shown

CAPTION = 1024  # UTF-16 units below a picture
NAMED = 3  # silent units named one by one
QUOTED = 120  # characters of a comment


@dataclass(frozen=True)
class PhraseDigest:
    """Words in the language of the official it goes to."""

    ask: Ask
    found: Digest

    def say(self, key: str, **values: object) -> str:
        return self.ask.say(f"digest.{key}", **values)

    def digest(
        self, seen: Seen, late: datetime | None = None, chart: Attachment | None = None
    ) -> Outbound:
        """The whole message. `late`: when it was due, if that is long ago."""
        report = PhraseReport(self.ask)
        head = self.say("title", about=report.title())
        parts = [
            head,
            self.say("late", due=late.date(), at=late.strftime("%H.%M")) if late else "",
            *(self._figures(report, seen)),
            *self._notes(),
        ]
        return Outbound(
            _fitting(parts), self._buttons(), attachment=chart, language=self.ask.language
        )

    def _figures(self, report: PhraseReport, seen: Seen) -> list[str]:
        if self.found.report.responden == 0:
            return [self.say("nobody")]
        became = PhraseFollowUp(self.ask).became(seen.followed)
        return [*report.figures(seen), *report.priorities(seen.report), *became]

    def _notes(self) -> Iterable[str]:
        """One line each, the most pressing first."""
        found, odd = self.found, self.found.odd
        yield ""
        if found.alerts:
            yield self.say("alerts", count=found.alerts)
        if found.silent and (self.ask.subject.upp is None or len(found.silent) > 1):
            yield self._silent()
        if found.broke_off_most and shown(sum(found.break_offs.values())):
            yield self._break_offs(found.broke_off_most)
        if odd.flags:
            without = {"ikm": odd.unflagged} if odd.unflagged is not None else {}
            key = "flags" if without else "flags_only"
            yield self.say(key, count=max(odd.flags.values()), **without)
        if odd.assisted and odd.assisted.change in (Change.NAIK, Change.TURUN):
            yield self._assisted(odd.assisted)
        if found.commented and found.report.open:
            yield ""
            yield self.say("comments", count=found.commented)
            report = PhraseReport(self.ask)
            yield from (report.comment(saran, QUOTED) for saran in found.saran)

    def _silent(self) -> str:
        units = self.found.silent
        names = ", ".join(unit.name for unit in units[:NAMED])
        if len(units) <= NAMED:
            return self.say("silent", names=names)
        return self.say("silent_more", names=names, count=len(units) - NAMED)

    def _break_offs(self, item: str) -> str:
        catalog, language = self.ask.desk.catalog, self.ask.language
        unsur = catalog.table(language, "unsur_short").get(item[:2], item)
        total = sum(self.found.break_offs.values())
        return self.say("break_offs", count=total, unsur=unsur)

    def _assisted(self, change: Comparison) -> str:
        """Answers given with help differ from the others, and not by chance."""
        low, high = change.interval or (Decimal(), Decimal())
        higher = change.change is Change.NAIK
        key = "assisted_higher" if higher else "assisted_lower"
        return self.say(key, by=abs(change.difference or Decimal()), low=low, high=high)

    def _buttons(self) -> tuple[tuple[Choice, ...], ...]:
        subject = self.ask.subject
        return (
            (
                Choice(self.say("open"), f"/report {subject}"),
                Choice(self.say("all_comments"), f"/komentar {subject}"),
            ),
        )


def _fitting(lines: Iterable[str]) -> str:
    """As many whole lines as fit under a picture, without empty ones at the ends."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer.encode("utf-16-le")) // 2 > CAPTION:
            break
        text = longer
    return "\n".join(_without_doubles(text.strip().split("\n")))


def _without_doubles(lines: list[str]) -> Iterable[str]:
    for before, line in zip(["", *lines], lines, strict=False):
        if line or before:
            yield line
