"""Each call of the Bot API, with each answer that is not Telegram's: it counts as no answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.messaging.channel import LoadError, SendError
from bot.messaging.message import Address, Attachment, Outbound, SentPhoto
from bot.telegram import retry
from bot.telegram.channel import TelegramChannel
from bot.telegram.contract import is_answer
from tests.bot.telegram.conftest import Notebook, polling, until
from tests.stand.outside import OUTSIDE, Outside
from tests.stand.telegram import BotApi

PNG = Attachment("grafik.png", "image/png", b"\x89PNG")
PDF = Attachment("laporan.pdf", "application/pdf", b"%PDF")
SENDS = {
    "sendMessage": Outbound("Halo"),
    "editMessageText": Outbound("Halo", replaces="1"),
    "sendPhoto": Outbound("Halo", attachment=PNG),
    "sendDocument": Outbound("Halo", attachment=PDF),
}

at_each = pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)


def kinds(error: SendError) -> list[str]:
    return [kind for kind in ("unknown", "retryable", "blocked", "moved") if getattr(error, kind)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is repeated is repeated at once."""
    monkeypatch.setattr(retry, "backoff", lambda failures: 0.001)


@at_each
@pytest.mark.parametrize("method", SENDS)
async def test_of_a_message_nobody_knows_whether_it_arrived(
    api: BotApi, telegram: TelegramChannel, method: str, outside: Outside
) -> None:
    citizen = api.citizen()
    api.goes_wrong(method, outside)
    address = Address("telegram", str(citizen.id), str(citizen.id))
    with pytest.raises(SendError) as caught:
        await telegram.send(address, SENDS[method])
    assert kinds(caught.value) == ["unknown"]
    assert len(api.made(method)) == 1


@at_each
async def test_polling_goes_on_and_no_update_is_lost(
    api: BotApi, telegram: TelegramChannel, notebook: Notebook, outside: Outside
) -> None:
    api.goes_wrong("deleteWebhook", outside)
    api.goes_wrong("getUpdates", outside)
    api.goes_wrong("answerCallbackQuery", outside)
    citizen = api.citizen()
    async with polling(telegram, notebook):
        await citizen.types("Baik")
        await citizen.taps("Baik")
        await until(lambda: not api.updates)
    assert notebook.committed == ["Baik", "v.good"]


Ask = Callable[[TelegramChannel], Awaitable[Any]]
REPEATED: dict[str, Ask] = {
    "getMe": lambda telegram: telegram.learn_bot_name(),
    "setWebhook": lambda telegram: telegram.announce_webhook(),
}


@at_each
@pytest.mark.parametrize("method", REPEATED)
async def test_what_the_start_needs_is_asked_again(
    api: BotApi, telegram: TelegramChannel, method: str, outside: Outside
) -> None:
    api.goes_wrong(method, outside)
    await REPEATED[method](telegram)
    assert len(api.made(method)) == 2


@at_each
async def test_the_server_starts_without_the_bots_name(
    api: BotApi, telegram: TelegramChannel, outside: Outside
) -> None:
    api.goes_wrong("getMe", outside)
    assert await telegram.fetch_bot_name(tries=1) == ""
    assert await telegram.fetch_bot_name(tries=1) == "skm_test_bot"


@at_each
async def test_a_photo_can_be_sent_again(
    api: BotApi, telegram: TelegramChannel, outside: Outside
) -> None:
    photo = SentPhoto(api.keeps(b"a picture")["file_id"])
    api.goes_wrong("getFile", outside)
    with pytest.raises(LoadError):
        await telegram.load(photo)
    assert await telegram.load(photo) == b"a picture"


@at_each
async def test_a_menu_is_not_set(api: BotApi, telegram: TelegramChannel, outside: Outside) -> None:
    api.goes_wrong("setMyCommands", outside)
    with pytest.raises(SendError):
        await telegram.set_commands([("bantuan", "Cara memakai")])


async def test_a_right_answer_with_a_wrong_content_type_is_an_answer(
    api: BotApi, telegram: TelegramChannel
) -> None:
    body = b'{"ok": true, "result": {"username": "skm_test_bot"}}'
    api.goes_wrong("getMe", Outside(200, body, "text/plain"))
    assert await telegram.fetch_bot_name(tries=1) == "skm_test_bot"


@pytest.mark.parametrize(
    ("parameters", "readable"),
    [("{}", True), ('{"retry_after": 7}', True), ('{"migrate_to_chat_id": -1001}', True),
     ('{"new": "field"}', True), ("null", False), ("[]", False), ('{"retry_after": 1e99}', False),
     ('{"retry_after": -1}', False), ('{"migrate_to_chat_id": "a"}', False)],
)  # fmt: skip
def test_parameters_of_an_error_are_numbers(parameters: str, readable: bool) -> None:
    body = f'{{"ok": false, "description": "Bad Request", "parameters": {parameters}}}'
    assert is_answer("sendMessage", 400, body.encode()) is readable
