"""Where the units stand with their reports of a period: the rows, the filters and the counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from skm.instansi.upp import Upp
from skm.submissions.submission import MISSING, TO_CHECK, Submission, SubmissionState


@dataclass(frozen=True)
class Standing:
    """A unit that owes a report of a period, and that report. `officers`: of the unit itself."""

    unit: Upp
    submission: Submission
    officers: int = 0

    @property
    def state(self) -> SubmissionState:
        return self.submission.state


def _in(*states: SubmissionState) -> Callable[[Standing], bool]:
    return lambda row: row.state in states


FILTERS: Mapping[str, Callable[[Standing], bool]] = {
    "missing": _in(*MISSING),
    "to_check": _in(*TO_CHECK),
    "returned": _in(SubmissionState.RETURNED),
    "accepted": _in(SubmissionState.ACCEPTED),
    "not_reported": _in(SubmissionState.NOT_REPORTED),
}
"""Name → whether it shows a row; a returned report is both missing and returned."""


def counts(rows: Iterable[Standing]) -> dict[str, int]:
    """Filter → how many rows it shows."""
    known = list(rows)
    return {name: sum(map(fits, known)) for name, fits in FILTERS.items()}


def chosen(rows: Sequence[Standing], name: str) -> list[Standing]:
    """The rows of a filter; all of them for a name that is none."""
    fits = FILTERS.get(name)
    return [row for row in rows if fits is None or fits(row)]
