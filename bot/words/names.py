"""How texts name what they are about: a unit with a period, and officials."""

from bot.messaging.catalog import Catalog
from bot.request.request import Topic
from bot.words.period import in_words
from skm.instansi.official import Official
from skm.instansi.period import Period


def title(topic: Topic) -> str:
    """ "Puskesmas Pajang, triwulan IV 2026"."""
    period = period_words(topic, topic.subject.period)
    return topic.say("report.title", name=topic.name, period=period)


def period_words(topic: Topic, period: Period) -> str:
    """ "triwulan IV 2026", in the reader's language; while it runs "… (sementara)"."""
    words = in_words(topic.instansi.catalog, topic.language, period)
    return topic.say("period.running", period=words) if period.end > topic.today else words


def official_name(catalog: Catalog, language: str, official: Official) -> str:
    """The official's name, or their number if they have given none: "Petugas no. 5"."""
    return official.name or catalog.say(language, "official.unnamed", id=str(official.id))
