"""Reading the text files of a recording: what cannot be read is refused, with file and row."""

import math
import re
from pathlib import Path

NUMBER = re.compile(r'[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?', re.ASCII)


class UnreadableRecordingError(ValueError):
    """A recording says something that cannot be used; the message names file and row."""


def read_text(file: Path, most_bytes: int) -> str:
    """Read a text file of limited size.

    Args:
        file: in UTF-8.
        most_bytes: a larger file is refused.

    Raises:
        UnreadableRecordingError: the file is absent, no file, too large or no text.
    """
    if not file.is_file():
        raise UnreadableRecordingError(f'{file}: there is no such file')
    try:
        with file.open('rb') as stream:
            data = stream.read(most_bytes + 1)
    except OSError as error:
        raise UnreadableRecordingError(f'{file}: cannot be read ({error.strerror})') from error
    if len(data) > most_bytes:
        raise UnreadableRecordingError(
            f'{file}: larger than {most_bytes / 1e6:g} MB; cut the recording into parts'
        )
    try:
        text = data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b'\n') + 1
        raise UnreadableRecordingError(f'{file}, row {row}: not UTF-8 text') from error
    if '\0' in text:
        row = text[: text.index('\0')].count('\n') + 1
        raise UnreadableRecordingError(f'{file}, row {row}: binary data, not text')
    return text


def finite_number(word: str) -> float | None:
    """Read a decimal number; None for anything else, also for infinity and not-a-number."""
    if NUMBER.fullmatch(word) is None:
        return None
    value = float(word)
    return value if math.isfinite(value) else None
