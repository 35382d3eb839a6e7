"""Paper forms by photo: 3,000 generated ones, read, with every answer compared to what was marked.

No real photographs were at hand. Pens, hands and cameras are those of tests/paper; the thresholds
were set while looking at the first group only. Half of the photos are as most officers take them,
half are tilted to 25 degrees, dim, blurred, creased, copied, or have a thumb on a corner. 6 % of
the items are marked unusually: not at all, twice, faintly, corrected, or with a stray dot. A silent
error is an answer that was taken without a question and is not what was marked. Measures are kept
(tests/paper/measured.py), so a run that was ended goes on where it was; time is the processor's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.paper.accuracy import Score, total
from tests.paper.cases import Case
from tests.paper.filled import BUILT_WITH, HELD_OUT, STYLES
from tests.paper.measured import kept

Rows = list[tuple[str, float | int | str, str]]

FORMS = {"built with": (BUILT_WITH, 2000), "held out": (HELD_OUT, 1000)}
READER = """
import sys
from pathlib import Path
from skm.survey.instrument import Instrument
from skm.vision.read import forms_in
instrument = Instrument.parse(Path("skm/survey/instruments/skm9.toml").read_text("utf-8"))
for path in sys.argv[1:]:
    list(forms_in(Path(path).read_bytes(), instrument))
status = Path("/proc/self/status").read_text()  # rusage would count what started this process
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def run() -> Rows:
    rows: Rows = []
    seconds: list[float] = []
    every: list[tuple[Case, Score]] = []
    for name, (hands, count) in FORMS.items():
        scores = []
        for form in kept(Case(number, hands) for number in range(count)):
            seconds.append(form.seconds)
            scores.append((form.case, Score.of(form)))
        for ordinary in (True, False):
            group = [(case, one) for case, one in scores if case.is_ordinary is ordinary]
            for style in STYLES:
                own = total(score for case, score in group if case.style == style)
                rows.append(_row(f"{name}, {'ordinary' if ordinary else 'rough'}, {style}", own))
        every += scores
    circled = total(score for case, score in every if case.style == "circle")
    others = total(score for case, score in every if case.style != "circle")
    print(*others.wrong, *circled.wrong, sep="\n")
    seconds.sort()
    return [
        *rows,
        ("crosses, ticks and fills", _rate(others), "silent errors in 10,000 boxes, target 1"),
        ("circles", _rate(circled), "silent errors in 10,000 boxes, target 5"),
        ("reading a form, median", seconds[len(seconds) // 2], "s of a core, target 0.5"),
        ("… slowest of a hundred", seconds[len(seconds) * 99 // 100], "s of a core"),
        ("peak of a process that reads", _peak(), "MB, target 300"),
    ]


def _rate(score: Score) -> float:
    return 10_000 * len(score.wrong) / max(score.boxes, 1)


def _row(name: str, score: Score) -> tuple[str, str, str]:
    wrong, clear = len(score.wrong), 100 * score.clear / max(score.forms, 1)
    unit = f"silent errors in {score.boxes:,} boxes; {clear:.1f} % of {score.forms} forms need no"
    return name, f"{wrong}", f"{unit} question; {score.unread} must be photographed again"


def _peak() -> float:
    """MB of a process that reads ten large photos."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(10):
            path = Path(folder) / f"{number}.jpg"
            path.write_bytes(Case(number, longer=4000).made()[1])
            paths.append(str(path))
        ended = subprocess.run(
            [sys.executable, "-c", READER, *paths], capture_output=True, text=True, check=True
        )
    return float(ended.stdout)
