"""The log: one line per event, as text or JSON, without secrets and without what users wrote.

SKM_LOG_LEVEL applies to our own loggers. Libraries log from WARNING on: at DEBUG they print URLs
with tokens, rows and forms. An error is logged as its traceback and type without its message, which
may contain a row or an answer. The configured secrets are removed from every line.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

OURS = ("bot", "skm")
HIDDEN = "[secret]"
SHORTEST = 6  # characters; a shorter "secret" may be a word of ordinary text

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
_KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"}


def configure(
    log_format: str, level: str, secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Log to standard error from now on. `log_format`: text or json. `secrets`: never printed."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter((JsonLines if log_format == "json" else TextLines)(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Logs the error that ends the process in the same format as all others."""
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("bot").critical("Stopped by an error.", exc_info=(kind, error, trace))


class Redaction:
    """Replaces exact values wherever they occur, plain or percent-encoded as in a URL."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long = {secret for secret in secrets if len(secret) >= SHORTEST}
        forms = long | {quote(secret, safe="") for secret in long}
        longest_first = sorted(forms, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        return self._any.sub(HIDDEN, text)


class TextLines(logging.Formatter):
    """For people. Text after a line break is indented, so that no message can imitate a line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.redacted = Redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        event = event_of(record)
        head = " ".join(str(event.pop(key)) for key in ("time", "level"))
        where, message = event.pop("logger"), event.pop("message")
        fields = "".join(f" {key}={value}" for key, value in event.items() if key != "error")
        error = f"\n{event['error']}" if "error" in event else ""
        return one_entry(self.redacted(f"{head} {where}: {message}{fields}{error}"))


class JsonLines(logging.Formatter):
    """For programs: one JSON object per line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self.redacted = Redaction(secrets)

    def format(self, record: logging.LogRecord) -> str:
        event = {key: self.redacted(str(value)) for key, value in event_of(record).items()}
        return json.dumps(event, ensure_ascii=False)


def event_of(record: logging.LogRecord) -> dict[str, object]:
    """time (UTC), level, logger, message, the fields of `extra`, and `error` if there was one."""
    at = datetime.fromtimestamp(record.created, UTC)
    event: dict[str, object] = {
        "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    event.update({key: value for key, value in vars(record).items() if key not in _KNOWN})
    if record.exc_info and record.exc_info[1]:
        event["error"] = frames(record.exc_info[1])
    return event


def _message(record: logging.LogRecord) -> str:
    """The message; of asyncio only the first line, since it appends the text of a task's error."""
    text = record.getMessage()
    return text.splitlines()[0] if record.name == "asyncio" and text else text


def one_entry(text: str) -> str:
    """The text without control characters that a terminal obeys, with further lines indented."""
    return _CONTROL.sub("�", text).replace("\n", "\n    ")


def frames(error: BaseException) -> str:
    """The traceback and type of an error, without its message, which may quote a user."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
