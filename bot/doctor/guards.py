"""What `skm doctor` finds about secrets, proxies and where weaknesses are reported to."""

from collections.abc import Iterator
from ipaddress import ip_network

from bot.doctor.checks import CheckResult, CheckResults, advice, mend, ok
from bot.running.settings import Settings

SHORTEST = 16  # characters of a secret that can be guessed at over the network
DISTINCT = 8  # different characters in it
MADE = "`openssl rand -hex 32` makes one"


async def secrets(settings: Settings) -> CheckResults:
    """Secrets that we choose ourselves; those that messengers choose are theirs."""
    chosen = {
        "SKM_SECRET_KEY": settings.secret_key,
        "SKM_SECRET_KEY_OLD": settings.secret_key_old,
        "SKM_METRICS_TOKEN": settings.metrics_token,
        "SKM_TELEGRAM_WEBHOOK_SECRET": settings.telegram_webhook_secret,
        "SKM_WHATSAPP_VERIFY_TOKEN": settings.whatsapp_verify_token,
    }
    given = {name: one.get_secret_value() for name, one in chosen.items()}
    weak = [name for name, secret in given.items() if secret and is_weak(secret)]
    for name in weak:
        yield mend("secrets", f"{name} can be guessed: {MADE}.")
    if not weak:
        yield ok("secrets", "None of those that are chosen here can be guessed.")


def is_weak(secret: str) -> bool:
    """Short, of few different characters, or a word that is repeated."""
    repeated = secret in (secret + secret)[1:-1]
    return len(secret) < SHORTEST or len(set(secret)) < DISTINCT or repeated


async def proxies(settings: Settings) -> CheckResults:
    """Whose X-Forwarded-For is believed; limits by network depend on it."""
    found = list(_believed(settings.trusted_proxies))
    for finding in found:
        yield finding
    if not found:
        yield ok("proxies", f"Client addresses are taken from {settings.trusted_proxies} only.")


def _believed(listed: str) -> Iterator[CheckResult]:
    for one in filter(None, (part.strip() for part in listed.split(","))):
        try:
            everybody = one == "*" or ip_network(one, strict=False).prefixlen == 0
        except ValueError:  # a name, such as that of a Unix socket
            continue
        if everybody:
            said = f"SKM_TRUSTED_PROXIES has {one}, so everybody can invent a client address"
            yield mend("proxies", f"{said}: name the address of your web server.")


async def contact(settings: Settings) -> CheckResults:
    """Where a weakness can be reported."""
    if settings.security_contact:
        yield ok("contact", f"security.txt names {settings.security_contact}.")
    elif settings.public_url:
        yield advice("contact", "Set SKM_SECURITY_CONTACT: /.well-known/security.txt shows it.")
