"""How quickly the table top is simulated and drawn on one core.

    MUJOCO_GL=egl taskset -c 0 python benchmarks/tabletop_world.py
    MUJOCO_GL=osmesa taskset -c 0 python benchmarks/tabletop_world.py --tasks reopen_drawer

Rates are by the processor time of the process, all its threads together, so that other work on the
machine counts little. A view is colour and depth of 128 x 128 pixels from one camera.
"""

import os
import time
from collections.abc import Callable
from typing import Annotated

import mujoco
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.panda_model import HOME
from policy_nodes.simulation.tabletop.tasks.registry import TASKS, make_task
from policy_nodes.simulation.tabletop.world import PERIOD, TabletopWorld


def rate(act: Callable[[], object], seconds: float, each: int = 1) -> float:
    """How often something is done per second, if each call does it so many times."""
    act()
    count, begin = 0, time.process_time()
    while (taken := time.process_time() - begin) < seconds:
        act()
        count += each
    return count / taken


def main(
    tasks: Annotated[str, typer.Option(help='names, separated by commas')] = ','.join(TASKS),
    seconds: Annotated[float, typer.Option(help='for each figure')] = 0.5,
) -> None:
    """Print a table."""
    # Mesa draws with a thread a core otherwise
    os.environ.setdefault('LP_NUM_THREADS', '1')
    table = Table('task', 'physics steps/s', 'times real time', 'views/s', 'gels/s', 'resets/s')
    cameras = Cameras()
    for name in tasks.split(','):
        world = TabletopWorld(make_task(name), seed=1, cameras=cameras)
        swing = iter(HOME + 0.1 * np.sin(0.02 * np.arange(10**6))[:, None])
        figures = (
            rate(lambda world=world: mujoco.mj_step(world.model, world.data), seconds),
            rate(lambda world=world, swing=swing: world.step(next(swing), 1.0), seconds) * PERIOD,
            rate(world.images, seconds, each=4),
            rate(world.tactile, seconds, each=2),
            rate(world.reset, seconds),
        )
        table.add_row(name, *(f'{figure:,.0f}' for figure in figures))
    console = Console()
    console.print(f'MUJOCO_GL={os.environ.get("MUJOCO_GL", "")}, mujoco {mujoco.__version__}')
    console.print(table)


if __name__ == '__main__':
    typer.run(main)
