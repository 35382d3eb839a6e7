"""Photos that users send: known by their key, and downloaded only on request."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messaging.channel import LoadError
from bot.messaging.message import LARGEST, SentPhoto
from bot.telegram import wire
from bot.telegram.channel import TelegramChannel
from bot.telegram.photo import photo_of
from tests.bot.telegram.updates import message
from tests.stand.telegram import BotApi

SMALL = {"file_id": "kecil", "file_size": 900, "width": 90, "height": 67}
WHOLE = {"file_id": "besar", "file_size": 250_000, "width": 1280, "height": 960}
HUGE = {"file_id": "terlalu", "file_size": LARGEST + 1, "width": 9000, "height": 9000}


def test_the_largest_size_within_the_limit_is_used() -> None:
    assert photo_of({"photo": [SMALL, WHOLE, HUGE]}) == SentPhoto("besar", 250_000)


def test_an_image_sent_as_a_document_is_a_photo_and_other_documents_are_not() -> None:
    file = {**WHOLE, "mime_type": "image/png"}
    assert photo_of({"document": file, "caption": "Loket baru"}) == SentPhoto(
        "besar", 250_000, "Loket baru"
    )
    assert photo_of({"document": {**WHOLE, "mime_type": "application/pdf"}})  # a scan
    assert photo_of({"document": {**WHOLE, "mime_type": "application/zip"}}) is None


def test_photos_sent_together_name_their_album() -> None:
    found = photo_of({"photo": [WHOLE], "media_group_id": "137"})
    assert found == SentPhoto("besar", 250_000, album="album 137")


def test_a_photo_that_is_too_large_keeps_its_size() -> None:
    found = photo_of({"document": {**HUGE, "mime_type": "image/jpeg"}})
    assert found is not None
    assert found.size > LARGEST


def test_a_photo_message_has_no_text_or_choice() -> None:
    found = wire.read(message(photo=[SMALL, WHOLE], caption="/tutup 2026-Q3 ya")).inbound
    assert found is not None
    assert found.photo == SentPhoto("besar", 250_000, "/tutup 2026-Q3 ya")
    assert (found.text, found.choice, found.start) == (None, None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(
        ["photo", "document", "file_id", "file_size", "mime_type", "caption"]), inner),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["photo", "document", "caption"]), JSON))
@example({"photo": [{"file_id": ""}]})
def test_malformed_fields_never_raise(raw: dict[str, Any]) -> None:
    found = photo_of(raw)
    assert found is None or found.key.encode(errors="replace")


async def test_a_photo_is_downloaded_from_the_path_that_telegram_names(
    telegram: TelegramChannel, api: BotApi
) -> None:
    file = api.keeps(b"a picture")
    assert await telegram.load(SentPhoto(file["file_id"])) == b"a picture"
    assert [call.method for call in api.made()] == ["getFile", "file"]


async def test_a_missing_photo_raises_an_error_without_the_token(
    telegram: TelegramChannel, api: BotApi
) -> None:
    with pytest.raises(LoadError) as gone:
        await telegram.load(SentPhoto("nowhere"))
    assert api.token not in repr(gone.value)
    file = api.keeps(b"x")
    api.goes_wrong("getFile", (502, {"ok": False, "error_code": 502, "description": "Bad"}))
    with pytest.raises(LoadError):
        await telegram.load(SentPhoto(file["file_id"]))
