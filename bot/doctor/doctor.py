"""`skm doctor`: runs every check in order, also on a deployment that is broken or incomplete."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.doctor import checks, copies, guards, store_checks
from bot.doctor.checks import CheckResult, CheckResults, Verdict, guarded, mend, ok
from bot.running.errors import SettingsError
from bot.running.logs import Redaction
from bot.running.settings import Settings, read_settings

Messengers = Callable[[Settings], Mapping[str, CheckResults]]


async def examined(
    messengers: Messengers, now: Callable[[], datetime]
) -> tuple[list[CheckResult], Redaction]:
    """The results, and what removes this deployment's secrets from them. `messengers`: the checks
    of each messenger, by its name.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        found = [mend("settings", str(error))]
        for check in (checks.versions(), checks.private_files(None)):
            found += [finding async for finding in check]
        return found, Redaction([])
    found = [ok("settings", "All of them can be read.")]
    for about, check_of_it in _checks(settings, now, messengers).items():
        found += [finding async for finding in guarded(about, check_of_it)]
    return found, Redaction(settings.secrets)


def _checks(
    settings: Settings, now: Callable[[], datetime], messengers: Messengers
) -> Mapping[str, CheckResults]:
    """The checks in the order in which they run; each by the name of its results."""
    clock = {"clock": checks.clock(origin, now)} if (origin := _origin(settings)) else {}
    return {
        "versions": checks.versions(),
        "files": checks.private_files(settings),
        "copies": copies.old_copies(settings, now()),
        "disk": checks.disk(settings),
        "time zone": checks.time_zone(settings, now()),
        **clock,
        "texts": checks.words(settings),
        "public URL": checks.public_url(settings),
        "notice": checks.notice(settings),
        "secrets": guards.secrets(settings),
        "proxies": guards.proxies(settings),
        "contact": guards.contact(settings),
        "database": store_checks.database(settings, now()),
        **messengers(settings),
        "server": checks.served(settings),
    }


def _origin(settings: Settings) -> str:
    """The origin of a messenger in use, whose clock is right; the path, which holds the token, is
    left out.
    """
    used = {
        settings.telegram_api_url: settings.telegram_token,
        settings.whatsapp_api_url: settings.whatsapp_token,
    }
    url = next((url for url, token in used.items() if token.get_secret_value()), "")
    return "/".join(url.split("/")[:3])


def as_json(findings: list[CheckResult]) -> str:
    """For other programs."""
    plain = [{"about": f.about, "verdict": f.verdict, "said": f.said} for f in findings]
    worst = next(
        (v for v in reversed(Verdict) if any(f.verdict is v for f in findings)), Verdict.OK
    )
    return json.dumps({"verdict": worst, "findings": plain}, indent=2, ensure_ascii=False)
