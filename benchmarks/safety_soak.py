"""How the safety controller holds out: memory, time of a decision and CPU over an hour.

    python benchmarks/safety_soak.py --kind base --minutes 60 --json soak.json --plot soak.png

The real process of one kind hears sensors and proposals over DDS at the rates of its robot
(safety_feeds.py). Memory is the resident set of the process, read every second; its slope is a
least-squares line after the warm-up, in which Cyclone comes to touch its receive buffer of 1 MB.
Times of decisions are those that it publishes. The time to start is from the start of the process
until it answers get_state.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
import yaml
from rich.console import Console
from rich.live import Live
from rich.table import Table

import policy_nodes  # noqa: F401 from here on rclpy is there, even without ROS 2

# isort: split
import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from rclpy.executors import MultiThreadedExecutor
from safety_feeds import FEEDS, now
from soak_figures import TIMES, draw, slope, spread, words

from policy_nodes.nodes import qos
from policy_nodes.nodes.service_calls import ServiceCalls
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.parameters.parameter import flatten
from policy_stack.msg import Heartbeat, SafetyState
from policy_stack.srv import ResetSafety

ROOT = Path(__file__).resolve().parents[1]
NAME = 'safety_controller'
TICKS, PAGE_KB = os.sysconf('SC_CLK_TCK'), os.sysconf('SC_PAGE_SIZE') / 1024


class Kind(str, Enum):
    """Kinds of robot, as of the parameter of the node."""

    base = 'base'
    arm = 'arm'
    legged = 'legged'


class Soak:
    """A controller process with its feed, and what was seen of it."""

    def __init__(self, kind: str, log: Path) -> None:
        """Start the process, its output in a log, and bring it up until the robot moves."""
        rclpy.init(args=[])
        self.node = rclpy.create_node('soak')
        self.executor = MultiThreadedExecutor(num_threads=3)
        self.executor.add_node(self.node)
        threading.Thread(target=self.executor.spin, daemon=True).start()
        self.call = ServiceCalls(self.node, 30.0)
        feed = FEEDS[kind]
        file = ROOT / 'config' / feed.robot / 'safety_controller.yaml'
        values = yaml.safe_load(file.read_text(encoding='utf-8'))['/**']['ros__parameters']
        began = time.monotonic()
        self.process = start(kind, file, log)
        self.call(f'{NAME}/get_state', GetState, GetState.Request())
        self.start_up = time.monotonic() - began
        self.latched = True
        self.ticks: list[float] = []
        self.levels: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.feed = feed(self.node, flatten(values))
        self._beats = self.node.create_publisher(
            Heartbeat, f'{feed.proposer}/heartbeat', qos.heartbeat_out()
        )
        self._beat = 0
        self.node.create_timer(0.1, self._tell_life)
        self.node.create_subscription(SafetyState, f'{NAME}/state', self._note, qos.STREAM)
        for each in (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
            request = ChangeState.Request(transition=Transition(id=each))
            if not self.call(f'{NAME}/change_state', ChangeState, request).success:
                raise SystemExit(f'{NAME} refused transition {each}: see {log}')
        self.permit()

    def permit(self) -> None:
        """Ask for motion until it is granted, then let the robot move."""
        self.feed.neutral = True
        end = time.monotonic() + 30.0
        request = ResetSafety.Request(operator='soak')
        while not (reply := self.call(f'{NAME}/reset', ResetSafety, request)).success:
            if time.monotonic() > end:
                raise SystemExit(f'no reset within 30 s: {reply.message}')
            time.sleep(0.2)
        time.sleep(self.feed.settle)
        self.latched = self.feed.neutral = False

    def _tell_life(self) -> None:
        self._beat += 1
        beat = Heartbeat(node=self.feed.proposer, sequence=self._beat, epoch=self.feed.epoch)
        beat.header.stamp = now()
        self._beats.publish(beat)

    def _note(self, state: SafetyState) -> None:
        self.feed.epoch, self.latched = state.epoch, state.latched
        if np.isfinite(state.tick_ms):
            self.ticks.append(state.tick_ms)
        self.levels[Level(state.level).name.capitalize()] += 1
        self.reasons.update(state.reasons)

    def resident_kb(self) -> float:
        """Memory of the process [kB]."""
        text = Path(f'/proc/{self.process.pid}/statm').read_text(encoding='ascii')
        return int(text.split()[1]) * PAGE_KB

    def cpu_s(self) -> float:
        """CPU time of the process so far [s]."""
        text = Path(f'/proc/{self.process.pid}/stat').read_text(encoding='ascii')
        fields = text.rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10.0)
        self.process.kill()
        self.executor.shutdown(timeout_sec=5.0)
        rclpy.try_shutdown()


def start(kind: str, file: Path, log: Path) -> subprocess.Popen:
    """Start the controller as a launch file would."""
    program = [sys.executable, '-m', 'ros2_embedded', 'run', '-m', f'policy_nodes.nodes.{NAME}']
    arguments = ['--ros-args', '-p', f'kind:={kind}', '--params-file', str(file)]
    with log.open('wb') as sink:
        return subprocess.Popen(  # noqa: S603 a program of ours
            [*program, *arguments],
            cwd=ROOT,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def watch(soak: Soak, minutes: float, show: Callable[..., None]) -> dict[str, Any]:
    """Watch for a time and show a row every minute; Ctrl-C ends it early."""
    memory: list[tuple[float, float]] = []
    rows: list[dict[str, Any]] = []
    began, cpu = time.monotonic(), soak.cpu_s()
    since, spent, seen, commands = began, cpu, len(soak.ticks), soak.feed.commands
    first, resets = commands, 0
    try:
        while (at := time.monotonic() - began) < minutes * 60.0:
            if soak.process.poll() is not None:
                raise SystemExit(f'{NAME} ended by itself: {soak.process.returncode}')
            memory.append((at, soak.resident_kb()))
            if soak.latched:  # a machine under load may latch a stop: drive on
                soak.permit()
                resets += 1
            if time.monotonic() - since >= 60.0 or at + 1.0 >= minutes * 60.0:
                took, used = time.monotonic() - since, soak.cpu_s()
                row = {
                    'minute': round((at + 1.0) / 60.0, 2),
                    'resident_kb': memory[-1][1],
                    'cpu_share': (used - spent) / took,
                    'commands_per_s': (soak.feed.commands - commands) / took,
                    'tick_ms': spread(soak.ticks[seen:]),
                }
                rows.append(row)
                show(*words(row))
                since, spent = time.monotonic(), used
                seen, commands = len(soak.ticks), soak.feed.commands
            time.sleep(1.0)
    except KeyboardInterrupt:
        pass
    return {
        'seconds': (took := time.monotonic() - began),
        'start_up_s': soak.start_up,
        'loads_torch': 'torch' in Path(f'/proc/{soak.process.pid}/maps').read_text(),
        'cpu_share': (soak.cpu_s() - cpu) / took,
        'commands_per_s': (soak.feed.commands - first) / took,
        'tick_ms': spread(soak.ticks),
        'decisions': len(soak.ticks),
        'resets': resets,
        'levels': dict(soak.levels),
        'reasons': dict(soak.reasons.most_common()),
        'memory_kb': memory,
        'minutes': rows,
    }


def main(
    kind: Annotated[Kind, typer.Option(help='of robot')] = Kind.base,
    minutes: Annotated[float, typer.Option(help='how long', min=0.1)] = 60.0,
    warm_up: Annotated[float, typer.Option(help='left out of the slope [min]', min=0.0)] = 15.0,
    json_file: Annotated[Path | None, typer.Option('--json', help='write figures here')] = None,
    plot: Annotated[Path | None, typer.Option(help='draw here: png, svg or pdf')] = None,
) -> None:
    """Print a row every minute, then slope, times and CPU."""
    os.environ.setdefault('ROS_DOMAIN_ID', str(1 + os.getpid() % 100))
    console = Console()
    headings = ('minute', 'resident MB', 'CPU %', 'commands/s', 'p50 ms', 'p99 ms', 'max ms')
    table = Table(*headings, title=f'{NAME} of kind {kind.value}')
    log = Path(tempfile.mkdtemp(prefix='safety_soak_')) / 'log.txt'
    soak = Soak(kind.value, log)
    try:
        with Live(table, console=console, auto_refresh=False) as live:

            def show(*cells: str) -> None:
                table.add_row(*cells)
                live.refresh()
                if not console.is_terminal:  # a file shows the table in the end only
                    print(*cells, sep='\t', flush=True)

            found = {'kind': kind.value, **watch(soak, minutes, show)}
    finally:
        soak.close()
    found['warm_up_min'] = warm_up
    found['slope_kb_per_h'] = grown = slope(found['memory_kb'], warm_up * 60.0)
    times = ', '.join(f'{key} {found["tick_ms"].get(key, math.nan):.3f} ms' for key in TIMES)
    for line in (
        f'started in {found["start_up_s"]:.2f} s; torch loaded: {found["loads_torch"]}',
        'memory grows by ' + ('? (too short)' if grown is None else f'{grown:+.0f} kB/h'),
        f'CPU {100 * found["cpu_share"]:.1f} %; {found["decisions"]} decisions: {times}',
        f'levels: {found["levels"]}; latched and reset {found["resets"]} times',
        f'log: {log}',
    ):
        console.print(line)
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2), encoding='utf-8')
    if plot is not None:
        draw(found, warm_up, plot)


if __name__ == '__main__':
    typer.run(main)
