"""/.well-known/security.txt: where a weakness is reported, if the operator says so."""

from datetime import UTC, datetime

import aiohttp
import pytest

from bot.app import opened, probes_of, web_of
from bot.running.errors import SettingsError
from bot.running.settings import read_settings
from tests.tools.chat import Time
from tests.tools.served import served


async def answered(database_url: str, **settings: str) -> tuple[int, str, str]:
    """(status, media type, text)."""
    given = read_settings(
        _env_file=None, database_url=database_url, secret_key="k" * 32, **settings
    )
    async with (
        opened(given, Time()) as app,
        served(web_of(app, [*probes_of(app)])) as base,
        aiohttp.ClientSession() as session,
        session.get(f"{base}/.well-known/security.txt") as response,
    ):
        return response.status, response.content_type, await response.text()


async def test_it_has_the_fields_that_rfc_9116_requires(database_url: str) -> None:
    contact, base = "mailto:keamanan@kota.test", "https://survei.kota.test"
    status, kind, text = await answered(database_url, security_contact=contact, public_url=base)
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert (status, kind) == (200, "text/plain")
    assert fields["Contact"] == contact
    assert fields["Canonical"] == f"{base}/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert datetime(2026, 11, 24, tzinfo=UTC) < expires < datetime(2027, 11, 23, tzinfo=UTC)


async def test_without_a_contact_it_is_not_there(database_url: str) -> None:
    assert (await answered(database_url))[0] == 404


@pytest.mark.parametrize("contact", ["keamanan@kota.test", "http://kota.test", "mailto:a\nb"])
def test_a_contact_is_an_address_of_mail_or_of_a_page(contact: str) -> None:
    with pytest.raises(SettingsError, match="SKM_SECURITY_CONTACT must begin with mailto:"):
        read_settings(_env_file=None, secret_key="k" * 32, security_contact=contact)
