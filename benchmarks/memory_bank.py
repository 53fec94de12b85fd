"""How long it takes to store a step of memory and to get the last ones back.

    python benchmarks/memory_bank.py --steps 200

A step is what SAM2Act+ leaves at the authors' sizes: 3 views of 256 tokens of 64 numbers, 197 kB;
the last 9 are asked for, as it reads them. Times are milliseconds, and ratios of their medians to
two floors: `dict`, arrays that die with their process, and `files`, one safetensors file a step,
with fsync, which a policy without a bank would write to survive. `bank` is the store in the same
process, `bank, on disk` the same with a snapshot of all after each step, and `node` a process of
its own over DDS, where storing lasts until an answer holds the step.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from safetensors.numpy import load_file, save

from policy_nodes.memory.entry import Entry
from policy_nodes.memory.memory_bank import MemoryBank
from policy_nodes.memory.snapshot import write_snapshot
from policy_nodes.nodes.memory_client import Fetched, MemoryClient

LAST = 9
SHAPE = (3, 256, 64)
EPISODE, STREAM = 'episode', 'coarse'

Store = Callable[[int, np.ndarray], None]
Query = Callable[[], list[np.ndarray]]


@contextmanager
def plain_dict(folder: Path) -> Iterator[tuple[Store, Query]]:
    """Copies in a dict."""
    kept: dict[int, np.ndarray] = {}

    def store(step: int, values: np.ndarray) -> None:
        kept[step] = values.copy()

    yield store, lambda: [kept[step] for step in sorted(kept)[-LAST:]]


@contextmanager
def files(folder: Path) -> Iterator[tuple[Store, Query]]:
    """One safetensors file a step, safe on disk before the next."""

    def store(step: int, values: np.ndarray) -> None:
        with (folder / f'{step:06d}.safetensors').open('wb') as stream:
            stream.write(save({'token': values}))
            stream.flush()
            os.fsync(stream.fileno())

    yield store, lambda: [load_file(file)['token'] for file in sorted(folder.iterdir())[-LAST:]]


@contextmanager
def bank(folder: Path, on_disk: bool = False) -> Iterator[tuple[Store, Query]]:
    """The store in this process."""
    held = MemoryBank()

    def store(step: int, values: np.ndarray) -> None:
        held.store(Entry(EPISODE, STREAM, step, {'token': values}))
        if on_disk:
            write_snapshot(folder / 'bank.safetensors', held.contents())

    yield store, lambda: [entry.tensors['token'] for entry in held.query(last=LAST)]


@contextmanager
def node(folder: Path) -> Iterator[tuple[Store, Query]]:
    """A memory bank in a process of its own, with the snapshots that it writes by itself."""
    # served by policy_nodes where ROS 2 is absent, so they come after it
    import rclpy
    from lifecycle_msgs.msg import Transition
    from lifecycle_msgs.srv import ChangeState

    command = [sys.executable, '-m', 'policy_nodes.nodes.memory_bank', '--ros-args']
    process = subprocess.Popen([*command, '-p', f'folder:={folder}'])  # noqa: S603 our own node
    rclpy.init()
    station = rclpy.create_node('benchmark')
    client = MemoryClient(station)
    try:
        for transition in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
            change = station.create_client(ChangeState, 'memory_bank/change_state')
            if not change.wait_for_service(timeout_sec=60.0):
                raise RuntimeError('the memory bank does not come up')
            request = ChangeState.Request(transition=Transition(id=transition))
            future = change.call_async(request)
            rclpy.spin_until_future_complete(station, future, timeout_sec=60.0)

        def ask(last: int) -> Fetched:
            answers: list[Fetched] = []
            client.fetch(answers.append, last=last)
            while not answers:
                rclpy.spin_once(station, timeout_sec=1.0)
            return answers[0]

        def store(step: int, values: np.ndarray) -> None:
            client.store(Entry(EPISODE, STREAM, step, {'token': values}))
            while not (kept := ask(1).entries) or kept[-1].step != step:
                pass

        yield store, lambda: [entry.tensors['token'] for entry in ask(LAST).entries]
    finally:
        station.destroy_node()
        rclpy.shutdown()
        process.terminate()
        process.wait(30.0)


WAYS = {
    'dict': plain_dict,
    'files': files,
    'bank': bank,
    'bank, on disk': lambda folder: bank(folder, on_disk=True),
    'node': node,
}
FLOORS = ('dict', 'files')
KINDS = ('store', 'query')


def measure(way: str, steps: int) -> dict[str, float | str]:
    """Milliseconds of storing and of asking, after a tenth of the steps as a warm-up."""
    draw = np.random.default_rng(0)
    times: dict[str, list[float]] = {'store': [], 'query': []}
    with tempfile.TemporaryDirectory() as name, WAYS[way](Path(name)) as (store, query):
        for step in range(steps):
            values = draw.standard_normal(SHAPE, np.float32)
            began = time.perf_counter()
            store(step, values)
            stored = time.perf_counter()
            found = query()
            ended = time.perf_counter()
            if not np.array_equal(found[-1], values) or len(found) != min(step + 1, LAST):
                raise RuntimeError(f'{way} gives back something else than was stored')
            times['store'].append(stored - began)
            times['query'].append(ended - stored)
    row: dict[str, float | str] = {'way': way}
    for kind, taken in times.items():
        for percent in (50, 99):
            value = np.percentile(taken[steps // 10 :], percent) * 1e3
            row[f'{kind}_ms_p{percent}'] = round(float(value), 4)
    return row


def main(
    steps: Annotated[int, typer.Option(help='of one episode', min=20)] = 200,
    json_file: Annotated[Path | None, typer.Option('--json', help='write the rows here')] = None,
) -> None:
    """Print latencies of each way to remember."""
    rows = [measure(way, steps) for way in WAYS]
    floors = {name: rows[list(WAYS).index(name)] for name in FLOORS}
    shown = ('p50', 'p99', *(f'/ {name}' for name in FLOORS))
    table = Table('way', *(f'{kind} {column}' for kind in KINDS for column in shown))
    for row in rows:
        cells = []
        for kind in KINDS:
            cells += [f'{row[f"{kind}_ms_p{percent}"]:.3f}' for percent in (50, 99)]
            for name, floor in floors.items():
                ratio = row[f'{kind}_ms_p50'] / floor[f'{kind}_ms_p50']
                row[f'{kind}_times_{name}'] = float(f'{ratio:.3g}')
                cells.append(f'{ratio:.3g}')
        table.add_row(str(row['way']), *cells)
    Console(width=120).print(table)
    if json_file is not None:
        json_file.write_text(json.dumps({'rows': rows}, indent=2))


if __name__ == '__main__':
    typer.run(main)
