"""The settings: environment or `.env`, all of them in `.env.example`; secrets do not print."""

import re
from datetime import time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.running.errors import SettingsError
from skm.notices.alert import SILENT_AFTER
from skm.quality.flag import Thresholds
from skm.submissions.deadline import DAYS

YEAR = 366 * 24  # hours
HOOK_SECRET = re.compile("[A-Za-z0-9_-]{12,256}")  # of these Telegram makes a header

GRAPH = "graph.facebook.com"
HERE = {"localhost", "127.0.0.1", "::1"}  # this machine, for tests

INSTRUMENTS = Path(__file__).parents[2] / "skm" / "survey" / "instruments"
FLAGS = Thresholds()
"""The default limits above which responses are flagged."""


class Settings(BaseSettings):
    """All settings; the environment's names have the prefix SKM_."""

    model_config = SettingsConfigDict(
        env_prefix="SKM_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    database_url: str = Field(default="sqlite+aiosqlite:///skm.db", repr=False)  # a password
    secret_key: SecretStr = Field(default=...)
    secret_key_old: SecretStr = SecretStr("")
    timezone: str = "Asia/Jakarta"
    instansi: str = "Pemerintah Daerah"
    language: str = "id"
    instrument: Path = INSTRUMENTS / "skm9.toml"
    locales: Path | None = None
    repeat_hours: int = Field(default=24, ge=0, le=YEAR)
    lapse_hours: int = Field(default=72, ge=1, le=YEAR)
    retention_months: int = Field(default=24, ge=0, le=1200)
    contact: str = Field(default="", max_length=120)
    report_days: int = Field(default=DAYS, ge=1, le=366)

    silent_days: int = Field(default=SILENT_AFTER, ge=1, le=3660)
    fast_seconds: float = Field(default=FLAGS.per_item.seconds, ge=0, le=3600)
    straight_lines: int = Field(default=FLAGS.straight_lines, ge=2)
    burst: int = Field(default=FLAGS.burst, ge=2)
    codes_a_day: int = Field(default=FLAGS.codes, ge=2)
    opens: time = FLAGS.opens
    closes: time = FLAGS.closes

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: str = "127.0.0.1,::1"
    metrics_token: SecretStr = SecretStr("")
    security_contact: str = ""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org/bot"
    telegram_file_url: str = "https://api.telegram.org/file/bot"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_rate: float = Field(default=30, ge=0.1, le=10_000)

    whatsapp_token: SecretStr = SecretStr("")
    whatsapp_phone_id: str = ""
    whatsapp_app_secret: SecretStr = SecretStr("")
    whatsapp_verify_token: SecretStr = SecretStr("")
    whatsapp_number: str = ""
    whatsapp_api_url: str = "https://graph.facebook.com/v24.0"
    whatsapp_flow_id: str = ""
    whatsapp_template: str = ""
    whatsapp_rate: float = Field(default=80, ge=0.1, le=10_000)
    whatsapp_monthly_budget: int = Field(default=0, ge=0)

    @field_validator("secret_key", "secret_key_old")
    @classmethod
    def _long_enough(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.field_name == "secret_key_old" and not value.get_secret_value():
            return value
        if len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters; `openssl rand -hex 32` makes one")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # Asia is a folder
            raise ValueError("is not a time zone; use one like Asia/Jakarta") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError(
                "must begin with sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME"
            )
        return value

    @field_validator("instrument")
    @classmethod
    def _readable(cls, value: Path) -> Path:
        try:
            found = value.is_file()
        except OSError:  # a name that is too long
            found = False
        if not found:
            raise ValueError("names no file; leave it empty for the nine questions")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_takes_it(cls, value: SecretStr) -> SecretStr:
        if value and not HOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError(
                "must have 12 to 256 of A-Z a-z 0-9 _ -; `openssl rand -hex 32` makes one"
            )
        return value

    @field_validator("security_contact")
    @classmethod
    def _is_a_contact(cls, value: str) -> str:
        if value and not re.fullmatch(r"(https://|mailto:)[!-~]+", value):
            raise ValueError("must begin with mailto: or https:// (RFC 9116)")
        return value

    @field_validator("telegram_webhook_url", "public_url")
    @classmethod
    def _is_a_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (http:// only on this machine)")
        return value.rstrip("/")

    @field_validator("whatsapp_api_url")
    @classmethod
    def _is_graph(cls, value: str) -> str:
        url = urlsplit(value)
        if url.hostname not in HERE and (url.scheme, url.netloc) != ("https", GRAPH):
            raise ValueError(f"must begin with https://{GRAPH}/, since the token is sent there")
        return value

    @model_validator(mode="after")
    def _webhook_has_a_secret(self) -> "Settings":
        if self.telegram_webhook_url and not self.telegram_webhook_secret.get_secret_value():
            raise ValueError(
                "SKM_TELEGRAM_WEBHOOK_SECRET must be set when SKM_TELEGRAM_WEBHOOK_URL is"
            )
        return self

    @model_validator(mode="after")
    def _whatsapp_is_whole(self) -> "Settings":
        wanted = {
            "PHONE_ID": self.whatsapp_phone_id,
            "APP_SECRET": self.whatsapp_app_secret.get_secret_value(),
            "VERIFY_TOKEN": self.whatsapp_verify_token.get_secret_value(),
            "NUMBER": self.whatsapp_number,
        }
        missing = [f"SKM_WHATSAPP_{name}" for name, value in wanted.items() if not value]
        if self.whatsapp_token.get_secret_value() and missing:
            raise ValueError(f"{missing[0]} must be set when SKM_WHATSAPP_TOKEN is")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def thresholds(self) -> Thresholds:
        """Above which limits responses are flagged."""
        return Thresholds(
            per_item=timedelta(seconds=self.fast_seconds),
            straight_lines=self.straight_lines,
            burst=self.burst,
            codes=self.codes_a_day,
            opens=self.opens,
            closes=self.closes,
        )

    @property
    def key(self) -> bytes:
        """The secret from which pseudonyms and signatures are made."""
        return self.secret_key.get_secret_value().encode()

    @property
    def secrets(self) -> list[str]:
        """Everything that must never be printed, the database's password included."""
        values = [value for _, value in self if isinstance(value, SecretStr)]
        written = re.search("//[^/:@]*:([^@]*)@", self.database_url)
        password = written[1] if written else ""
        given = [*(value.get_secret_value() for value in values), password, unquote(password)]
        return [secret for secret in given if secret]

    @property
    def old_key(self) -> bytes:
        """The secret before it, as long as people are still known by it; else empty."""
        return self.secret_key_old.get_secret_value().encode()

    @property
    def keys(self) -> list[bytes]:
        """The secret and, while it is being changed, the one before it."""
        return [key for key in (self.key, self.old_key) if key]

    @property
    def signing(self) -> list[str]:
        """The secrets whose signatures are accepted; the last one signs."""
        secrets = (self.secret_key_old, self.secret_key)
        return [one for one in (secret.get_secret_value() for secret in secrets) if one]

    @property
    def base_url(self) -> str:
        """Where people reach us: SKM_PUBLIC_URL, else this machine."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"

    @property
    def repeat_after(self) -> timedelta:
        return timedelta(hours=self.repeat_hours)

    @property
    def lapse_after(self) -> timedelta:
        return timedelta(hours=self.lapse_hours)


def read_settings(**overrides: Any) -> Settings:
    """The settings of this process; raises SettingsError with one sentence for the operator."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SKM_{str(first['loc'][0]).upper()}" if first["loc"] else ""
        if first["type"] == "missing":
            raise SettingsError(
                f"{name} is not set: put it into the environment or into .env (see .env.example)."
            ) from None
        said = first["msg"].removeprefix("Value error, ")
        said = said[0].lower() + said[1:] if name else said
        raise SettingsError(f"{name} {said}.".strip()) from None
