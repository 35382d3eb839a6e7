"""The errors that a person is told about."""


class SkmError(Exception):
    """Something a person can mend: `str(error)` is one sentence that says what to do."""


class PeriodError(SkmError):
    """A text that names no period."""
