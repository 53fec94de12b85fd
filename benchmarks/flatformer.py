"""FlatFormer's backbone beside padded windows, and the whole detector end to end.

Run it as ``python benchmarks/flatformer.py --device cuda --json FILE --figure FILE.png``. Weights
are fresh and as large on both sides; voxels lie as a lidar's do, denser near the middle.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import matplotlib as mpl
import numpy as np
import torch
import typer
from padded_windows import PaddedWindows
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor

from policy_nodes.models.flatformer.backbone import FlatFormer
from policy_nodes.models.flatformer.config import DetectorConfig, FlatFormerConfig
from policy_nodes.models.flatformer.detector import FlatFormerDetector

mpl.use('Agg')
from matplotlib import pyplot as plt

GRID = (468, 468)
KINDS = {'float32': torch.float32, 'float16': torch.float16, 'bfloat16': torch.bfloat16}


def voxels(count: int, seed: int = 0) -> Tensor:
    """Coordinates of so many pillars, in rings round the middle and along walls."""
    draws = np.random.default_rng(seed)
    taken: dict[int, None] = {}
    while len(taken) < count:
        radius = np.abs(draws.normal(0, GRID[0] / 5, count))
        turn = draws.uniform(-np.pi, np.pi, count)
        at = (np.stack((radius * np.sin(turn), radius * np.cos(turn))) + GRID[0] / 2).astype(int)
        inside = ((at >= 0) & (at < GRID[0])).all(0)
        taken |= dict.fromkeys((at[0] * GRID[1] + at[1])[inside].tolist())
    cell = torch.tensor(list(taken)[:count])
    zero = torch.zeros_like(cell)
    return torch.stack((zero, zero, cell // GRID[1], cell % GRID[1]), 1)


def measure(step: Callable[[], object], device: str, repeats: int) -> float:
    """Median time of a step [ms], after a few to warm up."""
    times = []
    for at in range(3 + repeats):
        began = time.perf_counter()
        step()
        if device.startswith('cuda'):
            torch.cuda.synchronize()
        if at >= 3:
            times.append(time.perf_counter() - began)
    return 1e3 * float(np.median(times))


def compare(count: int, device: str, dtype: torch.dtype, repeats: int) -> dict[str, float]:
    """Figures for one number of voxels [ms]."""
    config = FlatFormerConfig()
    torch.manual_seed(0)
    flat = FlatFormer(GRID, config).to(device, dtype).eval()
    padded = PaddedWindows(GRID, config).to(device, dtype).eval()
    at = voxels(count).to(device)
    x = torch.randn(count, config.width, device=device, dtype=dtype)
    mapping = measure(lambda: flat.mapping(at, 1), device, repeats)
    ours = measure(lambda: flat.voxels(x, at, 1), device, repeats)
    theirs = measure(lambda: padded(x, at), device, repeats)
    return {
        'voxels': count,
        'mapping_ms': mapping,
        'flatformer_ms': ours,
        'padded_windows_ms': theirs,
        'ratio': theirs / ours,
    }


def frame(device: str, dtype: torch.dtype, repeats: int) -> float:
    """Time of a whole sweep of 160,000 points at the published sizes [ms]."""
    network = FlatFormerDetector(DetectorConfig()).to(device).eval()
    draws = np.random.default_rng(1)
    radius, turn = np.abs(draws.normal(0, 25, 160_000)), draws.uniform(-np.pi, np.pi, 160_000)
    spread = (radius * np.cos(turn), radius * np.sin(turn), draws.uniform(-1.9, 2, 160_000))
    points = np.column_stack((*spread, draws.random((160_000, 2)))).astype(np.float32)
    cloud = torch.from_numpy(points).to(device)
    kind = device.partition(':')[0]

    def step() -> None:
        with torch.autocast(kind, dtype, enabled=dtype != torch.float32):
            network([cloud])

    return measure(step, device, repeats)


def draw(rows: list[dict[str, float]], file: Path) -> None:
    """Plot times over the number of voxels."""
    figure, axes = plt.subplots(figsize=(7, 4))
    counts = [row['voxels'] for row in rows]
    for name in ('padded_windows_ms', 'flatformer_ms', 'mapping_ms'):
        label = name.removesuffix('_ms').replace('_', ' ')
        axes.plot(counts, [row[name] for row in rows], marker='o', label=label)
    axes.set(xlabel='voxels', ylabel='time [ms]', yscale='log')
    axes.legend()
    figure.tight_layout()
    figure.savefig(file, dpi=120)


@torch.inference_mode()
def main(
    device: Annotated[str, typer.Option(help='cpu or cuda')] = 'cpu',
    dtype: Annotated[str, typer.Option(help='float32, float16 or bfloat16')] = 'float32',
    counts: Annotated[str, typer.Option(help='numbers of voxels')] = '5000,20000,60000,100000',
    repeats: Annotated[int, typer.Option(help='of each measurement', min=1)] = 10,
    threads: Annotated[int, typer.Option(help='of the CPU', min=1)] = 2,
    json_file: Annotated[Path | None, typer.Option('--json')] = None,
    figure: Annotated[Path | None, typer.Option(help='PNG')] = None,
) -> None:
    """Print times side by side."""
    torch.set_num_threads(threads)
    console = Console()
    asked = [int(count) for count in counts.split(',')]
    rows = [
        compare(count, device, KINDS[dtype], repeats)
        for count in track(asked, 'measuring', console=console, transient=True)
    ]
    whole = frame(device, KINDS[dtype], repeats)
    table = Table(title=f'{device}, {dtype}, median of {repeats} [ms]')
    for heading in (
        'voxels',
        'mapping',
        'FlatFormer, mapping included',
        'padded windows',
        'ratio',
    ):
        table.add_column(heading, justify='right')
    for row in rows:
        figures = (f'{row[name]:.2f}' for name in list(row)[1:])
        table.add_row(f'{row["voxels"]:,.0f}', *figures)
    console.print(table)
    console.print(f'a whole sweep of 160,000 points at the published sizes: {whole:.1f} ms')
    if json_file is not None:
        told = {'device': device, 'dtype': dtype, 'rows': rows, 'frame_ms': whole}
        json_file.write_text(json.dumps(told, indent=2), encoding='utf-8')
    if figure is not None:
        draw(rows, figure)


if __name__ == '__main__':
    typer.run(main)
