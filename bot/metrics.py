"""What the process counts for Prometheus, and its text format (version 0.0.4).

Totals of the deployment only: nothing by unit, by person or by group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

Labels = tuple[str, ...]
Name = tuple[str, str, Labels]

RECEIVED: Name = ("skm_updates_received_total", "Updates that a channel handed in.", ("channel",))
FAILED: Name = ("skm_updates_failed_total", "Updates that could not be stored.", ("channel",))
KEPT_ASIDE: Name = ("skm_updates_kept_aside_total", "Updates that were given up.", ("channel",))
SENDS: Name = ("skm_sends_total", "Messages to people, by how it ended.", ("channel", "outcome"))
REQUESTS: Name = ("skm_http_request_duration_seconds", "HTTP requests.", ("route", "status"))


@dataclass(frozen=True)
class Counts:
    """Counters under one name, one for each combination of labels."""

    name: str
    help: str
    labels: Labels
    values: Counter[Labels] = field(default_factory=Counter)

    def add(self, *labels: str) -> None:
        self.values[labels] += 1

    def lines(self) -> Iterator[str]:
        samples = {labels: float(value) for labels, value in sorted(self.values.items())}
        return family(self.name, "counter", self.help, samples, self.labels)


@dataclass(frozen=True)
class Durations:
    """A histogram of seconds for each combination of labels."""

    name: str
    help: str
    labels: Labels
    _buckets: dict[Labels, list[int]] = field(default_factory=dict)
    _sums: defaultdict[Labels, float] = field(default_factory=lambda: defaultdict(float))

    def observe(self, seconds: float, *labels: str) -> None:
        counts = self._buckets.setdefault(labels, [0] * (len(BUCKETS) + 1))
        counts[sum(seconds > bound for bound in BUCKETS)] += 1
        self._sums[labels] += seconds

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, "histogram", self.help)
        for labels, counts in sorted(self._buckets.items()):
            so_far = 0
            for bound, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
                so_far += count
                yield _sample(
                    f"{self.name}_bucket", (*self.labels, "le"), (*labels, str(bound)), so_far
                )
            yield _sample(f"{self.name}_sum", self.labels, labels, self._sums[labels])
            yield _sample(f"{self.name}_count", self.labels, labels, so_far)


@dataclass(frozen=True)
class Metrics:
    """Everything that is counted while the process runs."""

    received: Counts = field(default_factory=lambda: Counts(*RECEIVED))
    failed: Counts = field(default_factory=lambda: Counts(*FAILED))
    kept_aside: Counts = field(default_factory=lambda: Counts(*KEPT_ASIDE))
    sends: Counts = field(default_factory=lambda: Counts(*SENDS))
    requests: Durations = field(default_factory=lambda: Durations(*REQUESTS))

    def took(self, route: str, status: int, seconds: float) -> None:
        """A request was answered. `route`: its pattern, never its address."""
        self.requests.observe(seconds, route, f"{status // 100}xx")

    def lines(self) -> Iterator[str]:
        for each in (self.received, self.failed, self.kept_aside, self.sends, self.requests):
            yield from each.lines()


def gauge(
    name: str, help: str, value: float | Mapping[Labels, float], labels: Labels = ()
) -> Iterator[str]:
    """The lines of what goes up and down: one number, or one for each combination of labels."""
    if isinstance(value, Mapping):
        return family(name, "gauge", help, value, labels)
    return family(name, "gauge", help, {(): value})


def family(
    name: str, kind: str, help: str, samples: Mapping[Labels, float], labels: Labels = ()
) -> Iterator[str]:
    """The lines of one name. `labels`: their names; each key of `samples` has their values."""
    yield from _head(name, kind, help)
    for values, number in samples.items():
        yield _sample(name, labels, values, number)


def text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, labels: Labels, values: Labels, number: float) -> str:
    named = zip(labels, values, strict=True)
    pairs = ",".join(f'{key}="{_escaped(value)}"' for key, value in named)
    printed = int(number) if number == int(number) else number
    return f"{name}{{{pairs}}} {printed}" if pairs else f"{name} {printed}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
