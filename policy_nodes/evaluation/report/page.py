"""Pieces of HTML, and the page that holds them; every text from outside is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policy_nodes.evaluation.report.style import STYLE_SHEET

# Nothing is loaded and nothing runs: the page is what the file holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Text = str | Html


def escaped(text: object) -> Html:
    """Return HTML that shows a text as it is; HTML stays as it is."""
    return text if isinstance(text, Html) else Html(html.escape(str(text), quote=True))


def tag(name: str, *content: Text, cls: str = '', **attributes: str) -> Html:
    """Return an element with escaped content and attributes."""
    given = ({'class': cls} if cls else {}) | attributes
    words = ''.join(f' {key}="{html.escape(value, quote=True)}"' for key, value in given.items())
    return Html(f'<{name}{words}>{joined(content)}</{name}>')


def joined(parts: Iterable[Text]) -> Html:
    """Return parts one after another."""
    return Html(''.join(escaped(part) for part in parts))


def figure(picture: str, caption: Text = '') -> Html:
    """Return a picture with its caption."""
    words = tag('figcaption', caption) if caption else Html('')
    return tag('figure', Html(picture), words)


def cards(entries: Sequence[tuple[str, str, str]]) -> Html:
    """Return figures in large letters: what, how much, and a remark."""
    return tag(
        'dl',
        *(
            tag('div', tag('dt', what), tag('dd', value, tag('small', remark)))
            for what, value, remark in entries
        ),
        cls='cards',
    )


def facts(entries: Iterable[tuple[str, Text]]) -> Html:
    """Return names with their values, one under another."""
    parts = (joined((tag('dt', name), tag('dd', value))) for name, value in entries)
    return tag('dl', *parts, cls='facts')


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        heading: over it.
        kind: class of its cells: empty for figures, ``text`` for words, ``text wrap`` for
            sentences.
    """

    heading: str
    kind: str = ''


def table(columns: Sequence[Column], rows: Iterable[Sequence[Text]], caption: str = '') -> Html:
    """Return a table."""
    head = tag('tr', *(tag('th', each.heading, cls=each.kind, scope='col') for each in columns))
    body = [
        tag(
            'tr',
            *(tag('td', cell, cls=column.kind) for column, cell in zip(columns, row, strict=True)),
        )
        for row in rows
    ]
    words = tag('caption', caption) if caption else Html('')
    inner = tag('table', words, tag('thead', head), tag('tbody', *body))
    return tag('div', inner, cls='scroll')


def legend(entries: Sequence[tuple[str, str]]) -> Html:
    """Return the key of colours: the name of each and what it stands for."""
    return tag(
        'ul',
        *(
            tag('li', tag('span', style=f'background:var(--{colour})'), words)
            for colour, words in entries
        ),
        cls='legend',
    )


def page(title: str, *content: Text) -> str:
    """Return a whole page that needs nothing but itself."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escaped(title)}</title>\n<link rel="icon" href="data:,">\n'
        f'<style>{STYLE_SHEET}</style>\n</head>\n<body>\n<main>\n'
        f'{joined(content)}\n</main>\n</body>\n</html>\n'
    )
