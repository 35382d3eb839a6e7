"""Whether responses given with an officer's help differ from the others."""

from collections.abc import Sequence

from skm.figures.compare import Comparison, compare
from skm.instansi.collector import Mode
from skm.quality.timed_response import TimedResponse, tally_of
from skm.survey.instrument import Instrument


def assisted_change(responses: Sequence[TimedResponse], instrument: Instrument) -> Comparison:
    """The change from responses on own devices to responses given with an officer's help. With an
    officer present people rate higher (social desirability: Kreuter, Presser & Tourangeau 2008,
    Public Opinion Quarterly 72, 847–865).
    """
    own, assisted = (
        tally_of((response for response in responses if response.mode is mode), instrument)
        for mode in (Mode.SELF, Mode.ASSISTED)
    )
    return compare(own, assisted, (instrument.version, instrument.version))
