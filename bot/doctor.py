"""`skm doctor`: every check, one after the other, whatever state a deployment is in."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from bot import checkup, checkup_store
from bot.checkup import Finding, Findings, Verdict, mend, ok, whatever
from bot.logs import Redaction
from bot.settings import Settings, SettingsError, read_settings

Messengers = Callable[[Settings], Mapping[str, Findings]]


async def examined(
    messengers: Messengers, now: Callable[[], datetime]
) -> tuple[list[Finding], Redaction]:
    """What was found, and what hides this deployment's secrets. `messengers`: their checks, by
    name."""
    try:
        settings = read_settings()
    except SettingsError as error:
        found = [mend("settings", str(error))]
        for check in (checkup.versions(), checkup.private_files(None)):
            found += [finding async for finding in check]
        return found, Redaction([])
    found = [ok("settings", "All of them can be read.")]
    for about, check_of_it in _checks(settings, now, messengers).items():
        found += [finding async for finding in whatever(about, check_of_it)]
    return found, Redaction(settings.secrets)


def _checks(
    settings: Settings, now: Callable[[], datetime], messengers: Messengers
) -> Mapping[str, Findings]:
    """In the order in which they are shown; each by the name under which it fails."""
    clock = {"clock": checkup.clock(origin, now)} if (origin := _origin(settings)) else {}
    return {
        "versions": checkup.versions(),
        "files": checkup.private_files(settings),
        "disk": checkup.disk(settings),
        "time zone": checkup.time_zone(settings, now()),
        **clock,
        "texts": checkup.words(settings),
        "public URL": checkup.public_url(settings),
        "database": checkup_store.database(settings, now()),
        **messengers(settings),
        "server": checkup.served(settings),
    }


def _origin(settings: Settings) -> str:
    """A server whose clock is right: that of a messenger in use, without anything secret."""
    used = {
        settings.telegram_api_url: settings.telegram_token,
        settings.whatsapp_api_url: settings.whatsapp_token,
    }
    url = next((url for url, token in used.items() if token.get_secret_value()), "")
    return "/".join(url.split("/")[:3])


def as_json(findings: list[Finding]) -> str:
    """For other programs."""
    plain = [{"about": f.about, "verdict": f.verdict, "said": f.said} for f in findings]
    worst = next(
        (v for v in reversed(Verdict) if any(f.verdict is v for f in findings)), Verdict.OK
    )
    return json.dumps({"verdict": worst, "findings": plain}, indent=2, ensure_ascii=False)
