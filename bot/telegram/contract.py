"""Whether an answer is one that the Bot API gives.

Networks answer in Telegram's place: a login page with status 200, a proxy's error page. What such
an answer means for the request is unknown, so it counts as no answer.
https://core.telegram.org/bots/api#making-requests
"""

import json
from typing import Any, Final

WebhookInfo = dict[str, Any]
"""The result of getWebhookInfo; of the other fields those that Telegram gives."""

RESULTS: Final[dict[str, type | dict[str, type]]] = {  # or the fields that we read; else a boolean
    "getUpdates": list,
    "getMe": {"username": str},
    "getFile": {"file_path": str},
    "getWebhookInfo": {"url": str, "pending_update_count": int},
    "sendMessage": {"message_id": int},
    "sendPhoto": {"message_id": int},
    "sendDocument": {"message_id": int},
    "editMessageText": {"message_id": int},
}
LONGEST_WAIT: Final = 1 << 31  # seconds of a plausible retry_after


def is_answer(method: str, status: int, body: bytes) -> bool:
    """Whether status and body of an answer to a method are as documented."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(answer, dict) or answer.get("ok") is not (200 <= status < 300):
        return False
    if answer["ok"]:
        return _is_result(method, answer.get("result"))
    return isinstance(answer.get("description"), str) and _are_parameters(answer)


def _is_result(method: str, result: object) -> bool:
    expected = RESULTS.get(method, bool)
    if isinstance(expected, type):
        return type(result) is expected
    return isinstance(result, dict) and all(
        type(result.get(name)) is kind for name, kind in expected.items()
    )


def _are_parameters(answer: dict[str, object]) -> bool:
    """Whether the parameters of an error are absent or readable."""
    parameters = answer.get("parameters", {})
    if not isinstance(parameters, dict):
        return False
    wait, chat = parameters.get("retry_after", 0), parameters.get("migrate_to_chat_id", 0)
    return type(wait) is int and 0 <= wait < LONGEST_WAIT and type(chat) is int
