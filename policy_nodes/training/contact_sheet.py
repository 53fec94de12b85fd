"""What a demonstration shows, on one sheet: the key frames by row, the cameras by column."""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path

import matplotlib as mpl
import numpy as np

from policy_nodes.training.demonstrations import Demonstration

mpl.use('Agg')
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

CELL = 1.7  # [inch]
DPI = 110
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;margin:2em}}img{{max-width:100%}}</style>
<h1>{title}</h1><ul>{wordings}</ul>
<img alt="key frames by row, cameras by column" src="data:image/png;base64,{picture}">
</html>
"""


def write_contact_sheet(demonstration: Demonstration, file: Path) -> Path:
    """Write a sheet as a picture or, where the name ends with html, as a page that holds it.

    Args:
        demonstration: what to show: its first frame, and every key frame.
        file: ending with .png or .html.

    Raises:
        ValueError: another ending.
    """
    if file.suffix not in ('.png', '.html'):
        raise ValueError(f'{file} ends neither with .png nor with .html; choose one of them')
    figure = _draw(demonstration)
    try:
        drawn = io.BytesIO()
        figure.savefig(drawn, dpi=DPI, format='png')
    finally:
        plt.close(figure)
    if file.suffix == '.png':
        file.write_bytes(drawn.getvalue())
        return file
    wordings = ''.join(f'<li>{html.escape(text)}</li>' for text in demonstration.instructions)
    picture = base64.b64encode(drawn.getvalue()).decode('ascii')
    title = html.escape(_title(demonstration))
    file.write_text(PAGE.format(title=title, wordings=wordings, picture=picture), encoding='utf-8')
    return file


def place_in_view(demonstration: Demonstration, row: int, view: int) -> tuple[float, float] | None:
    """Where the tip is at the next key frame, as seen at a row.

    Args:
        demonstration: whose.
        row: that is looked at.
        view: number of the camera.

    Returns:
        Column and row in the image [pixel]; None behind the camera, outside the image, or after
        the last key frame.
    """
    later = [key for key in demonstration.keys if key > row]
    if not later:
        return None
    camera = demonstration.camera_from_world[row, view].astype(np.float64)
    seen = camera[:3, :3] @ demonstration.tip_position[later[0]] + camera[:3, 3]
    if seen[2] <= 0:
        return None
    column, line, _ = demonstration.intrinsics[view] @ (seen / seen[2])
    height, width = demonstration.depth.shape[2:]
    inside = 0 <= column < width and 0 <= line < height
    return (float(column), float(line)) if inside else None


def _title(demonstration: Demonstration) -> str:
    told = f'{demonstration.task}, variation {demonstration.variation}, seed {demonstration.seed}'
    return f'{told}: {demonstration.instructions[0]}'


def _draw(demonstration: Demonstration) -> Figure:
    rows = sorted({0, *demonstration.keys})
    views = demonstration.views
    figure, cells = plt.subplots(
        len(rows),
        len(views),
        figsize=(CELL * (len(views) + 1.2), CELL * len(rows) + 0.6),
        squeeze=False,
        layout='constrained',
    )
    figure.suptitle(f'{_title(demonstration)}\n+ where the tip goes next', fontsize=9)
    for line, row in zip(cells, rows, strict=True):
        for view, cell in enumerate(line):
            cell.imshow(demonstration.colour[row, view])
            place = place_in_view(demonstration, row, view)
            if place is not None:
                cell.plot(*place, '+', color='red', markersize=9, markeredgewidth=1.5)
            cell.set(xticks=[], yticks=[])
            if row == rows[0]:
                cell.set_title(views[view], fontsize=8)
        line[0].set_ylabel(
            _told(demonstration, row), fontsize=7, rotation=0, ha='right', va='center'
        )
    return figure


def _told(demonstration: Demonstration, row: int) -> str:
    frame = int(demonstration.frame[row])
    x, y, z = demonstration.tip_position[row]
    lines = [
        f'frame {frame}, {frame / demonstration.rate:.1f} s',
        f'x {x:.3f} y {y:.3f} z {z:.3f} m',
        f'gripper {"open" if demonstration.gripper_open[row] else "closed"}',
    ]
    if demonstration.ignore_collisions[row]:
        lines.append('may touch')
    return '\n'.join(lines)
