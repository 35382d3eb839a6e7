"""/metrics: valid Prometheus text, totals only, and only with the token."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.app import opened, probes_of, web_of
from bot.messaging.channel import SendError, reporting
from bot.running import gauges
from bot.running.metrics import SECONDS, Metrics
from bot.running.settings import Settings
from skm.instansi.official import AuditEvent
from skm.store.officials import audit_log
from tests.tools.chat import Time
from tests.tools.served import served
from tests.tools.store_city import call

TOKEN = "a token for Prometheus"


@pytest.fixture
async def base(database_url: str) -> AsyncIterator[str]:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        secret_key=SecretStr("k" * 32),
        metrics_token=SecretStr(TOKEN),
    )
    async with opened(settings, Time()) as app:
        await app.db.write(
            call(audit_log.add, None, AuditEvent.BACKED_UP, "skm-backup.db", Time()())
        )
        async with served(web_of(app, [*probes_of(app)])) as base:
            yield base


async def scraped(base: str, token: str = TOKEN) -> tuple[int, str]:
    bearer = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=bearer) as session,
        session.get(f"{base}/metrics") as response,
    ):
        if response.status == 200:
            assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return response.status, await response.text()


def exposed(metrics: Metrics) -> str:
    return gauges.exposition(metrics, gauges.CurrentState(None, {"telegram": False}, 7)).decode()


async def test_the_page_is_prometheus_text_with_every_family_once(base: str) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/s/NOBODY", "/hasil", "/nothing", "/healthz"):
            await session.get(base + path)
    _, page = await scraped(base)
    names = [family.name for family in text_string_to_metric_families(page)]
    assert len(names) == len(set(names))
    assert {"skm_build_info", "process_cpu_seconds", "process_resident_memory_bytes"} <= set(names)
    assert 'skm_http_request_duration_seconds_count{route="/s/{code}",status="4xx"} 1.0' in page
    assert 'skm_deliveries{state="failed"} 0.0' in page
    assert "skm_last_backup_timestamp_seconds" in page
    assert "NOBODY" not in page
    assert "_created" not in page


async def test_counters_are_served_while_the_database_does_not_answer() -> None:
    metrics = Metrics()
    metrics.failed.labels("telegram").inc()
    page = exposed(metrics)
    for line in (
        "skm_database_up 0.0",
        "skm_writer_queue 7.0",
        'skm_channel_up{channel="telegram"} 0.0',
        'skm_updates_failed_total{channel="telegram"} 1.0',
    ):
        assert line in page.splitlines()
    assert "skm_responses" not in page


@pytest.mark.parametrize("token", ["", "another"])
async def test_without_the_right_token_the_answer_is_401(base: str, token: str) -> None:
    status, page = await scraped(base, token)
    assert (status, page) == (401, "")


async def test_without_a_token_in_the_settings_there_is_no_such_page(database_url: str) -> None:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        secret_key=SecretStr("k" * 32),
    )
    async with opened(settings) as app, served(web_of(app, [*probes_of(app)])) as base:
        assert (await scraped(base, ""))[0] == 404


def test_a_request_is_counted_by_route_and_class_of_status() -> None:
    metrics = Metrics()
    for status, seconds in ((200, 0.00390625), (204, 0.00390625), (200, 0.25), (200, 99)):
        metrics.observe_request("/", status, seconds)
    name, labels = "skm_http_request_duration_seconds", 'route="/",status="2xx"'
    lines = [line for line in exposed(metrics).splitlines() if line.startswith(name)]
    assert f'{name}_bucket{{le="0.005",{labels}}} 2.0' in lines
    assert f'{name}_bucket{{le="0.25",{labels}}} 3.0' in lines
    assert f'{name}_bucket{{le="10.0",{labels}}} 3.0' in lines
    assert f'{name}_bucket{{le="+Inf",{labels}}} 4.0' in lines
    assert f"{name}_sum{{{labels}}} 99.2578125" in lines
    assert f"{name}_count{{{labels}}} 4.0" in lines
    assert len(lines) == len(SECONDS) + 3


def test_two_registries_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.received.labels("web").inc()
    assert 'skm_updates_received_total{channel="web"} 1.0' in exposed(first)
    assert 'channel="web"' not in exposed(second)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "arrived"),
        (SendError("no"), "refused"),
        (SendError("no", blocked=True), "blocked"),
        (SendError("?", unknown=True), "unknown"),
        (SendError("later", retryable=True), "retryable"),
        (SendError("there", moved="7"), "moved"),
    ],
)
def test_every_send_is_counted_by_its_outcome(error: SendError | None, outcome: str) -> None:
    metrics = Metrics()

    def send() -> None:
        with reporting(lambda ended: metrics.sends.labels("telegram", ended).inc()):
            if error:
                raise error

    if error:
        with pytest.raises(SendError):
            send()
    else:
        send()
    sent = [line for line in exposed(metrics).splitlines() if line.startswith("skm_sends_total{")]
    assert sent == [f'skm_sends_total{{channel="telegram",outcome="{outcome}"}} 1.0']
