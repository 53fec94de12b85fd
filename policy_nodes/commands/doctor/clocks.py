"""Clocks, and how exactly a timer fires."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from policy_nodes.commands.doctor.discovery import discovery_range
from policy_nodes.commands.doctor.finding import Finding, ok, warning

PERIOD = 0.01  # [s]
TICKS = 150
# The tenth of a control period at 20 Hz: later than that a watchdog begins to notice.
LATE = 0.005  # [s]
# The kernel corrects the system clock by 500 parts in a million at most.
SLEWED = 600e-6
_TIME_ERROR = 5  # of adjtimex: nobody keeps the clock right


@dataclass(frozen=True)
class Ticks:
    """What a timer did.

    Attributes:
        late: by how much each tick came after its time [s].
        drift: how much faster the system clock ran than the steady one [1].
    """

    late: np.ndarray
    drift: float


def check_clocks() -> Iterator[Finding]:
    """Run a timer of 100 Hz and hold the system clock against the steady one meanwhile."""
    ticks = watch_timer()
    median, p99, longest = np.percentile(ticks.late, (50, 99, 100)) * 1e3
    found = f'late by {median:.2f} ms (p99 {p99:.2f}, longest {longest:.2f})'
    if p99 > LATE * 1e3:
        yield warning(
            'timer of 100 Hz',
            found,
            'end other programs; a robot needs a machine that keeps its times',
        )
    else:
        yield ok('timer of 100 Hz', found)
    shown = f'system and steady clock differ by {ticks.drift * 1e6:+.0f} parts in a million'
    if abs(ticks.drift) > SLEWED:
        yield warning('clocks', shown, 'wait until the system clock has been set')
    else:
        yield ok('clocks', shown)
    yield from _check_synchronised()


def watch_timer(period: float = PERIOD, ticks: int = TICKS) -> Ticks:
    """Spin a node with a timer on the steady clock.

    Args:
        period: of the timer [s].
        ticks: how many to watch.
    """
    import rclpy
    from rclpy.clock import Clock, ClockType
    from rclpy.executors import SingleThreadedExecutor

    context = rclpy.Context()
    rclpy.init(args=[], context=context, signal_handler_options=rclpy.SignalHandlerOptions.NO)
    executor = SingleThreadedExecutor(context=context)
    times: list[float] = []
    try:
        node = rclpy.create_node(
            f'policy_stack_doctor_{os.getpid()}_timer',
            context=context,
            start_parameter_services=False,
            enable_rosout=False,
        )
        node.create_timer(
            period,
            lambda: times.append(time.monotonic()),
            clock=Clock(clock_type=ClockType.STEADY_TIME),
        )
        executor.add_node(node)
        system, steady = time.time(), time.monotonic()
        while len(times) < ticks:
            executor.spin_once(timeout_sec=1.0)
        drift = (time.time() - system) / (time.monotonic() - steady) - 1.0
        node.destroy_node()
    finally:
        executor.shutdown(timeout_sec=1.0)
        context.try_shutdown()
    # No tick comes before its time, so the earliest one shows where the times lie.
    offsets = np.array(times) - np.arange(len(times)) * period
    return Ticks(offsets - offsets.min(), drift)


def _check_synchronised() -> Iterator[Finding]:
    """Ask the kernel whether somebody keeps its clock right; only a network needs it."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(1024))
    except (AttributeError, OSError):
        return
    if state < 0:
        return
    if state != _TIME_ERROR:
        yield ok('synchronised', 'the system clock is kept right')
    elif discovery_range() == 'LOCALHOST':
        yield ok('synchronised', 'nobody keeps the system clock right; one machine needs nobody')
    else:
        yield warning(
            'synchronised',
            'nobody keeps the system clock right, and stamps of other machines will not fit',
            'sudo apt install chrony, on the robot, too',
        )
