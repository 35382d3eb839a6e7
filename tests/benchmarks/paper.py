"""Paper forms by photo: 3,000 generated ones, read, with every answer compared to what was marked.

No real photographs were at hand. Pens, hands and cameras are those of tests/paper; the thresholds
were set while looking at the first group only. Half of the photos are as most officers take them,
half are tilted to 25 degrees, dim, blurred, creased, copied, or have a thumb on a corner. 6 % of
the items are marked unusually: not at all, twice, faintly, corrected, or with a stray dot. A silent
error is an answer that was taken without a question and is not what was marked. Each form is made,
read and counted in this process; time is the processor's.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.paper.accuracy import Case, Score, total
from tests.paper.filled import BUILT_WITH, HELD_OUT, STYLES

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
    for name, (hands, count) in FORMS.items():
        scores = list(_scored([Case(number, hands) for number in range(count)], seconds))
        for ordinary in (True, False):
            group = [(case, one) for case, one in scores if case.is_ordinary is ordinary]
            for style in STYLES:
                own = total(score for case, score in group if case.style == style)
                rows.append(_row(f"{name}, {'ordinary' if ordinary else 'rough'}, {style}", own))
        print(*total(score for _, score in scores).wrong, sep="\n")
    seconds.sort()
    rows += [
        ("reading a form, median", seconds[len(seconds) // 2], "s of a core, target 0.5"),
        ("… slowest of a hundred", seconds[len(seconds) * 99 // 100], "s of a core"),
        ("peak of a process that reads", _peak(), "MB, target 300"),
    ]
    return rows


def _scored(cases: list[Case], seconds: list[float]) -> Iterator[tuple[Case, Score]]:
    for case in cases:
        form, content = case.made()
        score, begun = Score(), time.process_time()
        score.add(case, form, content)
        seconds.append(time.process_time() - begun)
        yield case, score


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
