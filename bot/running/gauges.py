"""What /metrics reports: the state of the deployment at this moment, then what was counted."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.running.metrics import Metrics
from skm.notices.delivery import DeliveryState
from skm.store.database.database import Database, StoreError
from skm.store.figures import totals


@dataclass(frozen=True)
class CurrentState(Collector):
    """The state of a deployment.

    `totals`: None while the database does not answer. `up`: for each messenger whether it answers.
    `queued`: writes that wait to be committed. `trouble`: what fails and is retried, by subject.
    `ages`: seconds since each scheduled job ended.
    """

    totals: totals.Totals | None
    up: Mapping[str, bool]
    queued: int
    trouble: Mapping[str, str] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)

    def collect(self) -> Iterator[Metric]:
        """The gauges, as prometheus_client asks for them."""
        running = {"version": version("skm-bot"), "python": sys.version.split()[0]}
        yield InfoMetricFamily("skm_build", "The running version.", value=running)
        yield gauge("skm_database_up", "Whether the database answers.", self.totals is not None)
        if self.totals:
            yield from _stored(self.totals)
        yield gauge("skm_writer_queue", "Writes that wait to be committed.", self.queued)
        yield labelled("skm_channel_up", "Whether a messenger answers.", "channel", self.up)
        failing = dict.fromkeys(sorted(self.trouble), 1)
        yield labelled("skm_trouble", "What fails and is retried.", "about", failing)
        age = "Seconds since a scheduled job ended."
        yield labelled("skm_duty_age_seconds", age, "duty", self.ages)


async def current_state(
    db: Database, up: Mapping[str, bool], trouble: Mapping[str, str], ages: Mapping[str, float]
) -> CurrentState:
    """Reads the totals from the database."""
    try:
        found = await db.read(totals.of)
    except StoreError:
        found = None
    return CurrentState(found, up, db.queued, trouble, ages)


def exposition(metrics: Metrics, state: CurrentState) -> bytes:
    """Everything in Prometheus' text format, version 0.0.4."""
    return generate_latest(state) + generate_latest(metrics.registry)


def _stored(found: totals.Totals) -> Iterator[Metric]:
    states = {state.value: found.deliveries.get(state, 0) for state in DeliveryState}
    yield gauge("skm_responses", "Stored responses.", found.responses)
    yield gauge("skm_interviews_open", "Interviews in progress.", found.open_interviews)
    yield labelled("skm_deliveries", "Messages to officials, by state.", "state", states)
    yield gauge("skm_database_size_bytes", "Size of the database on disk.", found.size)
    if found.backed_up:
        yield gauge(
            "skm_last_backup_timestamp_seconds",
            "Time of the last successful `skm backup`.",
            found.backed_up.timestamp(),
        )


def gauge(name: str, help: str, value: float) -> GaugeMetricFamily:
    """A gauge with one value."""
    return GaugeMetricFamily(name, help, value=value)


def labelled(name: str, help: str, label: str, samples: Mapping[str, float]) -> GaugeMetricFamily:
    """A gauge with a sample for each value of the label."""
    family = GaugeMetricFamily(name, help, labels=[label])
    for value, number in samples.items():
        family.add_metric([value], number)
    return family
