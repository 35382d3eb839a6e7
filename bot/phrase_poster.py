"""Words for posters: those at desks with a QR, and the one that publishes a unit's index."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.catalog import Catalog
from bot.links import Links, qr_svg
from bot.phrase_document import PhraseDocument
from skm.disclosure import K
from skm.dossier import Dossier
from skm.instrument import Instrument
from skm.output.desk import Help, Poster
from skm.output.poster import Group, Publication
from skm.upp import Collector, Upp


@dataclass(frozen=True)
class DeskWords:
    """`language` comes first on a poster, the others follow smaller."""

    catalog: Catalog
    links: Links
    instrument: Instrument
    language: str

    def poster(self, way: Collector, unit: Upp) -> Poster:
        code = self.catalog.say(self.language, "desk.code", code=way.code)
        return Poster(
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

    def made(self) -> Publication:
        report, open_ = self.dossier.report, self.dossier.open
        layanan = [name for name in self.dossier.layanan if name]
        people = self.people(report)
        return Publication(
            language=self.ask.language,
            instansi=self.ask.desk.instansi,
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
            note=self.say("hidden_note", k=K) if open_ else "",
            thanks=self.say("poster_thanks"),
        )

    def _group(self, field: str) -> Group:
        groups = self.groups(
            field,
            self.dossier.profile.get(field, {}),
            self.dossier.report.responden,
            self.dossier.few.get(field, ()),
        )
        return Group(self.say(field), [(name, n) for name, n, _ in groups])
