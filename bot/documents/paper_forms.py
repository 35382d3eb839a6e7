"""Words for paper forms: an instrument and a collector in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messaging.catalog import Catalog
from bot.messaging.qr import paper_qr
from skm.instansi.collector import Collector
from skm.instansi.upp import Upp
from skm.output.documents.paper_form import FormWords, PaperForm, forms_pdf
from skm.paper.form_code import FormCode
from skm.paper.layout import layout_of
from skm.survey.instrument import NILAI, Instrument


@dataclass(frozen=True)
class PaperForms:
    """Forms of a collector in one language."""

    catalog: Catalog
    instrument: Instrument
    language: str

    def pdf(self, way: Collector, unit: Upp, serials: Sequence[str]) -> bytes:
        """One form for each serial. Raises SkmError if the instrument is too long for a form."""
        where = layout_of(self.instrument)
        codes = [FormCode(way.code, self.instrument.version, serial) for serial in serials]
        forms = [
            PaperForm(paper_qr(str(code)).decode(), f"{way.code} · {code.serial}") for code in codes
        ]
        return forms_pdf(forms, self._words(way, unit), where)

    def _words(self, way: Collector, unit: Upp) -> FormWords:
        name = self.instrument.name
        questions = {
            item.id: self.catalog.table(self.language, f"{name}.{item.id}")
            for item in self.instrument.items
        }
        fields = {
            field.id: self.catalog.table(self.language, f"profile.{field.id}")
            for field in self.instrument.profile
        }
        options = {item: {str(n): said[str(n)] for n in NILAI} for item, said in questions.items()}
        options |= {
            field.id: {option: fields[field.id][option] for option in field.options}
            for field in self.instrument.profile
        }
        return FormWords(
            language=self.language,
            title=self._say(f"{name}.title"),
            unit=unit.name,
            place=" · ".join(filter(None, (way.layanan, way.place))),
            how=self._say("paper.how"),
            questions={item: said["ask"] for item, said in questions.items()},
            fields={field: said["short"] for field, said in fields.items()},
            options=options,
            comment=self._say("paper.comment"),
            private=self._say("paper.private"),
        )

    def _say(self, key: str) -> str:
        return self.catalog.say(self.language, key)
