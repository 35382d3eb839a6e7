"""Words for posters: those at desks with a QR, and the one that publishes a unit's index."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.documents.shared import PhraseDocument
from bot.messaging.catalog import Catalog
from bot.messaging.links import Links
from bot.messaging.qr import qr_svg
from skm.closing.dossier import Dossier
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.output.documents.desk_poster import DeskPoster, Help
from skm.output.documents.index_poster import BarGroup, IndexPoster
from skm.survey.instrument import Instrument


@dataclass(frozen=True)
class DeskWords:
    """`language` comes first on a poster, the others follow smaller."""

    catalog: Catalog
    links: Links
    instrument: Instrument
    language: str

    def poster(self, way: Collector, unit: Upp) -> DeskPoster:
        code = self.catalog.say(self.language, "desk.code", code=way.code)
        return DeskPoster(
            qr=qr_svg(self.links.landing(way.code)).decode(),
            code=code,
            unit=unit.name,
            place=" · ".join(filter(None, (way.layanan, way.place))),
            help=list(self._help()),
        )

    def _help(self) -> Iterator[Help]:
        total, url = len(self.instrument.items), self.links.base.partition("://")[2]
        for language in sorted(self.catalog.languages, key=lambda one: one != self.language):
            yield Help(
                language=language,
                title=self.catalog.say(language, "desk.title"),
                scan=self.catalog.say(language, "desk.scan", total=total),
                type=self.catalog.say(language, "desk.type", url=url),
                private=self.catalog.say(language, "desk.private"),
            )


@dataclass(frozen=True)
class PosterWords(PhraseDocument):
    """The publication poster of a unit."""

    dossier: Dossier

    def made(self) -> IndexPoster:
        """The poster; without an index it says why there is none."""
        report, open_ = self.dossier.report, self.dossier.is_shown
        layanan = [name for name in self.dossier.breakdown.layanan if name]
        people = self.people(report)
        return IndexPoster(
            language=self.topic.language,
            instansi=self.topic.instansi.name,
            title=self.say("poster_title"),
            unit=self.about,
            layanan=", ".join(layanan) or self.say("no_layanan"),
            period=self.period(report.period),
            ikm_name=self.say("index"),
            ikm=self.figure(report.ikm) if open_ else self.missing,
            mutu=str(report.mutu) if open_ and report.mutu else "",
            kinerja=self.band(report) if open_ else "",
            responden=f"{self.say('responden')}: {people}",
            groups=[self._group(field) for field in ("gender", "education")] if open_ else [],
            note=self.say("withheld_note") if open_ else "",
            thanks=self.say("poster_thanks"),
        )

    def _group(self, field: str) -> BarGroup:
        options = self.dossier.breakdown.profile.get(field, {})
        groups = self.groups(field, options, self.dossier.report.responden)
        return BarGroup(self.say(field), [(name, n) for name, n, _ in groups])
