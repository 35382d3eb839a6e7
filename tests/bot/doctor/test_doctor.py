"""`skm doctor`: what is well, what could be better, what must be mended; whatever is broken."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import checkups
from bot.doctor import checks, store_checks
from bot.doctor.checks import CheckResult, CheckResults, Verdict, as_text
from bot.doctor.doctor import as_json, examined
from bot.running.settings import Settings
from skm.instansi.official import AuditEvent, Invitation, Role
from skm.notices.delivery import DeliveryKind, DeliveryState, PlannedDelivery
from skm.privacy.unreadable import UnreadableMessage
from skm.store.database.database import Database
from skm.store.database.migrate import migrate
from skm.store.officials import audit_log, deliveries, officials, unreadable
from skm.store.upkeep.sqlite_backup import url_of
from tests.skm.store.upkeep.test_sqlite_backup import fill
from tests.stand.telegram import BotApi
from tests.stand.whatsapp import PHONE_ID, CloudApiStand
from tests.stand.whatsapp import TOKEN as WHATSAPP
from tests.tools.store_city import call

KEY = "a test's key, thirty-two bytes or so"
PASSWORD = "a-password-nobody-sees"
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own without any setting."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SKM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SKM_SECRET_KEY", KEY)


async def everything() -> tuple[list[CheckResult], str]:
    found, redacted = await examined(checkups, now)
    return found, redacted("\n".join(as_text(found)))


def of(found: list[CheckResult], about: str) -> list[tuple[Verdict, str]]:
    return [(finding.verdict, finding.said) for finding in found if finding.about == about]


async def listed(findings: CheckResults) -> list[CheckResult]:
    return [finding async for finding in findings]


# --- whatever is broken --------------------------------------------------------------------------


async def test_without_settings_it_says_which_one_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SKM_SECRET_KEY")
    found, text = await everything()
    assert text.startswith("mend    settings  SKM_SECRET_KEY is not set")
    assert of(found, "versions")[0][0] is Verdict.OK


async def test_without_a_database_the_rest_is_looked_at_all_the_same() -> None:
    found, _ = await everything()
    assert of(found, "database") == [(Verdict.MEND, "There is no skm.db yet: run `skm migrate`.")]
    assert of(found, "texts")[0][0] is Verdict.OK
    assert not Path("skm.db").exists()


async def test_a_file_that_is_no_database_is_one_finding() -> None:
    Path("skm.db").write_text("no database at all, but long enough to be read as one" * 20)
    found, _ = await everything()
    assert of(found, "database")[0][0] is Verdict.MEND
    assert of(found, "server")


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+asyncpg://skm:{PASSWORD}@127.0.0.1:1/skm",
        f"postgresql+asyncpg://skm:{PASSWORD}@[/skm",
    ],
    ids=["nobody listens", "no address"],
)
async def test_a_server_that_cannot_be_reached_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SKM_DATABASE_URL", url)
    found, text = await everything()
    assert Verdict.MEND in [finding.verdict for finding in found]
    assert PASSWORD not in text


async def test_texts_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("texts").mkdir()
    Path("texts/id.toml").write_text("[locale\n", encoding="utf-8")
    monkeypatch.setenv("SKM_LOCALES", "texts")
    assert of((await everything())[0], "texts")[0][0] is Verdict.MEND


# --- this machine --------------------------------------------------------------------------------


async def test_what_others_may_read_must_be_mended() -> None:
    migrate("sqlite+aiosqlite:///skm.db")
    Path(".env").write_text("")
    Path(".env").chmod(0o644)
    found, _ = await everything()
    assert of(found, "files") == [
        (Verdict.MEND, "Everybody on this machine may read .env: `chmod o= .env`."),
        (Verdict.OK, "skm.db is not for others to read."),
    ]


async def test_a_folder_that_cannot_be_written_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKM_DATABASE_URL", "sqlite+aiosqlite:///none/skm.db")
    said = f"Nothing can be written in {Path('none').absolute()} (No such file or directory)"
    assert of((await everything())[0], "disk") == [(Verdict.MEND, f"{said}: see who may.")]


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("", Verdict.ADVICE),
        ("http://survei.example.go.id", Verdict.MEND),
        ("http://127.0.0.1:8080", Verdict.OK),
        ("https://survei.example.go.id", Verdict.OK),
    ],
)
async def test_a_public_address_is_https(url: str, verdict: Verdict) -> None:
    settings = Settings(_env_file=None, secret_key=KEY, public_url=url)
    [finding] = await listed(checks.public_url(settings))
    assert finding.verdict is verdict


@pytest.fixture
async def somebody() -> AsyncIterator[str]:
    """A server with a clock."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("off", "verdict", "said"),
    [
        (0, Verdict.OK, "Right within"),
        (-300, Verdict.MEND, "s behind"),
        (300, Verdict.MEND, "ahead"),
    ],
)
async def test_the_clock_is_held_against_somebody_elses(
    somebody: str, off: int, verdict: Verdict, said: str
) -> None:
    [finding] = await listed(checks.clock(somebody, lambda: now() + timedelta(seconds=off)))
    assert finding.verdict is verdict
    assert said in finding.said


async def test_where_nobody_tells_the_time_that_is_no_fault() -> None:
    [finding] = await listed(checks.clock("http://127.0.0.1:1", now))
    assert finding.verdict is Verdict.ADVICE


# --- the database --------------------------------------------------------------------------------


@pytest.fixture
async def filled(tmp_path: Path) -> Settings:
    url = url_of(tmp_path / "skm.db")
    migrate(url)
    async with Database.open(url) as db:
        await fill(db)
    return Settings(_env_file=None, secret_key=KEY, database_url=url)


async def looked(settings: Settings) -> Mapping[str, CheckResult]:
    return {one.about: one for one in await listed(store_checks.database(settings, NOW))}


async def test_a_database_in_order(filled: Settings) -> None:
    found = await looked(filled)
    assert found["database"].verdict is found["figures"].verdict is Verdict.OK
    assert found["figures"].said == (
        "The rollup counts all 12 responses; `skm recount` reads every answer as well."
    )
    assert found["messages"].verdict is Verdict.OK
    assert found["backup"].verdict is Verdict.ADVICE


ONE_ROW = "UPDATE tally SET {} WHERE kind = 'month' AND start = '2026-11-01' AND n > 1"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM response WHERE id = 'd'",
        "UPDATE response SET day = '2026-11-22' WHERE id = 'd'",
        "UPDATE response SET upp_id = (SELECT id FROM upp WHERE code = 'KOTA') WHERE id = 'd'",
        *(ONE_ROW.format(f"{name} = {name} + 1") for name in ("n", "total_sq", "u1_1", "u9_4")),
    ],
)
async def test_a_response_that_the_rollup_counts_otherwise_is_noticed(
    filled: Settings, sql: str
) -> None:
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as clumsy:
        assert clumsy.execute(sql).rowcount == 1
    found = (await looked(filled))["figures"]
    assert found.verdict is Verdict.MEND
    assert found.said.startswith("The rollup counts other responses than are stored in ")


@pytest.mark.parametrize(("hours", "verdict"), [(20, Verdict.OK), (60, Verdict.ADVICE)])
async def test_a_backup_is_of_today(filled: Settings, hours: int, verdict: Verdict) -> None:
    async with Database.open(filled.database_url) as db:
        at = NOW - timedelta(hours=hours)
        await db.write(call(audit_log.add, None, AuditEvent.BACKED_UP, "b.db", at))
    found = (await looked(filled))["backup"]
    assert found.verdict is verdict
    assert found.said.startswith(f"The last one is {hours} hours old")


@pytest.mark.parametrize(
    ("state", "verdict"),
    [("due", Verdict.MEND), ("failed", Verdict.ADVICE), ("sent", Verdict.OK)],
)
async def test_what_does_not_reach_officials_is_noticed(
    filled: Settings, state: str, verdict: Verdict
) -> None:
    async with Database.open(filled.database_url) as db:
        invited = Invitation(Role.ADMIN, None, "Sri")
        who = await db.write(call(officials.add, invited, "p", "telegram", "77", "id", NOW))
        plan = PlannedDelivery(
            "k", DeliveryKind.DIGEST, who.id, "2026-W47", NOW - timedelta(hours=5)
        )
        await db.write(call(deliveries.plan, [plan]))
    with closing(sqlite3.connect("skm.db", isolation_level=None)) as sender:
        sender.execute("UPDATE delivery SET state = ?", (DeliveryState(state).value,))
    assert (await looked(filled))["messages"].verdict is verdict


async def test_what_could_not_be_taken_is_noticed(filled: Settings) -> None:
    assert (await looked(filled))["unreadable"].verdict is Verdict.OK
    async with Database.open(filled.database_url) as db:
        message = UnreadableMessage("telegram", "1009", "KeyError", "{}")
        await db.write(call(unreadable.put, message, NOW - timedelta(days=6)))
    found = await looked(filled)
    assert found["unreadable"].verdict is Verdict.ADVICE
    assert [one.about for one in found.values() if "`skm unreadable`" in one.said] == ["unreadable"]


# --- the messengers ------------------------------------------------------------------------------


@dataclass
class Office:
    """A deployment whose messengers are stands."""

    telegram: BotApi
    cloud: CloudApiStand

    async def found(self, about: str) -> list[tuple[Verdict, str]]:
        found, text = await everything()
        for secret in (self.telegram.token, KEY, "the-app-secret", "a-hook's-secret"):
            assert secret not in text
            assert secret not in as_json(found)
        return of(found, about)


@pytest.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with BotApi() as telegram, CloudApiStand() as cloud:
        for name, value in {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "WHATSAPP_TOKEN": WHATSAPP,
            "WHATSAPP_API_URL": cloud.url,
            "WHATSAPP_PHONE_ID": PHONE_ID,
            "WHATSAPP_APP_SECRET": "the-app-secret",
            "WHATSAPP_VERIFY_TOKEN": "a-word-of-ours-for-meta",
            "WHATSAPP_NUMBER": "6281200000000",
        }.items():
            monkeypatch.setenv(f"SKM_{name}", value)
        yield Office(telegram, cloud)


async def test_messengers_in_order(office: Office) -> None:
    assert await office.found("telegram") == [(Verdict.OK, "The token belongs to @skm_test_bot.")]
    assert await office.found("webhook") == [(Verdict.OK, "Not used: polling; 0 updates wait.")]
    assert await office.found("whatsapp") == [
        (Verdict.OK, "The token opens the phone 6281200000000.")
    ]
    assert (await office.found("clock"))[0][0] is Verdict.OK


async def test_a_token_that_telegram_does_not_know(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKM_TELEGRAM_TOKEN", "123456:another-token")
    [(verdict, said)] = await office.found("telegram")
    assert verdict is Verdict.MEND
    assert said.startswith("Telegram does not accept SKM_TELEGRAM_TOKEN")


@pytest.mark.parametrize("host", ["localhost", "survei"])
async def test_an_address_that_telegram_takes_for_no_button(
    office: Office, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("SKM_PUBLIC_URL", f"https://{host}")
    [(verdict, said)] = await office.found("buttons")
    assert verdict is Verdict.ADVICE
    assert f"no buttons that lead to {host}, so links are sent as text" in said
    monkeypatch.setenv("SKM_PUBLIC_URL", "https://survei.surakarta.go.id")
    assert await office.found("buttons") == []


async def test_telegram_that_cannot_be_reached(office: Office) -> None:
    office.telegram.goes_wrong("getMe")
    [(verdict, said)] = await office.found("telegram")
    assert (verdict, said.split(":")[0]) == (Verdict.MEND, "It cannot be reached")


@pytest.mark.parametrize(
    ("wanted", "held", "said"),
    [
        ("", "https://other.example/secret-path", "posts to other.example, not to"),
        ("https://ours.example/hook", "", "Telegram does not post updates yet"),
        ("https://ours.example/hook", "https://ours.example/hook", "posts to ours.example; 0"),
    ],
)
async def test_a_webhook_is_where_the_settings_say(
    office: Office, monkeypatch: pytest.MonkeyPatch, wanted: str, held: str, said: str
) -> None:
    monkeypatch.setenv("SKM_TELEGRAM_WEBHOOK_URL", wanted)
    monkeypatch.setenv("SKM_TELEGRAM_WEBHOOK_SECRET", "a-hook-s-secret")
    office.telegram.webhook = {"url": held} if held else {}
    [(verdict, told)] = await office.found("webhook")
    assert said in told
    assert "secret-path" not in told
    assert (verdict is Verdict.OK) == (wanted == held)


async def test_a_webhook_that_telegram_cannot_deliver_to(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKM_TELEGRAM_WEBHOOK_URL", "https://ours.example/hook")
    monkeypatch.setenv("SKM_TELEGRAM_WEBHOOK_SECRET", "a-hook-s-secret")
    office.telegram.webhook = {"url": "https://ours.example/hook"}
    office.telegram.webhook_error = {
        "last_error_date": int(now().timestamp()),
        "last_error_message": "Connection refused",
    }
    assert "(Connection refused)" in (await office.found("webhook"))[1][1]


async def test_a_token_that_whatsapp_does_not_know(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKM_WHATSAPP_TOKEN", "another-token")
    [(verdict, said)] = await office.found("whatsapp")
    assert (verdict, "see SKM_WHATSAPP_TOKEN" in said) == (Verdict.MEND, True)


async def test_a_number_that_is_not_the_phones_and_people_who_complain(
    office: Office,
) -> None:
    office.cloud.phone = {"display_phone_number": "+62 811", "quality_rating": "RED"}
    [(number, said), (quality, _)] = await office.found("whatsapp")
    assert (number, quality) == (Verdict.MEND, Verdict.ADVICE)
    assert "which is 62811" in said


async def test_respondents_are_told_whom_to_ask_about_their_data() -> None:
    for whom, verdict in (("", Verdict.ADVICE), ("ppid@surakarta.go.id", Verdict.OK)):
        settings = Settings(_env_file=None, secret_key=KEY, contact=whom)
        [found] = await listed(checks.notice(settings))
        assert (found.about, found.verdict) == ("notice", verdict)
        assert whom in found.said


async def test_for_programs_the_worst_verdict_comes_first() -> None:
    found, _ = await everything()
    plain = json.loads(as_json(found))
    assert plain["verdict"] == "mend"
    assert {"about", "verdict", "said"} == set(plain["findings"][0])


def test_it_ends_with_1_if_something_must_be_mended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.__main__ import main

    def ended() -> int:
        monkeypatch.setattr("sys.argv", ["skm", "doctor"])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0)

    assert ended() == 1
    migrate("sqlite+aiosqlite:///skm.db")
    assert ended() == 0
    assert "advice  backup" in capsys.readouterr().out


async def test_a_server_that_is_there_but_not_ready_must_be_mended() -> None:
    async def draining(request: web.Request) -> web.Response:
        return web.Response(text="draining", status=503)

    app = web.Application()
    app.router.add_get("/readyz", draining)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = Settings(
        _env_file=None,
        secret_key=KEY,
        http_port=runner.addresses[0][1],
    )
    assert await listed(checks.served(settings)) == [
        CheckResult("server", Verdict.MEND, "It serves, but is not ready (draining).")
    ]
    await asyncio.gather(runner.cleanup())
