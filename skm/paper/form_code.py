"""What the QR of a paper form says: its layout, collector, instrument version and serial.

Upper case and few marks, which makes a small QR with large modules (alphanumeric mode, ISO/IEC
18004): SKM1:PAJANG:SKM9-1:7H2KQ4M.
"""

import re
from dataclasses import dataclass

from skm.paper.layout import VERSION

SERIAL_LENGTH = 7  # of 32 letters: among 10,000 forms of a collector two are alike once in 700
_FORM = re.compile(r"SKM(\d+):([A-Z0-9-]+):([A-Z0-9$%*+./-]+):([A-Z0-9]+)")


@dataclass(frozen=True)
class FormCode:
    """`instrument`: its version in upper case. `layout`: the version of the positions."""

    collector: str
    instrument: str
    serial: str
    layout: int = VERSION

    def __str__(self) -> str:
        return f"SKM{self.layout}:{self.collector}:{self.instrument}:{self.serial}".upper()


def form_code(text: str) -> FormCode | None:
    """The code in a QR's text; None for a QR of something else."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    layout, collector, instrument, serial = found.groups()
    return FormCode(collector, instrument, serial, int(layout))
