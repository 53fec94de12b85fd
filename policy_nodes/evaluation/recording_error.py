"""The one error of recordings."""


class RecordingError(Exception):
    """A recording that cannot be written or read; the sentence says what, where and what to do."""
