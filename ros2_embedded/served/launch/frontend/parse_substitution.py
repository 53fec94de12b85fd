r"""Reading of text with substitutions, such as `$(find-pkg-share demo)/map_$(var name).yaml`.

The arguments of a substitution stand between single spaces. In single or double quotes an
argument may contain spaces; the substitutions in it then know no quotes of their own. A backslash
takes the meaning from the character after it.
"""

from __future__ import annotations

import re
from typing import Any

from ..substitution import Substitution
from ..substitutions.text_substitution import TextSubstitution
from .expose import instantiate_substitution

MAX_DEPTH = 32  # substitutions within each other

_NAME = re.compile(r'[A-Za-z][\w-]*')


def parse_substitution(string_value: str) -> list[Substitution]:
    """Return text and substitutions in order.

    Raises:
        ValueError: a substitution does not end, or an argument has to be quoted; it says where.
        RuntimeError: there is no such substitution.
        TypeError: a substitution takes another number of arguments.
    """
    return _Reader(string_value).template(None) or [TextSubstitution(text='')]


def parse_if_substitutions(value: Any) -> Any:
    """Return a value with the substitutions in its text, of a list in that of its items.

    Text without substitutions stays text, anything else stays as it is.

    Raises:
        ValueError: the items of a list are of different types, or see `parse_substitution`.
    """
    if not isinstance(value, list):
        return _parse_if(value)
    parsed = [_parse_if(item) for item in value]
    if len({type(item) for item in parsed if not isinstance(item, list)}) > 1:
        raise ValueError(f'The result is a non-uniform list: {value}')
    return parsed


def _parse_if(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = parse_substitution(value)
    if len(parts) == 1 and isinstance(parts[0], TextSubstitution):
        return parts[0].text
    return parts


def replace_escaped_characters(data: str) -> str:
    """Return a text without the backslashes that escape a character."""
    return re.sub(r'\\(.)', r'\1', data)


class _Reader:
    """Position in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def template(self, quote: str | None) -> list[Substitution]:
        """Read up to a quotation mark, or to the end."""
        parts = _Parts()
        while (here := self._peek()) != quote:
            if here is None:
                raise self._error(f'a {quote} is missing')
            self._part(parts, quote)
        return parts.finish()

    def _part(self, parts: _Parts, quote: str | None) -> None:
        if self._text.startswith('$(', self._at):
            parts.add(self._substitution(quote))
            return
        if self._peek() == '\\' and self._at + 1 < len(self._text):
            self._at += 1
        parts.text += self._text[self._at]
        self._at += 1

    def _substitution(self, quote: str | None) -> Substitution:
        start = self._at
        name = _NAME.match(self._text, self._at + 2)
        if name is None:
            raise self._error('the name of a substitution is missing')
        self._at = name.end()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f'more than {MAX_DEPTH} substitutions stand within each other')
        arguments = []
        while self._peek() == ' ':
            self._at += 1
            if self._peek() not in (' ', ')'):
                arguments.append(self._argument(quote))
        if self._peek() != ')':
            raise self._error(f'the ) of the substitution at character {start + 1} is missing')
        self._at += 1
        self._depth -= 1
        return instantiate_substitution(name[0], arguments)

    def _argument(self, quote: str | None) -> list[Substitution]:
        here = self._peek()
        if quote is None and here is not None and here in '\'"':
            self._at += 1
            parts = self.template(here)
            self._at += 1
            return parts
        found = _Parts()
        refused = '(' + (quote or '\'"')
        while (here := self._peek()) not in (None, ' ', ')'):
            if here in refused:
                raise self._error(f'{here} needs a backslash before it, or quotes around it')
            self._part(found, quote)
        return found.finish()

    def _peek(self) -> str | None:
        return self._text[self._at] if self._at < len(self._text) else None

    def _error(self, what: str) -> ValueError:
        return ValueError(f'{what}, at character {self._at + 1} of: {self._text}')


class _Parts:
    """Text and substitutions as they are read."""

    def __init__(self) -> None:
        self.text = ''
        self._found: list[Substitution] = []

    def add(self, substitution: Substitution) -> None:
        self.finish().append(substitution)

    def finish(self) -> list[Substitution]:
        if self.text:
            self._found.append(TextSubstitution(text=self.text))
            self.text = ''
        return self._found
