"""How texts name what they are about: a unit with a period, and officials."""

from bot.messaging.catalog import Catalog
from bot.request.instansi import Instansi
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
    return marked_period(topic.instansi, topic.language, period)


def marked_period(instansi: Instansi, language: str, period: Period) -> str:
    """The same where there is no topic."""
    return marked(instansi, language, period, in_words(instansi.catalog, language, period))


def marked(instansi: Instansi, language: str, period: Period, words: str) -> str:
    """Words for a period with the remark that it is not over, if that is so."""
    if period.is_over(instansi.today):
        return words
    return instansi.catalog.say(language, "period.running", period=words)


def official_name(catalog: Catalog, language: str, official: Official) -> str:
    """The official's name, or their number if they have given none: "Petugas no. 5"."""
    return official.name or catalog.say(language, "official.unnamed", id=str(official.id))
