"""Colours that a camera and a sentence can tell apart."""

from __future__ import annotations

Rgba = tuple[float, float, float, float]

COLOURS: dict[str, Rgba] = {
    'red': (0.9, 0.05, 0.05, 1.0),
    'green': (0.05, 0.7, 0.1, 1.0),
    'blue': (0.05, 0.1, 0.9, 1.0),
    'yellow': (0.95, 0.85, 0.05, 1.0),
    'cyan': (0.05, 0.85, 0.9, 1.0),
    'magenta': (0.9, 0.1, 0.8, 1.0),
    'orange': (1.0, 0.5, 0.0, 1.0),
    'purple': (0.4, 0.05, 0.6, 1.0),
    'white': (0.97, 0.97, 0.97, 1.0),
    'black': (0.05, 0.05, 0.05, 1.0),
}
NAMES = tuple(COLOURS)
WOOD: Rgba = (0.55, 0.36, 0.2, 1.0)
GREY: Rgba = (0.5, 0.5, 0.52, 1.0)
STEEL: Rgba = (0.7, 0.72, 0.75, 1.0)
