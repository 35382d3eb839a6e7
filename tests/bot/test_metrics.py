"""/metrics: Prometheus' text format, totals only, and only for whoever has the token."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from bot import gauges
from bot.app import _probes as probes_of
from bot.app import opened, web_of
from bot.channel import SendError, told_to
from bot.metrics import BUCKETS, Counts, Durations, Metrics, gauge, text
from bot.settings import Settings
from skm.official import Deed
from skm.store import log
from tests.chat import Time
from tests.served import served
from tests.skm.store.city import call

TOKEN = "a token for Prometheus"
NAME, NUMBER = r"[a-z_]+", r"(?:[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?|\+Inf)"
SAMPLE = re.compile(rf'{NAME}(?:\{{{NAME}="[^"\n]*"(?:,{NAME}="[^"\n]*")*\}})? {NUMBER}')
COMMENT = re.compile(rf"# (?:HELP {NAME} .+|TYPE {NAME} (?:counter|gauge|histogram))")


@pytest.fixture
async def base(database_url: str) -> AsyncIterator[str]:
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        secret_key=SecretStr("k" * 32),
        metrics_token=SecretStr(TOKEN),
    )
    async with opened(settings, Time()) as app:
        await app.db.write(call(log.add, None, Deed.BACKED_UP, "skm-backup.db", Time()()))
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


async def test_every_line_is_prometheus_text(base: str) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/s/NOBODY", "/hasil", "/nothing", "/healthz"):
            await session.get(base + path)
    _, page = await scraped(base)
    assert page.endswith("\n")
    assert [
        li for li in page.splitlines() if not (SAMPLE.fullmatch(li) or COMMENT.fullmatch(li))
    ] == []
    heads = re.findall(r"# TYPE (\S+)", page)
    assert len(heads) == len(set(heads))
    assert 'skm_http_request_duration_seconds_count{route="/s/{code}",status="4xx"} 1' in page
    assert 'skm_deliveries{state="failed"} 0' in page
    assert "skm_last_backup_timestamp_seconds" in page
    assert "NOBODY" not in page


async def test_while_the_database_is_away_the_counters_are_told_all_the_same() -> None:
    counted = Metrics()
    counted.failed.add("telegram")
    page = text(gauges.lines(counted, gauges.Now(None, {"telegram": False}, 7)))
    for line in (
        "skm_database_up 0",
        "skm_writer_queue 7",
        'skm_channel_up{channel="telegram"} 0',
        'skm_updates_failed_total{channel="telegram"} 1',
    ):
        assert line in page.splitlines()
    assert "skm_responses" not in page


@pytest.mark.parametrize("token", ["", "another"])
async def test_without_the_token_nothing_is_told(base: str, token: str) -> None:
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


def test_a_histogram_counts_what_took_up_to_each_bound() -> None:
    took = Durations("t_seconds", "T.", ("route",))
    for seconds in (0.00390625, 0.00390625, 0.25, 99):
        took.observe(seconds, "/")
    lines = list(took.lines())
    assert 't_seconds_bucket{route="/",le="0.005"} 2' in lines
    assert 't_seconds_bucket{route="/",le="0.25"} 3' in lines
    assert 't_seconds_bucket{route="/",le="10.0"} 3' in lines
    assert 't_seconds_bucket{route="/",le="+Inf"} 4' in lines
    assert 't_seconds_sum{route="/"} 99.2578125' in lines
    assert 't_seconds_count{route="/"} 4' in lines
    assert len(lines) == 2 + len(BUCKETS) + 3


def test_labels_are_escaped() -> None:
    [*_, line] = gauge("g", "G.", {('a"b\\c\nd',): 1.0}, ("label",))
    assert line == r'g{label="a\"b\\c\nd"} 1'


def test_counters_begin_at_nothing_and_only_grow() -> None:
    counts = Counts("c_total", "C.", ("channel",))
    assert text(counts.lines()) == "# HELP c_total C.\n# TYPE c_total counter\n"
    counts.add("web")
    counts.add("web")
    assert list(counts.lines())[-1] == 'c_total{channel="web"} 2'


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
def test_every_send_is_counted_by_how_it_ended(error: SendError | None, outcome: str) -> None:
    metrics = Metrics()

    def send() -> None:
        with told_to(lambda ended: metrics.sends.add("telegram", ended)):
            if error:
                raise error

    if error:
        with pytest.raises(SendError):
            send()
    else:
        send()
    assert metrics.sends.values == {("telegram", outcome): 1}
