"""Words that the documents of a unit and of the whole instansi share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bot.request.request import Topic
from bot.words.chart import trend
from bot.words.names import marked, period_words
from bot.words.period import ROMAN, capital, short_with_year
from bot.words.report import ReportWording, change_of
from skm.closing.dossier import CityDossier, Dossier
from skm.figures.breakdown import SKIPPED
from skm.figures.ikm import rounded
from skm.figures.report import Report
from skm.figures.sample import ENOUGH
from skm.figures.tendency import tendency
from skm.follow_up.photo import Photo
from skm.follow_up.tindak_lanjut import TindakLanjut
from skm.instansi.period import Period
from skm.intake.recaps.recap import Published
from skm.output.charts.draw import draw
from skm.output.charts.trend import Measured
from skm.output.documents.document import (
    Block,
    BulletList,
    Chapter,
    Document,
    DocumentWords,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from skm.privacy.small_groups import Count, WithheldReason
from skm.quality.representation import share_of_users
from skm.survey.unsur import Unsur

PHOTO = 0.5  # of the page's width


@dataclass(frozen=True)
class PhraseDocument:
    """A document, or a part of one, worded in the language of the reader."""

    topic: Topic

    def say(self, key: str, **values: object) -> str:
        return self.topic.say(f"document.{key}", **values)

    @property
    def about(self) -> str:
        return self.topic.name

    @property
    def missing(self) -> str:
        """What stands where there is no figure."""
        return self.topic.say("figure.missing")

    def withheld(self, reason: WithheldReason) -> str:
        """What stands in place of a figure that is not shown."""
        return self.topic.say(f"figure.{reason}")

    def figure(self, value: object) -> str:
        """A value as the language writes it; None as the text for a missing figure."""
        if value is None:
            return self.missing
        return self.topic.written(value)

    def period(self, period: Period) -> str:
        words = period_words(self.topic, period)
        return capital(words)

    def code(self, period: Period) -> str:
        """The code of a period, for tables; while it runs "2026-Q4 (sementara)"."""
        return marked(self.topic.instansi, self.topic.language, period, str(period))

    def band(self, report: Report) -> str:
        return self.missing if report.mutu is None else self.topic.say(f"mutu.{report.mutu}")

    def interval(self, report: Report) -> str:
        """The interval of the index, or why there is none."""
        if report.interval is None:
            return self.topic.say("figure.no_interval") if report.responden else self.missing
        low, high = report.interval
        span = self.say("span", first=low, last=high)
        bands = ReportWording(self.topic).bands(report)
        return f"{span}. {bands}" if bands else span

    def questionnaires(self, report: Report) -> list[Block]:
        """The figures by each questionnaire of a period that has several; none where it has one."""
        if not report.parts:
            return []
        heads = [self.say(head) for head in ("questionnaire", "responden", "ikm", "band")]
        rows = [
            [str(part.instrument), self.withheld(why), "–", "–"]
            if why
            else [
                str(part.instrument), self.figure(part.responden), self.figure(part.ikm),
                str(part.mutu),
            ]
            for part, why in report.parts
        ]  # fmt: skip
        caption = self.say("by_questionnaire", period=self.period(report.period))
        table = Table(caption, heads, rows, [4, 2.4, 1.5, 1.5], frozenset({1, 2}))
        return [Paragraph(self.topic.say("figure.beberapa_instrumen")), table]

    def unsur(self, unsur: Unsur) -> str:
        return f"{unsur} {self.topic.say(f'unsur.{unsur}')}"

    def change(self, report: Report, before: Report) -> str:
        return ReportWording(self.topic).change(change_of(report, before), before.period)

    def part(self, number: int, blocks: list[Block]) -> Chapter:
        """A chapter with its Roman number and its name."""
        roman = (*ROMAN, "V")[number]
        return Chapter(self.say("part", number=roman), self.say(roman.lower()), blocks)

    def document(
        self, title: str, chapters: list[Chapter], dossier: Dossier | CityDossier
    ) -> Document:
        topic = self.topic
        made = self.say("made", day=topic.today, instansi=topic.instansi.name)
        period = self.period(topic.subject.period)
        return Document(
            title=self.say(title),
            about=self.about,
            period=period,
            instansi=topic.instansi.name,
            cover=[made, *self.closed(dossier), *self.flagged(dossier)],
            footer=f"{self.say(title)} · {self.about} · {period}",
            chapters=chapters,
            words=DocumentWords(
                topic.language,
                *(self.say(key) for key in ("contents", "table", "picture", "page")),
            ),
        )

    def closed(self, dossier: Dossier | CityDossier) -> list[str]:
        """That the figures are frozen, since when, which ones are not, and what came in later."""
        head, revision = dossier.closing, dossier.revision
        if head is None:
            return []
        zone, today = self.topic.instansi.zone, self.topic.today
        lines = [self.say("closed", day=head.closed_at.astimezone(zone).date(), sha=head.sha256)]
        if not dossier.kept:
            lines.append(self.say("not_kept", day=today))
        if revision and revision.is_shown:
            lines.append(self.say("revision", n=revision.late_at_least, ikm=revision.rounded_ikm))
        return lines

    def flagged(self, dossier: Dossier | CityDossier) -> list[str]:
        """How many responses are flagged, and what was said of them when the period was closed."""
        lines = ReportWording(self.topic).flagged(dossier.odd)
        head = dossier.closing
        if head and head.remark:
            lines.append(self.say("remark", n=head.flagged, remark=head.remark))
        return lines

    def introduction(self) -> list[Block]:
        """The first chapter: background, legal basis and purpose of the survey."""
        basis = [self.say(f"basis_{number}") for number in (1, 2, 3)]
        return [
            Heading(self.say("background")),
            Paragraph(self.say("background_text", about=self.about)),
            Heading(self.say("basis")),
            BulletList(basis, numbered=True),
            Heading(self.say("purpose")),
            Paragraph(self.say("purpose_text")),
        ]

    def trend(self, reports: list[Report], published: Sequence[Published]) -> Block:
        """The chart, where something was measured that may be shown; what was published before,
        of periods of the same length, stands at its beginning, drawn apart.
        """
        if not any(report.is_shown for report in reports):
            return Paragraph(self.sentence(self.missing))
        chart, first = trend(self.topic, reports), reports[0].period
        before = [
            Measured(self._dated(one.period), one.ikm, imported=True)
            for one in sorted(published, key=lambda one: one.period.start)
            if one.period.kind is first.kind and one.period.start < first.start
        ]
        own = [
            replace(point, label=self._dated(report.period))
            for point, report in zip(chart.periods, reports, strict=True)
        ]
        newest = reports[-1].period
        running = "" if newest.is_over(self.topic.today) else f" · {self._marked(newest)}"
        chart = replace(chart, periods=[*before, *own], title=self.about,
                        subtitle=f"{self.say('trend')}{running}",
                        interval=self.say("interval"))  # fmt: skip
        return Picture(self.say("trend"), draw(chart), self._trend_alt(reports), 0.72)

    def method(self) -> list[Block]:
        """How the figures come about, and what they cannot say."""
        return [
            Paragraph(self.say("method_text")),
            Paragraph(self.say("method_interval", n=ENOUGH)),
            Paragraph(self.say("method_change")),
            Paragraph(self.say("method_self_selection")),
        ]

    def tendency(self, reports: Sequence[Report]) -> list[Block]:
        """What the trend says as a whole, if it says anything."""
        return [Paragraph(line) for line in ReportWording(self.topic).tendency(tendency(reports))]

    def _dated(self, period: Period) -> str:
        """As short as an axis needs, with its year: documents look back further than charts."""
        return short_with_year(self.topic.instansi.catalog, self.topic.language, period)

    def _marked(self, period: Period) -> str:
        return marked(self.topic.instansi, self.topic.language, period, self._dated(period))

    def _trend_alt(self, reports: list[Report]) -> str:
        shown = [report for report in reports if report.is_shown]
        changed = f" ({self.topic.say('chart.changed')})"
        nilai = (
            f"{self._marked(report.period)} {self.figure(report.ikm)}"
            f"{'' if report.instrument == before.instrument else changed}"
            for before, report in zip(shown[:1] + shown, shown, strict=False)
        )
        return self.topic.say("chart.trend_alt", nilai="; ".join(nilai))

    def sentence(self, text: str) -> str:
        return f"{capital(text)}."

    def profile(self, dossier: Dossier) -> list[Block]:
        """A table for each field; its groups add up to all respondents."""
        counted, n = dossier.breakdown.profile, dossier.report.responden
        blocks: list[Block] = [Heading(self.say("profile"))]
        if not counted:
            return [*blocks, Paragraph(self.sentence(self.missing))]
        for field, options in counted.items():
            name = self.topic.say(f"profile.{field}.short")
            heads, widths = [name, self.say("responden"), self.say("share")], [4.0, 2.0, 2.0]
            if served := dossier.representation.profile.get(field):
                heads, widths = [*heads, self.say("share_of_users")], [*widths, 2.4]
            rows = self.groups(field, options, n, served)
            numbers = frozenset(range(1, len(heads)))
            blocks.append(Table(name, heads, rows, widths, numbers))
        return [*blocks, Paragraph(self.say("withheld_note"), small=True)]

    def people(self, report: Report) -> str:
        """How many answered, unless that is withheld."""
        return self.withheld(report.withheld) if report.withheld else self.figure(report.responden)

    def groups(
        self,
        field: str,
        options: Mapping[str, Count],
        n: int,
        served: Mapping[str, int] | None = None,
    ) -> list[list[str]]:
        """Each option with how many of `n` chose it and their share; last those who skipped it.
        `served`: option → people served, whose share stands beside.
        """
        words = self.topic.instansi.catalog.table(self.topic.language, f"profile.{field}")
        known = [key for key in words if key not in ("ask", "short")]
        more = [key for key in options if key not in known and key != SKIPPED]
        names = {**words, SKIPPED: self.say("skipped")}
        return [
            [
                names.get(key, key),
                *self.group(options.get(key, 0), n),
                *([self._of_users(served, key)] if served else []),
            ]
            for key in (*known, *more, SKIPPED)
        ]

    def _of_users(self, served: Mapping[str, int], option: str) -> str:
        """Nobody is served as one who skips a question."""
        share = None if option == SKIPPED else share_of_users(served, option)
        return "–" if share is None else self.figure(share)

    def group(self, size: Count, n: int) -> list[str]:
        """How many, and their share of `n` in percent, unless they are withheld."""
        if isinstance(size, WithheldReason):
            return [self.withheld(size), "–"]
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
        alt = said or self.topic.say("tindak_lanjut.photo_alt", unsur=self.unsur(item.unsur))
        width = PHOTO * min(1, photo.width / photo.height)
        return Picture(caption, photo.content, alt, width)

    def as_of_today(self) -> Block:
        return Paragraph(self.say("follow_up_day", day=self.topic.today), small=True)

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
