"""Each request to the Cloud API, with each answer that is not Meta's: it counts as no answer."""

from collections.abc import AsyncIterator

import pytest

from bot.messaging.channel import SendError
from bot.messaging.message import Attachment
from bot.running.errors import SettingsError
from bot.running.settings import read_settings
from bot.whatsapp.http import CloudApi, is_of_graph
from tests.stand.outside import OUTSIDE, Outside
from tests.stand.whatsapp import PHONE_ID, TOKEN, CloudApiStand
from tests.tools.chat import Time

HALO = {
    "messaging_product": "whatsapp", "to": "6281234567890", "type": "text", "text": {"body": "Halo"}
}  # fmt: skip

at_each = pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)


@pytest.fixture
async def stand() -> AsyncIterator[CloudApiStand]:
    async with CloudApiStand() as stand:
        stand.files["77"] = b"a picture"
        yield stand


@pytest.fixture
async def api(stand: CloudApiStand) -> AsyncIterator[CloudApi]:
    async with CloudApi(stand.url, PHONE_ID, TOKEN, Time()) as api:
        yield api


@at_each
async def test_of_a_message_nobody_knows_whether_it_arrived(
    stand: CloudApiStand, api: CloudApi, outside: Outside
) -> None:
    stand.outside = outside
    with pytest.raises(SendError) as caught:
        await api.send(HALO)
    assert caught.value.kind == "unknown"
    assert not caught.value.retryable
    stand.outside = None
    await api.send(HALO)
    assert len(stand.sent) == 1


@at_each
async def test_an_upload_may_be_repeated_since_nothing_was_sent(
    stand: CloudApiStand, api: CloudApi, outside: Outside
) -> None:
    stand.outside = outside
    with pytest.raises(SendError) as caught:
        await api.upload(Attachment("laporan.pdf", "application/pdf", b"%PDF"))
    assert caught.value.kind == "retryable"


@at_each
async def test_a_photo_and_the_phone_can_be_asked_for_again(
    stand: CloudApiStand, api: CloudApi, outside: Outside
) -> None:
    stand.outside = outside
    with pytest.raises(SendError):
        await api.download("77", 1000)
    with pytest.raises(SendError):
        await api.about()
    stand.outside = None
    assert await api.download("77", 1000) == b"a picture"
    assert (await api.about())["display_phone_number"]


async def test_a_file_that_is_larger_than_it_said_is_not_read_to_its_end(
    stand: CloudApiStand, api: CloudApi
) -> None:
    stand.files["78"] = bytes(2000)
    stand.sizes["78"] = 10
    with pytest.raises(SendError):
        await api.download("78", 1000)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=7", True),
        ("https://scontent.xx.fbcdn.net/x", False),
        ("https://mmg.whatsapp.net/x", True),
        ("https://graph.facebook.com:443/v24.0/7", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://fbsbx.com.evil.test/x", False),
        ("https://evilfbsbx.com/x", False),
        ("https://graph.facebook.com@evil.test/x", False),
        ("https://[::1", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_the_token_goes_to_hosts_of_graph_only(url: str, own: bool) -> None:
    assert is_of_graph(url, "https://graph.facebook.com/v24.0") == own


async def test_a_file_on_a_foreign_host_is_not_asked_for(
    stand: CloudApiStand, api: CloudApi
) -> None:
    async with CloudApiStand() as foreign:
        foreign.files["77"] = b"not ours"
        stand.lies_at = foreign.url.removesuffix("v1")
        with pytest.raises(SendError, match="a host that is not WhatsApp's"):
            await api.download("77", 1 << 20)
        assert foreign.given == []


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("https://graph.facebook.com/v25.0", True),
        ("http://127.0.0.1:8085/v1", True),
        ("http://graph.facebook.com/v25.0", False),
        ("https://graph.facebook.com.evil.test/v25.0", False),
        ("https://proxy.example.go.id/v25.0", False),
    ],
)
def test_the_settings_take_no_other_host(url: str, accepted: bool) -> None:
    given = {"secret_key": "k" * 32, "whatsapp_api_url": url}
    if accepted:
        assert read_settings(_env_file=None, **given).whatsapp_api_url == url
        return
    with pytest.raises(SettingsError, match=r"SKM_WHATSAPP_API_URL must begin with https://graph"):
        read_settings(_env_file=None, **given)
