"""How many steps per second the crowd world makes, and how the rate grows with its worlds.

    python benchmarks/crowd_world.py --device cpu --worlds 64,256,1024
    python benchmarks/crowd_world.py --device cuda --worlds 256,1024,4096,16384

A step moves the people by ORCA, the robot by its wheels, judges, casts 180 rays, builds HEIGHT's
observation and begins ended episodes anew; actions are random. The authors' simulator makes about
1,000 steps per second with 28 processes (their training log).
"""

import json
import time
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Table

from policy_nodes.geometry.orca import Room
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.scenario import find_scenario
from policy_nodes.training.collector import tensors
from policy_nodes.training.crowd_env import CrowdEnv

AUTHORS_RATE = 1_000


def measure(scenario: str, worlds: int, device: str, seconds: float, fused: bool) -> float:
    """Steps of all worlds per second of wall time, after a warm-up."""
    pool = generate(find_scenario(scenario), episode_seeds(5, 0, 4096, device))
    on_cuda = device.startswith('cuda')
    room = Room(edges=6, neighbors=11, rescued=worlds * pool.people // 4) if on_cuda else None
    env = CrowdEnv(pool, worlds, room=room)
    state = env.start()
    move = torch.compile(env.step, fullgraph=True, dynamic=False) if fused else env.step

    def step() -> None:
        action = torch.randint(0, 9, (worlds,), device=device)
        after, _ = move(state, action)
        for mine, new in zip(tensors(state), tensors(after), strict=True):
            mine.copy_(new)

    advance = step
    if on_cuda:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step()
        advance = graph.replay

    def settle() -> None:
        if on_cuda:
            torch.cuda.synchronize()

    for _ in range(20):
        advance()
    settle()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(10):
            advance()
        settle()
        count += 10
    return count * worlds / (time.perf_counter() - began)


def main(
    device: Annotated[str, typer.Option(help='cpu or cuda')] = 'cpu',
    worlds: Annotated[str, typer.Option(help='numbers of worlds, comma between')] = '64,256,1024',
    scenario: Annotated[str, typer.Option(help='as in policy-stack eval')] = 'rand',
    seconds: Annotated[float, typer.Option(help='per measurement', min=0.1)] = 5.0,
    fused: Annotated[bool, typer.Option(help='compile the step; takes a minute a row')] = False,
    threads: Annotated[int, typer.Option(help='CPU threads', min=1)] = 2,
    json_file: Annotated[Path | None, typer.Option('--json', help='write the rows here')] = None,
) -> None:
    """Print steps per second for each number of worlds."""
    torch.set_num_threads(threads)
    if device.startswith('cuda:'):
        torch.cuda.set_device(device)
    table = Table('worlds', 'steps/s', f'times the authors ({AUTHORS_RATE}/s)')
    rows = []
    with torch.no_grad():
        for count in (int(text) for text in worlds.split(',')):
            rate = measure(scenario, count, device, seconds, fused)
            rows.append({'device': device, 'worlds': count, 'steps_per_second': round(rate)})
            table.add_row(f'{count:,}', f'{rate:,.0f}', f'{rate / AUTHORS_RATE:.1f}')
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps({'rows': rows}, indent=2))


if __name__ == '__main__':
    typer.run(main)
