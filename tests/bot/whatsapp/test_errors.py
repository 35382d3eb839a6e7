"""Which SendError corresponds to each error of the Cloud API."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.messaging.channel import SendError
from bot.messaging.message import Attachment
from bot.whatsapp.errors import refused
from bot.whatsapp.http import CloudApi
from tests.stand.whatsapp import PHONE_ID, TOKEN, CloudApiStand, refusal
from tests.tools.chat import Time

NOW = Time()()
HALO = {
    "messaging_product": "whatsapp",
    "to": "6281234567890",
    "type": "text",
    "text": {"body": "rahasia", "preview_url": False},
}


@pytest.mark.parametrize(
    ("status", "code", "kind", "seconds"),
    [
        (400, 131026, "blocked", None),  # undeliverable
        (400, 131050, "blocked", None),  # they stopped such messages
        (400, 131047, "refused", None),  # the window is closed
        (400, 131009, "refused", None),  # a parameter is wrong: a mistake of ours
        (400, 130429, "retryable", 5),  # the number's rate
        (400, 131056, "retryable", 6),  # the rate to one person
        (429, 0, "retryable", 60),
        (400, 80007, "retryable", 60),
        (401, 190, "retryable", None),  # the token is for the operator to mend
        (403, 10, "retryable", None),
        (400, 131042, "retryable", None),  # a bill is unpaid
        (400, 200, "retryable", None),
        (500, 131000, "retryable", None),
        (503, 0, "retryable", None),
        (400, 131016, "retryable", None),
        (418, 0, "refused", None),
    ],
)
def test_each_error_has_one_kind(status: int, code: int, kind: str, seconds: int | None) -> None:
    error = refused(status, refusal(status, code)[1], NOW)
    kinds = {"blocked": error.blocked, "retryable": error.retryable, "unknown": error.unknown}
    assert [name for name, holds in kinds.items() if holds] == ([kind] if kind in kinds else [])
    assert error.retry_at == (NOW + timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize("answer", [None, [], {"error": "x"}, {"error": {"code": "131026"}}])
def test_an_answer_without_an_error_number_is_judged_by_its_status(answer: object) -> None:
    assert refused(503, answer, NOW).retryable
    assert not refused(400, answer, NOW).retryable


@pytest.fixture
async def stand() -> AsyncIterator[CloudApiStand]:
    async with CloudApiStand() as stand:
        yield stand


async def failing(stand: CloudApiStand, token: str = TOKEN, url: str = "") -> SendError:
    async with CloudApi(url or stand.url, PHONE_ID, token, Time()) as api:
        with pytest.raises(SendError) as raised:
            await api.send(HALO)
    assert "rahasia" not in str(raised.value)
    assert TOKEN not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


async def test_a_refused_connection_is_retryable(stand: CloudApiStand) -> None:
    error = await failing(stand, url="http://127.0.0.1:9/v1")
    assert error.retryable
    assert not error.unknown


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_broken_connection_leaves_the_outcome_unknown(
    stand: CloudApiStand, accepted: bool
) -> None:
    stand.breaks, stand.accepted = 1, accepted
    error = await failing(stand)
    assert error.unknown
    assert not error.retryable


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_error_leaves_the_outcome_unknown(
    stand: CloudApiStand, status: int
) -> None:
    stand.trouble.append((status, {}))
    assert (await failing(stand)).unknown


async def test_a_wrong_token_names_the_setting(stand: CloudApiStand) -> None:
    assert "SKM_WHATSAPP_TOKEN" in str(await failing(stand, token="another"))


async def test_an_interrupted_upload_is_retryable(
    stand: CloudApiStand,
) -> None:
    file = Attachment("laporan.pdf", "application/pdf", b"%PDF")
    async with CloudApi(stand.url, PHONE_ID, TOKEN, Time()) as api:
        assert stand.files[await api.upload(file)] == b"%PDF"
        await stand._runner.cleanup()
        with pytest.raises(SendError) as raised:
            await api.upload(file)
    assert raised.value.retryable
    assert not raised.value.unknown
