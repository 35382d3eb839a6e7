"""What the process counts for Prometheus: totals of the deployment, never by unit or person."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # upper bounds

disable_created_metrics()  # a timestamp for each series, which would double their number


class Metrics:
    """Counters since the start of the process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.received = self._counter("skm_updates_received", "Incoming updates.", "channel")
        self.failed = self._counter(
            "skm_updates_failed", "Updates that could not be stored.", "channel"
        )
        self.unreadable = self._counter(
            "skm_updates_unreadable", "Updates that could not be processed.", "channel"
        )
        self.sends = self._counter(
            "skm_sends", "Messages sent, by their outcome.", "channel", "outcome"
        )
        self.requests = Histogram(
            "skm_http_request_duration_seconds",
            "Duration of HTTP requests.",
            ["route", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        """The counter `name`_total."""
        return Counter(name, help, labels, registry=self.registry)

    def observe_request(self, route: str, status: int, seconds: float) -> None:
        """Counts an answered request. `route`: the route's pattern; paths contain codes."""
        self.requests.labels(route, f"{status // 100}xx").observe(seconds)
