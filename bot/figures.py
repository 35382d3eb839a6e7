"""What officials ask about figures: each command reads what it needs, then words are put to it."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ask import Ask, Replies, Seen
from bot.message import Attachment, Outbound
from bot.phrase_chart import nine_unsur
from bot.phrase_follow_up import PhraseFollowUp
from bot.phrase_lists import PhraseLists
from bot.phrase_report import PhraseReport
from skm.disclosure import Withheld, hidden
from skm.period import Kind, Period
from skm.report import Report
from skm.response import Saran
from skm.store import breakdowns, dossiers, follow_ups, reports, upps
from skm.tindak_lanjut import TindakLanjut
from skm.upp import Upp

NEWEST = 3  # comments in a report
LISTED = 10  # comments in a list
HEAVIEST = 50_000_000  # bytes that Telegram takes from a bot; WhatsApp takes 100 MB


async def report(ask: Ask) -> Replies:
    """The figures with their chart, or the file that was asked for."""
    subject = ask.subject
    if subject.form:
        return await _file(ask)

    async def read(conn: AsyncConnection) -> tuple[Seen, list[Saran], bool]:
        said = await _comments(conn, ask, NEWEST)
        return await seen(conn, ask), said, bool(await below(conn, ask))

    found, said, children = await ask.desk.db.read(read)
    became = PhraseFollowUp(ask).became(found.followed)
    return (PhraseReport(ask).report(found, said, children, await _chart(ask, found), became),)


async def summary(ask: Ask) -> Replies:
    return (PhraseReport(ask).summary(await ask.desk.db.read(lambda conn: seen(conn, ask))),)


async def comparison(ask: Ask) -> Replies:
    return (PhraseLists(ask).comparison(await ask.desk.db.read(lambda conn: seen(conn, ask))),)


async def comments(ask: Ask) -> Replies:
    """The newest comments, unless they are those of a small group."""

    async def read(conn: AsyncConnection) -> tuple[list[Saran], Seen]:
        return await _comments(conn, ask, LISTED), await seen(conn, ask)

    said, found = await ask.desk.db.read(read)
    return (PhraseLists(ask).comments(said, found.report),)


async def ranking(ask: Ask) -> Replies:
    """The units directly below, each with everything below it."""

    async def read(conn: AsyncConnection) -> tuple[list[Report], Mapping[str, Upp]]:
        units = await below(conn, ask)
        found = await reports.shown_each(conn, units, ask.subject.period)
        return found, {unit.code: unit for unit in units}

    return (PhraseLists(ask).ranking(*await ask.desk.db.read(read)),)


async def layanan(ask: Ask) -> Replies:
    """The services of a unit and of all below it."""
    subject = ask.subject
    if subject.upp is None:
        return ask.tell("report.layanan_city")
    upp, period = subject.upp, subject.period

    async def read(conn: AsyncConnection) -> tuple[Report, list[Report]]:
        few = (await dossiers.few(conn, upp, period))[breakdowns.LAYANAN]
        counted = await reports.by_layanan(conn, upp, period)
        groups = {name: sum(t.n for t in each.values()) for name, each in counted.items()}
        hide = Withheld(hidden(groups, few))
        found = [Report.of(name, period, each).beside(hide) for name, each in counted.items()]
        return await reports.shown(conn, upp, period), found

    return (PhraseLists(ask).layanan(*await ask.desk.db.read(read)),)


async def seen(conn: AsyncConnection, ask: Ask) -> Seen:
    """The report of the unit, of the period before, and for the whole instansi of each unit."""
    upp, period = ask.subject.upp, ask.subject.period
    revision = await reports.revision(conn, period, upp)
    followed = await _followed(conn, ask)
    if upp:
        before = await reports.shown(conn, upp, period.previous())
        now = await reports.shown(conn, upp, period)
        return Seen(now, before, revision=revision, followed=followed)
    city = await reports.shown_instansi(conn, period)
    before = await reports.shown_pooled(conn, period.previous())
    return Seen(city.gabungan, before, city, revision, followed)


async def _followed(conn: AsyncConnection, ask: Ask) -> Sequence[Sequence[TindakLanjut]]:
    """What was planned for the period before; where that is short and has none, for the quarter
    before: offices follow quarters up, and a week's digest comes in between.
    """
    period = ask.subject.period
    quarter = Period.of(Kind.QUARTER, period.start)
    found = await _planned(conn, ask, period.previous())
    if not found and period.days < quarter.days:
        found = await _planned(conn, ask, quarter.previous())
    return found


async def _planned(
    conn: AsyncConnection, ask: Ask, period: Period
) -> Sequence[Sequence[TindakLanjut]]:
    """Where anything is planned: a unit's own, or those of each, also of who planned nothing."""
    upp = ask.subject.upp
    found = await follow_ups.begun(conn, period, upp.code if upp else None)
    if upp or not found:
        return found
    return list((await follow_ups.of_all(conn, period)).values())


async def _comments(conn: AsyncConnection, ask: Ask, limit: int) -> list[Saran]:
    code = ask.subject.upp.code if ask.subject.upp else None
    return await reports.comments(conn, code, ask.subject.period, limit)


async def below(conn: AsyncConnection, ask: Ask) -> Sequence[Upp]:
    """The units directly below; of the whole instansi those that stand under no other."""
    subject = ask.subject
    return await (upps.children(conn, subject.upp.code) if subject.upp else upps.roots(conn))


async def _chart(ask: Ask, found: Seen) -> Attachment | None:
    """The nine unsur, where there are figures to show."""
    phrase = PhraseReport(ask)
    if not phrase.is_open(found.report):
        return None
    picture = await ask.desk.drawing.picture(nine_unsur(ask, found))
    name = f"skm-{ask.subject.code}-{found.report.period}.png"
    return Attachment(name, "image/png", picture, phrase.alt(found))


async def _file(ask: Ask) -> Replies:
    export = ask.desk.exports.get(ask.subject.form)
    if export is None:
        return ask.tell("report.no_such_file", form=ask.subject.form.upper())
    made = await export(ask)
    if len(made.content) > HEAVIEST:
        return ask.tell("report.too_heavy", form=ask.subject.form.upper())
    text = PhraseReport(ask).title()
    return (Outbound(text, attachment=made, language=ask.language),)
