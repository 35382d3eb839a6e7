"""`skm doctor` fails for secrets that can be guessed and for proxies that everybody can be."""

import pytest

from bot.doctor import guards
from bot.doctor.checks import CheckResults, Verdict
from bot.running.settings import Settings, read_settings

STRONG = "0f3c8a51d2e94b7766aa0c1f5e3b9d84"


def settings(**given: str) -> Settings:
    return read_settings(_env_file=None, **{"secret_key": STRONG, **given})


async def all_of(check: CheckResults) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.said) async for one in check]


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "SECRET_KEY_OLD", "METRICS_TOKEN", "TELEGRAM_WEBHOOK_SECRET"]
)
@pytest.mark.parametrize("secret", ["a" * 40, "abcd" * 10, "1234567" * 6, "ganti-saya-" * 4])
async def test_a_secret_that_can_be_guessed_must_be_changed(name: str, secret: str) -> None:
    found = await all_of(guards.secrets(settings(**{name.lower(): secret})))
    assert found == [
        (Verdict.MEND, f"SKM_{name} can be guessed: `openssl rand -hex 32` makes one.")
    ]


@pytest.mark.parametrize("secret", ["x", "rahasia", "prometheus", "skm-metrics-2026"[:15]])
async def test_a_short_metrics_token_must_be_changed(secret: str) -> None:
    [(verdict, said)] = await all_of(guards.secrets(settings(metrics_token=secret)))
    assert verdict is Verdict.MEND
    assert secret not in said.replace("SKM_METRICS_TOKEN", "").split()


async def test_strong_secrets_are_well() -> None:
    given = settings(metrics_token=STRONG, telegram_webhook_secret=STRONG[::-1])
    [(verdict, _)] = await all_of(guards.secrets(given))
    assert verdict is Verdict.OK


@pytest.mark.parametrize("proxies", ["*", "127.0.0.1,*", "0.0.0.0/0", "::/0, 10.0.0.1"])
async def test_proxies_that_everybody_can_be_must_be_changed(proxies: str) -> None:
    [(verdict, said)] = await all_of(guards.proxies(settings(trusted_proxies=proxies)))
    assert verdict is Verdict.MEND
    assert "everybody can invent a client address" in said


@pytest.mark.parametrize("proxies", ["127.0.0.1,::1", "172.30.86.0/24", "unix:/run/caddy", ""])
async def test_named_proxies_are_well(proxies: str) -> None:
    given = settings(trusted_proxies=proxies or "127.0.0.1")
    [(verdict, _)] = await all_of(guards.proxies(given))
    assert verdict is Verdict.OK


async def test_a_public_deployment_is_asked_for_a_contact() -> None:
    [(verdict, said)] = await all_of(guards.contact(settings(public_url="https://survei.test")))
    assert (verdict, "SKM_SECURITY_CONTACT" in said) == (Verdict.ADVICE, True)
    named = settings(security_contact="mailto:keamanan@kota.test")
    [(verdict, _)] = await all_of(guards.contact(named))
    assert verdict is Verdict.OK
