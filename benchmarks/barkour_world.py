"""How quickly the world of the Barkour is simulated and sensed on one core.

    taskset -c 0 python benchmarks/barkour_world.py
    taskset -c 0 python benchmarks/barkour_world.py --grounds official,stairs/0.1 --seconds 2

Rates are by the processor time of the process, so that other work on the machine counts little.
The robot moves its joints at random about its stand and is put back whenever it has fallen; what
that takes is left out. A step of control is 0.02 s.
"""

import time
from collections.abc import Callable
from typing import Annotated

import mujoco
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from policy_nodes.simulation.barkour.grounds import ground_of
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.solver import SOLVERS
from policy_nodes.simulation.barkour.world import PERIOD, BarkourWorld

GROUNDS = 'flat,official,slopes/0.5,stairs/0.1,random_steps/0.1/1,gaps/0.3'
SWING = 0.3  # [rad] to either side of the stand


def rate(act: Callable[[], object], seconds: float) -> float:
    """How often something is done per second of the processor."""
    act()
    count, begin = 0, time.process_time()
    while (taken := time.process_time() - begin) < seconds:
        act()
        count += 1
    return count / taken


def moving(world: BarkourWorld, seconds: float) -> float:
    """Steps of control per second of the processor, while the robot moves and has not fallen."""
    random = np.random.default_rng(0)
    kp, kd = np.full(12, BARKOUR.kp), np.full(12, BARKOUR.kd)
    taken, count = 0.0, 0
    while taken < seconds:
        world.reset()
        targets = np.array(BARKOUR.stand) + SWING * random.uniform(-1.0, 1.0, (100, 12))
        begin = time.process_time()
        for target in targets:
            world.step(target, kp, kd)
            count += 1
            if world.fallen:
                break
        taken += time.process_time() - begin
    return count / taken


def main(
    grounds: Annotated[str, typer.Option(help='names, separated by commas')] = GROUNDS,
    seconds: Annotated[float, typer.Option(help='for each figure')] = 0.5,
) -> None:
    """Print a table."""
    table = Table(
        *('ground', 'solver', 'physics steps/s', 'times real time', 'scans/s'),
        *('depth images/s', 'resets/s'),
    )
    for name in grounds.split(','):
        for solver in SOLVERS:
            world = BarkourWorld(ground_of(name), seed=1, solver=solver)
            substeps = PERIOD / world.model.opt.timestep
            steps = moving(world, seconds)
            figures = (
                steps * substeps,
                steps * PERIOD,
                rate(world.height_scan, seconds),
                rate(world.depth, seconds),
                rate(world.reset, seconds),
            )
            table.add_row(name, solver, *(f'{figure:,.0f}' for figure in figures))
    console = Console()
    console.print(f'mujoco {mujoco.__version__}, height scan 20 x 11, depth image 80 x 60')
    console.print(table)


if __name__ == '__main__':
    typer.run(main)
