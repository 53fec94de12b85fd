"""Draws figures with matplotlib and turns them into SVG that takes its colours from the page."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from policy_nodes.evaluation.report.palette import stand_in, with_variables

_INCH = 72.0  # points, which are the pixels of an SVG here
_SETTINGS: Any = {
    'svg.fonttype': 'none',  # text stays text: sharp, searchable, in the font of the page
    'text.parse_math': False,  # names from files are words, never formulae
    'font.size': 10.0,
    'axes.spines.top': False,
    'axes.spines.right': False,
    'axes.edgecolor': stand_in('quiet'),
    'axes.labelcolor': stand_in('quiet'),
    'axes.linewidth': 0.8,
    'axes.facecolor': 'none',
    'axes.axisbelow': True,
    'axes.grid': True,
    'axes.unicode_minus': True,
    'grid.color': stand_in('rule'),
    'grid.linewidth': 0.7,
    'xtick.color': stand_in('quiet'),
    'ytick.color': stand_in('quiet'),
    'xtick.labelsize': 9.0,
    'ytick.labelsize': 9.0,
    'text.color': stand_in('ink'),
    'figure.facecolor': 'none',
    'legend.frameon': False,
    'legend.fontsize': 9.0,
    'legend.handlelength': 1.8,
    'lines.linewidth': 1.5,
    'lines.solid_capstyle': 'round',
    'path.simplify': True,
    'path.simplify_threshold': 0.2,
}


@contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """Give an empty figure of width and height [px] under the settings of reports."""
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(width / _INCH, height / _INCH), layout='constrained')
        FigureCanvasSVG(figure)
        yield figure


def colour_bars(axes: Axes) -> None:
    """Leave out the vertical grid, which only lines over time need."""
    axes.grid(visible=False, axis='x')


def svg(figure: Figure, name: str, words: str) -> str:
    """Write a figure as an SVG element for the body of a page.

    Args:
        figure: drawn under `drawing`.
        name: unique within the page; marks the identifiers of the figure.
        words: what it shows, for those who cannot see it.
    """
    stream = io.StringIO()
    with matplotlib.rc_context({**_SETTINGS, 'svg.hashsalt': name}):
        figure.savefig(stream, format='svg', metadata={'Date': None, 'Creator': None})
    text = stream.getvalue()
    text = text[text.index('<svg') :]
    text = re.sub(r'<metadata>.*?</metadata>', '', text, flags=re.DOTALL)
    text = re.sub(r'<!--.*?-->', '', text, flags=re.DOTALL)
    text = _own_identifiers(text, name)
    text = re.sub(r'font: ([0-9.]+)px [^;"]*', r'font-size: \1px', text)
    text = re.sub(r'font-family: [^;"]*;? ?', '', text)  # the page's own font
    text = re.sub(r'\n\s*', '\n', with_variables(text))
    head, body = text.split('>', 1)
    box = re.search(r'viewBox="[^"]*"', head)
    label = html.escape(words, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box.group() if box else ""} role="img" aria-label="{label}">{body.strip()}'
    )


def _own_identifiers(text: str, name: str) -> str:
    """Drop the identifiers that nothing refers to, and make the others unique within a page."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    prefix = re.sub(r'\W', '-', name)

    def renamed(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match[1]}"' if match[1] in used else ''

    text = re.sub(r' id="([^"]*)"', renamed, text)
    return re.sub(r'(url\(#|href="#)', rf'\g<1>{prefix}-', text)
