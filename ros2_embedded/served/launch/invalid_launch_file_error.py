"""InvalidLaunchFileError, raised when no loader could read a launch file."""

from __future__ import annotations

from collections.abc import Sequence


class InvalidLaunchFileError(Exception):
    """Launch file that nothing could load.

    Args:
        extension: extension of the file without the dot; empty when it says nothing.
        likely_errors: what each loader said, the likeliest first.
    """

    def __init__(
        self, extension: str = '', *, likely_errors: Sequence[Exception] | None = None
    ) -> None:
        super().__init__()
        self._extension = extension
        self._likely_errors = list(likely_errors or ())
        if not extension or not self._likely_errors:
            self._error_message = (
                'The launch file may have a syntax error, or its format is unknown'
            )
            return
        many = len(self._likely_errors) > 1
        lines = [
            f'Caught {"multiple exceptions" if many else "exception"} '
            f'when trying to load file of format [{extension}]:'
        ]
        lines += [f' - {type(error).__name__}: {error}' for error in self._likely_errors]
        self._error_message = '\n'.join(lines)
        self.__cause__ = self._likely_errors[0]

    def __str__(self) -> str:
        return self._error_message
