"""The error of a wrong setting, apart from the settings so that importing it costs nothing."""

from skm.errors import SkmError


class SettingsError(SkmError):
    """A setting is missing or wrong; the text says what to write instead."""
