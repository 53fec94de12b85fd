"""How fast messages are, between processes and within one, and what they cost.

    python benchmarks/ros2_transport.py --json transport.json --plot transport.png

Of ros2_embedded, or of a ROS 2 that is sourced. The measurements:

- cameras: four of 640x480 with colour and depth at 15 Hz, 37 MB/s, between two processes;
- same process: the same within one, where pixels must not be copied;
- small: 10,000 vectors a second, ten at a time, between two processes;
- service: round trips between two processes;
- controller: what a safety controller of legs hears and says, with an executor of one thread and
  with one of three, in CPU time per 10,000 callbacks;
- start, idle: time to import rclpy and to make a node, and CPU time of one that has nothing to do.

An age is the time from before `publish` to the beginning of the callback. CPU time is that of the
processes of a measurement together. Beside the cameras stand figures of a real ROS 2.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from ros2_figures import REAL, TARGETS, draw, spread, table

ROLES = Path(__file__).with_name('ros2_roles.py')
START = """
import json, time
began = time.perf_counter()
import ros2_embedded
ros2_embedded.install()
import rclpy
from rclpy.node import Node
imported = time.perf_counter()
rclpy.init()
Node('node')
made = time.perf_counter()
print(json.dumps({'import_ms': 1e3 * (imported - began), 'node_ms': 1e3 * (made - imported)}))
"""

Figures = dict[str, Any]


class Role:
    """A process of a measurement."""

    def __init__(self, name: str, **arguments: Any) -> None:
        """Start it."""
        self.name = name
        self.process = subprocess.Popen(  # noqa: S603 a program of ours
            [sys.executable, str(ROLES), name, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def up(self) -> 'Role':
        """Wait until it is ready."""
        if self.process.stdout.readline() != 'up\n':
            raise SystemExit(f'{self.name} did not start: see above')
        return self

    def report(self, told: str = '') -> Figures:
        """Tell it something; return what it found."""
        output, _ = self.process.communicate(f'{told}\n', timeout=600.0)
        if self.process.returncode:
            raise SystemExit(f'{self.name} failed: see above')
        return json.loads(output.splitlines()[-1])

    def __enter__(self) -> 'Role':
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def between(listener: str, sender: str, seconds: float, **arguments: Any) -> Figures:
    """Messages from one process to another."""
    with ExitStack() as stack:
        hears = stack.enter_context(Role(listener)).up()
        sends = stack.enter_context(Role(sender, seconds=seconds, **arguments))
        sent = sends.report()
        heard = hears.report(str(sent['sent']))
    return {
        'sent': sent['sent'],
        'lost': sent['sent'] - heard['received'],
        'messages_per_s': sent['sent'] / sent['seconds'],
        **spread(heard['ages_ms']),
        'cpu_s_per_12_s': 12.0 * (sent['cpu_s'] + heard['cpu_s']) / sent['seconds'],
        'us_to_send': 1e6 * sent['cpu_s'] / sent['sent'],
        'us_to_hear': 1e6 * heard['cpu_s'] / max(heard['received'], 1),
        'ages_ms': heard['ages_ms'],
    }


def cameras(seconds: float) -> Figures:
    """Images between two processes."""
    return between('listen_images', 'send_images', seconds)


def small(seconds: float) -> Figures:
    """Vectors between two processes."""
    return between('listen_small', 'send_small', seconds, rate=10_000.0)


def same_process(seconds: float) -> Figures:
    """Images within one process."""
    with Role('same_process', seconds=seconds) as role:
        found = role.up().report()
    return {
        'sent': found['sent'],
        'lost': found['sent'] - found['received'],
        **spread(found['ages_ms']),
        'cpu_s_per_12_s': 12.0 * found['cpu_s'] / found['seconds'],
        'copied': found['received'] - found['by_reference'],
        'ages_ms': found['ages_ms'],
    }


def service(seconds: float) -> Figures:
    """Round trips between two processes; as many as seconds times 200."""
    with ExitStack() as stack:
        serves = stack.enter_context(Role('serve')).up()
        found = stack.enter_context(Role('call', count=round(200 * seconds))).report()
        cpu_s = found['cpu_s'] + serves.report()['cpu_s']
    return {
        'sent': found['sent'],
        **spread(found['ages_ms']),
        'us_a_call': 1e6 * cpu_s / found['sent'],
        'ages_ms': found['ages_ms'],
    }


def controller(seconds: float, threads: int) -> Figures:
    """Callbacks of a safety controller of legs that does nothing but publish."""
    with ExitStack() as stack:
        feeds = stack.enter_context(Role('feed_legs')).up()
        role = Role('control_legs', seconds=seconds, threads=threads)
        found = stack.enter_context(role).report()
        feeds.report()
    return {
        'callbacks': found['callbacks'],
        'cpu_share': found['cpu_s'] / found['seconds'],
        'cpu_s_per_10000': 1e4 * found['cpu_s'] / max(found['callbacks'], 1),
    }


def start(_: float) -> Figures:
    """Time of the best of three starts."""
    found = [
        json.loads(subprocess.check_output([sys.executable, '-c', START], text=True))  # noqa: S603 a program of ours
        for _ in range(3)
    ]
    return {key: min(each[key] for each in found) for key in found[0]}


def idle(seconds: float) -> Figures:
    """A node that has nothing to do."""
    with Role('idle', seconds=seconds) as role:
        found = role.report()
    return {'cpu_share': found['cpu_s'] / found['seconds']}


MEASUREMENTS: dict[str, Callable[[float], Figures]] = {
    'cameras': cameras,
    'same process': same_process,
    'small': small,
    'service': service,
    'controller, 1 thread': lambda seconds: controller(seconds, 1),
    'controller, 3 threads': lambda seconds: controller(seconds, 3),
    'start': start,
    'idle': idle,
}


def main(
    only: Annotated[
        list[str] | None, typer.Option(help='measure only this; may be given several times')
    ] = None,
    seconds: Annotated[float, typer.Option(help='of every measurement', min=0.5)] = 12.0,
    json_file: Annotated[Path | None, typer.Option('--json', help='write figures here')] = None,
    plot: Annotated[Path | None, typer.Option(help='draw here: png, svg or pdf')] = None,
) -> None:
    """Print what was measured beside the targets, and beside a real ROS 2."""
    console = Console()
    names = only or list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        console.print(f'--only {unknown[0]}: unknown; known are {", ".join(MEASUREMENTS)}')
        raise typer.Exit(2)
    os.environ.setdefault('ROS_DOMAIN_ID', str(1 + os.getpid() % 100))
    found: dict[str, Figures] = {}
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task('', total=len(names))
        for name in names:
            progress.update(bar, description=name)
            found[name] = MEASUREMENTS[name](seconds)
            progress.advance(bar)
    console.print(table(found))
    if json_file is not None:
        figures = {
            name: {key: value for key, value in each.items() if key != 'ages_ms'}
            for name, each in found.items()
        }
        written = {'measured': figures, 'targets': TARGETS, 'real ROS 2 Jazzy': REAL}
        json_file.write_text(json.dumps(written, indent=2), encoding='utf-8')
    if plot is not None:
        draw(found, plot)


if __name__ == '__main__':
    typer.run(main)
