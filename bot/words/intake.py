"""Words what was found in a file: figures, questions with how to answer them, faults by kind."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bot.messaging.catalog import Catalog
from skm.figures.ikm import rounded
from skm.instansi.upp import Upp
from skm.intake.batch import BatchError, ImportBatch
from skm.intake.preview import Preview
from skm.intake.remark import FAULTS, QUESTIONS, UNUSABLE, Remark, RemarkKind
from skm.intake.units.roster import Roster
from skm.survey.instrument import NILAI, Instrument

MOST = 8  # units, days and lines that are named
NEAREST = {RemarkKind.UNIT, RemarkKind.SIMILAR_UNIT, RemarkKind.NAME_TWICE, RemarkKind.PARENT}
FIRST = 40  # remarks that are shown


@dataclass(frozen=True)
class AnswerCounts:
    """How often a question was answered 1 to 4. `mean`: of these answers, with two decimals."""

    item: str
    name: str
    mean: Decimal
    counts: tuple[int, ...]


@dataclass(frozen=True)
class IntakeWording:
    """`names`: unit code → name. `options`: the table of the locales that says how a question is
    answered where the reader is: "intake_option" on the command line.
    """

    catalog: Catalog
    language: str
    instrument: Instrument
    names: Mapping[str, str]
    options: str = "intake_option"

    def say(self, key: str, **values: object) -> str:
        return self.catalog.say(self.language, f"intake.{key}", **values)

    # --- figures -------------------------------------------------------------------------------

    def preview(self, name: str, found: Preview) -> list[str]:
        """What would be stored, and every remark."""
        lines = [self.say("title", name=name)]
        if found.rows:
            lines.append(self.say("rows", rows=found.rows, good=found.good, bad=found.bad))
        if found.good:
            lines.append(self.say("units", list=self._counts(found.units, self.unit)))
            lines.append(self.say("days", list=self._counts(found.days, self._day)))
            lines.append(self.say("index", ikm=found.ikm))
        lines += self._histogram(found)
        return [*lines, *self.remarks(found.remarks)]

    def unit(self, code: str) -> str:
        """ "Puskesmas Pajang (PAJANG)"."""
        return f"{self.names[code]} ({code})" if code in self.names else code

    def _day(self, day: date) -> str:
        return self.catalog.day(self.language, day)

    def _counts(self, counts: Counter[str] | Counter[date], word: object) -> str:
        assert callable(word)
        shown = [self.say("count", name=word(key), n=n) for key, n in sorted(counts.items())[:MOST]]
        return self._listed(shown, len(counts))

    def _listed(self, shown: Sequence[str], total: int) -> str:
        more = [self.say("others", n=total - len(shown))] if total > len(shown) else []
        return ", ".join([*shown, *more])

    def _histogram(self, found: Preview) -> Iterator[str]:
        """How often each answer was given, by which a reversed or another scale is seen."""
        if found.histogram:
            yield self.say("histogram_head")
        for one in self.answered(found):
            counts = "/".join(map(str, one.counts))
            yield self.say("histogram", item=one.item, name=one.name, mean=one.mean, counts=counts)

    def answered(self, found: Preview) -> Iterator[AnswerCounts]:
        """Each question with its answers, in the order of the unsur."""
        for item in sorted(found.histogram, key=lambda one: self.instrument.by_id[one].unsur):
            counts = found.histogram[item]
            total = sum(nilai * n for nilai, n in counts.items())
            mean = rounded(Fraction(total, counts.total()), 2)
            yield AnswerCounts(
                item, self.item_name(item), mean, tuple(counts[nilai] for nilai in NILAI)
            )

    def item_name(self, item: str) -> str:
        """The short name of a question."""
        return self.catalog.say(self.language, f"{self.instrument.name}.{item}.short")

    def moves(self, found: Preview) -> str:
        """By how much the index could differ if the rows that are left out were counted."""
        low, high = found.between
        return self.say("moves", bad=found.bad, ikm=found.ikm or Decimal(0), low=low, high=high)

    # --- units ---------------------------------------------------------------------------------

    def roster(self, name: str, found: Roster) -> list[str]:
        """What a list of units would add and change, and every remark."""
        shown = [self._unit_below(unit) for unit in found.units[:MOST]]
        if len(found.units) > MOST:
            shown.append(f"… {self.say('others', n=len(found.units) - MOST)}")
        return [
            self.say("title", name=name),
            self.counts(found),
            *shown,
            *self.remarks(found.remarks),
        ]

    def counts(self, found: Roster) -> str:
        """How many units are new, changed, and stored already."""
        return self.say(
            "units_found", new=len(found.new), changed=len(found.changed), known=found.known
        )

    def _unit_below(self, unit: Upp) -> str:
        named = f"{unit.name} ({unit.code})"
        return self.say("unit_below", unit=named, parent=unit.parent) if unit.parent else named

    # --- remarks -------------------------------------------------------------------------------

    def remarks(self, found: Sequence[Remark]) -> list[str]:
        """Each on a line, questions and faults first, with how they are answered, once each."""
        order = self.ordered(found)
        lines, hinted = [], set()
        for remark in order[:FIRST]:
            lines.append(self.remark(remark))
            if remark.kind not in hinted and (hint := self._hint(remark.kind)):
                lines.append(f"→ {hint}")
            hinted.add(remark.kind)
        if len(order) > FIRST:
            lines.append(f"… {self.say('others', n=len(order) - FIRST)}")
        return lines

    @staticmethod
    def ordered(found: Sequence[Remark]) -> list[Remark]:
        """Questions and faults first."""
        return sorted(found, key=lambda one: one.kind not in QUESTIONS | FAULTS | UNUSABLE)

    def remark(self, remark: Remark) -> str:
        """One sentence, with its lines and what may have been meant."""
        text = self.say(
            remark.kind,
            value=_number(remark.value),
            column=remark.column,
            near=", ".join(self._near(remark)),
        )
        if remark.near and remark.kind in NEAREST:
            text = f"{text} {self.say('nearest', list=', '.join(map(self.unit, remark.near)))}"
        if not remark.lines:
            return text
        lines = [str(line) for line in remark.lines[:MOST]]
        return self.say("where", lines=self._listed(lines, len(remark.lines)), text=text)

    def _near(self, remark: Remark) -> Iterable[str]:
        if remark.kind is RemarkKind.NO_ITEMS:
            return (f"{item} {self.item_name(item)}" for item in sorted(remark.near))
        return remark.near

    def _hint(self, kind: RemarkKind) -> str:
        key = f"{self.options}.{kind}"
        return self.catalog.say(self.language, key) if self._has(key) else ""

    def _has(self, key: str) -> bool:
        return self.catalog.has(self.language, key)

    # --- batches -------------------------------------------------------------------------------

    def stored(self, batch: ImportBatch) -> str:
        left = batch.rows - batch.stored
        return self.say("stored", number=batch.id, stored=batch.stored, left=left)

    def refusal(self, error: BatchError) -> str:
        return self.say(error.refusal, number=error.number, about=error.about)


def _number(text: str) -> str | int:
    """A count as a number, so that it is written as the language writes numbers."""
    return int(text) if text.isascii() and text.isdecimal() and not text.startswith("0") else text
