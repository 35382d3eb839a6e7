"""The base of all errors that are shown to people."""


class SkmError(Exception):
    """An error that its reader can correct: `str(error)` is a sentence that says what to do."""


class PeriodError(SkmError):
    """A text that is not a period."""
