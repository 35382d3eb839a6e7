"""Words that the documents of a unit and of the whole instansi share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bot.ask import Ask
from bot.phrase_chart import trend
from bot.phrase_period import ROMAN, capital, short_with_year
from bot.phrase_report import PhraseReport, period_words
from skm.disclosure import K, hidden, shown
from skm.dossier import CityDossier, Dossier
from skm.ikm import rounded
from skm.output.charts import draw
from skm.output.document import Block, Chapter, Document, Heading, Paragraph, Picture, Table, Words
from skm.output.trend import Measured
from skm.period import Period
from skm.photo import Photo
from skm.recap import Published
from skm.report import Report
from skm.tindak_lanjut import TindakLanjut
from skm.unsur import Unsur

PHOTO = 0.5  # of the page's width


@dataclass(frozen=True)
class PhraseDocument:
    """Words in the language of whoever asked."""

    ask: Ask

    def say(self, key: str, **values: object) -> str:
        return self.ask.say(f"document.{key}", **values)

    @property
    def about(self) -> str:
        return self.ask.about

    @property
    def missing(self) -> str:
        """What stands where there is no figure."""
        return self.ask.say("figure.missing")

    @property
    def few(self) -> str:
        return self.ask.say("figure.few", k=K)

    def figure(self, value: object) -> str:
        """As the language writes it; what is not there is said not to be there."""
        if value is None:
            return self.missing
        return self.ask.desk.catalog.written(self.ask.language, value)

    def period(self, period: Period) -> str:
        words = period_words(self.ask, period)
        return capital(words)

    def band(self, report: Report) -> str:
        return self.missing if report.mutu is None else self.ask.say(f"mutu.{report.mutu}")

    def unsur(self, unsur: Unsur) -> str:
        return f"{unsur} {self.ask.say(f'unsur.{unsur}')}"

    def change(self, report: Report, before: Report) -> str:
        from bot.ask import Seen
        from bot.phrase_report import change_of

        return PhraseReport(self.ask).change(change_of(Seen(report, before)), before.period)

    def part(self, number: int, blocks: list[Block]) -> Chapter:
        """A chapter with its Roman number and its name."""
        roman = (*ROMAN, "V")[number]
        return Chapter(self.say("part", number=roman), self.say(roman.lower()), blocks)

    def document(
        self, title: str, chapters: list[Chapter], dossier: Dossier | CityDossier
    ) -> Document:
        ask = self.ask
        made = self.say("made", day=ask.desk.today, instansi=ask.desk.instansi)
        period = self.period(ask.subject.period)
        return Document(
            title=self.say(title),
            about=self.about,
            period=period,
            instansi=ask.desk.instansi,
            cover=[made, *self.closed(dossier)],
            footer=f"{self.say(title)} · {self.about} · {period}",
            chapters=chapters,
            words=Words(
                ask.language,
                *(self.say(key) for key in ("contents", "table", "picture", "page")),
            ),
        )

    def closed(self, dossier: Dossier | CityDossier) -> list[str]:
        """That the figures are frozen, since when, which ones are not, and what came in later."""
        head, revision = dossier.closing, dossier.revision
        if head is None:
            return []
        zone, today = self.ask.desk.zone, self.ask.desk.today
        lines = [self.say("closed", day=head.closed_at.astimezone(zone).date(), sha=head.sha256)]
        if not dossier.kept:
            lines.append(self.say("not_kept", day=today))
        if revision and revision.may_be_told:
            lines.append(self.say("revision", n=revision.at_least, ikm=revision.about))
        return lines

    def basis(self) -> list[str]:
        return [self.say(f"basis_{number}") for number in (1, 2, 3)]

    def trend(self, reports: list[Report], published: Sequence[Published]) -> Block:
        """The chart, where something was measured that may be shown; what was published before,
        of periods of the same length, stands at its beginning, drawn apart.
        """
        if not any(report.open for report in reports):
            return Paragraph(self.sentence(self.missing))
        chart, first = trend(self.ask, reports), reports[0].period
        before = [
            Measured(self._dated(one.period), one.ikm, imported=True)
            for one in sorted(published, key=lambda one: one.period.start)
            if one.period.kind is first.kind and one.period.start < first.start
        ]
        own = [
            replace(point, label=self._dated(report.period))
            for point, report in zip(chart.periods, reports, strict=True)
        ]
        chart = replace(chart, periods=[*before, *own], title=self.about,
                        subtitle=self.say("trend"), interval=self.say("interval"))  # fmt: skip
        return Picture(self.say("trend"), draw(chart), self._trend_alt(reports), 0.72)

    def _dated(self, period: Period) -> str:
        """As short as an axis needs, with its year: documents look back further than charts."""
        return short_with_year(self.ask.desk.catalog, self.ask.language, period)

    def _trend_alt(self, reports: list[Report]) -> str:
        nilai = (
            f"{self._dated(report.period)} {self.figure(report.ikm)}"
            for report in reports
            if report.open
        )
        return self.ask.say("chart.trend_alt", nilai="; ".join(nilai))

    def sentence(self, text: str) -> str:
        return f"{capital(text)}."

    def profile(self, dossier: Dossier) -> list[Block]:
        """A table for each field; its groups add up to all respondents."""
        counted, n = dossier.profile, dossier.report.responden
        blocks: list[Block] = [Heading(self.say("profile"))]
        if not counted:
            return [*blocks, Paragraph(self.sentence(self.missing))]
        for field, options in sorted(counted.items()):
            name = self.ask.say(f"profile.{field}.short")
            heads = [name, self.say("responden"), self.say("share")]
            rows = self.groups(field, options, n, dossier.few.get(field, ()))
            blocks.append(Table(name, heads, rows, [4, 2, 2], frozenset({1, 2})))
        return [*blocks, Paragraph(self.say("hidden_note", k=K), small=True)]

    def people(self, report: Report) -> str:
        """How many answered, unless they are few or would give few away."""
        if not report.closed:
            return self.figure(report.responden)
        return self.say("hidden") if shown(report.responden) else self.few

    def groups(
        self, field: str, options: Mapping[str, int], n: int, few: Collection[str] = ()
    ) -> list[list[str]]:
        """Each option with how many chose it and their share; last those who skipped it. `few`:
        options that must be hidden because of other units.
        """
        words = self.ask.desk.catalog.table(self.ask.language, f"profile.{field}")
        sizes = {key: options.get(key, 0) for key in words if key not in ("ask", "short")}
        sizes[""] = max(n - sum(sizes.values()), 0)
        hide = hidden({key: size for key, size in sizes.items() if size}, few)
        return [
            [words.get(key, self.say("skipped")), *self.group(size, n, key in hide)]
            for key, size in sizes.items()
        ]

    def group(self, size: int, n: int, hide: bool) -> list[str]:
        """How many, and how many of a hundred, unless that would tell of a small group."""
        if hide:
            return [self.few if size < K else self.say("hidden"), "–"]
        return [self.figure(size), self.figure(rounded(Fraction(100 * size, n), 2))]

    def follow_up(self, items: list[TindakLanjut], caption: str) -> list[Block]:
        """What is planned for each priority unsur, and what was done until today: also those of a
        closed period go on.
        """
        if not items:
            return [Paragraph(self.sentence(self.missing))]
        heads = ["unsur", "plan_column", "deadline", "person", "state"]
        rows = [[self.unsur(item.unsur), *self._planned(item)] for item in items]
        table = Table(caption, [self.say(head) for head in heads], rows, [3, 4.6, 2.4, 2.8, 3.4])
        return [table, self.as_of_today()]

    def photos(self, items: Sequence[TindakLanjut], photos: Mapping[str, Photo]) -> list[Block]:
        """Those that show what was done; `photos` by key."""
        return [
            self._photo(item, photos[item.done.photo])
            for item in items
            if item.done and item.done.photo and item.done.photo in photos
        ]

    def _photo(self, item: TindakLanjut, photo: Photo) -> Block:
        """One that was taken upright takes no more of the page than one that was not."""
        said = item.done.note if item.done else ""
        caption = f"{self.unsur(item.unsur)}: {said}" if said else self.unsur(item.unsur)
        alt = said or self.ask.say("tindak_lanjut.photo_alt", unsur=self.unsur(item.unsur))
        width = PHOTO * min(1, photo.width / photo.height)
        return Picture(caption, photo.content, alt, width)

    def as_of_today(self) -> Block:
        return Paragraph(self.say("follow_up_day", day=self.ask.desk.today), small=True)

    def _planned(self, item: TindakLanjut) -> list[str]:
        none = self.say("no_plan")
        state = self.say("done", day=item.done.on) if item.done else self.say("open")
        if item.done and item.done.note:
            state = f"{state}: {item.done.note}"
        if item.plan is None:
            return [none, none, none, state]
        return [item.plan.action, self.figure(item.plan.deadline), item.plan.person, state]

    def percent(self, value: Decimal | None) -> str:
        return self.missing if value is None else self.say("percent", figure=value)
