"""The function that answers each command of officials, given the parts it needs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bot.messaging.channel import LoadPhoto
from bot.messaging.links import Links
from bot.messaging.message import Replies
from bot.official.answers import (
    alerts,
    charts,
    close_period,
    follow_up,
    health,
    invite,
    officials,
    report,
    subscription,
    units,
    workplace,
)
from bot.official.answers.imports import answer as imported
from bot.official.answers.paper import answer as paper
from bot.official.answers.submissions import answer as submission
from bot.official.menu import Menus
from bot.paper.crops import Crops
from bot.request.chart_workers import ChartWorkers
from bot.request.form_links import FormLinks
from bot.request.request import Export, Request
from skm.store.figures.flags import FlagRules
from skm.store.periods.archives import Questionnaires

Handler = Callable[[Request], Awaitable[Replies]]


def handlers(
    *,
    workers: ChartWorkers,
    exports: Mapping[str, Export],
    links: Links,
    menus: Menus,
    load: LoadPhoto,
    forms: FormLinks | None,
    questionnaires: Questionnaires,
    rules: FlagRules,
    keys: Sequence[bytes],
) -> Mapping[str, Handler]:
    """By the command's name. `exports`: by file format, those that are offered. `forms`: links to
    the follow-up form, None where the pages cannot be reached from outside. `questionnaires`: by
    instrument version, the wording that a closing keeps. `rules`: the instrument that is asked, and
    when a response is flagged. `keys`: with which exports may have been written.
    """
    return {
        "report": partial(report.report, workers=workers, exports=exports, rules=rules),
        "ringkas": partial(report.summary, rules=rules),
        "komentar": report.comments,
        "peringkat": report.ranking,
        "layanan": report.layanan,
        "banding": report.comparison,
        "grafik": partial(charts.answer, workers=workers, instrument=rules.instrument),
        "unit": units.unit,
        "qr": partial(units.qr, links=links),
        "nama": invite.rename,
        "undang": partial(invite.invite, links=links),
        "petugas": partial(officials.listed, menus=menus),
        "kerja": partial(workplace.answer, links=links, reachable=forms is not None),
        "langganan": subscription.answer,
        "siaga": alerts.answer,
        "kesehatan": health.answer,
        "tindaklanjut": partial(follow_up.answer, load=load, forms=forms),
        "serah": submission.answer,
        "kertas": partial(paper.answer, load=load, crops=Crops(), instrument=rules.instrument),
        "impor": partial(imported.answer, load=load, instrument=rules.instrument, keys=keys),
        "tutup": partial(close_period.answer, questionnaires=questionnaires, rules=rules),
        "audit": officials.audit,
    }
