"""Words one alert; for those who may follow it up with three buttons: take it on, hand it over,
remind tomorrow.

The buttons carry commands: "/siaga 12 terima", "/siaga 12 alihkan", "/siaga 12 besok".
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.messaging.message import Choice, Outbound
from bot.messaging.text_length import TEXT, whole_lines
from bot.request.instansi import Instansi
from skm.instansi.official import ALLOWED, Action, Official
from skm.notices.alert import AlertKind, Raised

REPEATED_AFTER = timedelta(hours=12)  # then the message says since when the alert is open
BUTTONS = (("take", "terima"), ("hand", "alihkan"), ("later", "besok"))


def message(instansi: Instansi, official: Official, raised: Raised, unit: str) -> Outbound:
    """The alert in the official's language; `unit`: the name of its unit."""
    say, language = instansi.catalog.say, official.language
    lines = [sentence(instansi, language, raised, unit)]
    if instansi.now() - raised.raised_at >= REPEATED_AFTER:
        since = instansi.day_of(raised.raised_at)
        lines.insert(0, say(language, "alert.again", since=since))
    if raised.official == official.id:
        lines.insert(0, say(language, "alert.handed"))
    acts = BUTTONS if Action.FOLLOW_UP in ALLOWED[official.role] else ()
    rows = tuple(
        (Choice(say(language, f"alert.{label}"), f"/siaga {raised.id} {verb}"),)
        for label, verb in acts
    )
    return Outbound("\n".join(lines), rows, language=language)


def several(instansi: Instansi, official: Official, lines: Sequence[str], total: int) -> Outbound:
    """One message about several alerts; `lines`: the sentences of the newest of `total`."""
    say, language = instansi.catalog.say, official.language
    more = [say(language, "alert.several_more", n=total - len(lines))] if total > len(lines) else []
    text = "\n".join([say(language, "alert.several", n=total), "", *lines, *more])
    button = Choice(say(language, "alert.several_open"), "/siaga")
    return Outbound(whole_lines(text, TEXT), ((button,),), language=language)


def sentence(instansi: Instansi, language: str, raised: Raised, unit: str) -> str:
    alert, catalog = raised.alert, instansi.catalog
    values: dict[str, object] = {**alert.about, "upp": unit}
    if alert.kind is AlertKind.LOWEST:
        names = catalog.table(language, "unsur")
        values["unsur"] = "; ".join(names[unsur] for unsur in alert.about["unsur"].split(","))
    if "day" in alert.about:
        values["day"] = datetime.fromisoformat(alert.about["day"]).date()
    return catalog.say(language, f"alert.{alert.kind}", **values)
