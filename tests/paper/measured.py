"""Generated forms as they were measured, kept in a file, so that a long run can go on later.

Photographing and measuring take nearly all the time of a run; deciding takes none. The file's name
contains a fingerprint of everything that the measures depend on, so it is never used for others.
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from skm.paper.measures import FormMeasures
from skm.vision.read import SeenForm, forms_in
from tests.paper.cases import Case
from tests.paper.filled import HELD_OUT
from tests.skm.survey.test_instrument import SKM9

ROOT = Path(__file__).parents[2]
SOURCES = (
    "skm/vision/*.py",
    "skm/paper/layout.py",
    "skm/paper/measures.py",
    "skm/output/documents/paper_form.*",
    "tests/paper/camera.py",
    "tests/paper/cases.py",
    "tests/paper/filled.py",
    "tests/paper/pens.py",
)


@dataclass(frozen=True)
class Measured:
    """`measures`: None for a photo that could not be read. `answers` and `odd`: as of Filled.
    `seconds`: of the processor, for reading.
    """

    case: Case
    answers: Mapping[str, str | None]
    odd: frozenset[str]
    measures: FormMeasures | None
    seconds: float


def measured(case: Case) -> Measured:
    """Makes the form of a case, photographs and measures it."""
    form, content = case.made()
    begun = time.process_time()
    [seen] = forms_in(content, SKM9)
    seconds = time.process_time() - begun
    measures = seen.measures if isinstance(seen, SeenForm) else None
    return Measured(case, form.answers, form.odd, measures, seconds)


def kept(cases: Iterable[Case], folder: Path | None = None) -> Iterator[Measured]:
    """The same, from the file where they are in it; new ones are added to it at once.

    The cases differ in their number and hands only.
    """
    path = (folder or Path(tempfile.gettempdir())) / f"paper-forms-{_fingerprint()}.jsonl"
    path.touch()
    known = dict(map(_from_row, path.read_text("utf-8").splitlines()))
    with path.open("a", encoding="utf-8", buffering=1) as file:
        for case in cases:
            row = known.get(_key(case))
            if row is None:
                row = _to_row(measured(case))
                file.write(json.dumps([_key(case), row]) + "\n")
            yield _of_row(case, row)


def _fingerprint() -> str:
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def _key(case: Case) -> str:
    return f"{case.number} {'held out' if case.hands is HELD_OUT else 'built with'}"


Row = dict[str, object]


def _from_row(line: str) -> tuple[str, Row]:
    key, row = json.loads(line)
    return key, row


def _to_row(one: Measured) -> Row:
    return {
        "answers": dict(one.answers),
        "odd": sorted(one.odd),
        "measures": one.measures and one.measures.to_json(),
        "seconds": one.seconds,
    }


def _of_row(case: Case, row: Row) -> Measured:
    text = row["measures"]
    measures = FormMeasures.from_json(text) if isinstance(text, str) else None
    answers, odd, seconds = row["answers"], row["odd"], row["seconds"]
    assert isinstance(answers, dict)
    assert isinstance(odd, list)
    assert isinstance(seconds, float)
    return Measured(case, answers, frozenset(odd), measures, seconds)
