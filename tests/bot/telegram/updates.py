"""Updates as Telegram sends them, for tests to modify."""

from typing import Any

WARGA: dict[str, Any] = {
    "id": 7_000_000_001,
    "is_bot": False,
    "first_name": "Sri",
    "language_code": "id",
}
PRIVATE: dict[str, Any] = {"id": 7_000_000_001, "type": "private", "first_name": "Sri"}
GROUP: dict[str, Any] = {"id": -1_001_234, "type": "supergroup", "title": "Kelurahan"}


def message(
    text: object = None,
    *,
    number: int = 5,
    who: dict[str, Any] = WARGA,
    chat: dict[str, Any] = PRIVATE,
    **content: Any,
) -> dict[str, Any]:
    said = {} if text is None else {"text": text}
    sent = {"message_id": 11, "date": 1_795_000_000, "from": who, "chat": chat, **said, **content}
    return {"update_id": number, "message": sent}


def press(
    data: object = "v.a",
    *,
    number: int = 6,
    who: dict[str, Any] = WARGA,
    chat: dict[str, Any] = PRIVATE,
    **other: Any,
) -> dict[str, Any]:
    query = {
        "id": "900",
        "from": who,
        "chat_instance": "1",
        "data": data,
        "message": {"message_id": 12, "date": 1_795_000_000, "chat": chat, "text": "?"},
        **other,
    }
    return {"update_id": number, "callback_query": query}
