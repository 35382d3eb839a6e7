"""A file that an official sent, before they decide whether it is stored."""

from dataclasses import dataclass
from datetime import timedelta

from skm.intake.choices import Choices

LAPSES = timedelta(hours=1)  # since it was last looked at


@dataclass(frozen=True)
class Upload:
    """`official`: who sent it. `key`: by which the messenger gives the content again; the content
    itself is not kept. `choices`: what they decided so far.
    """

    official: int
    key: str
    name: str
    choices: Choices
