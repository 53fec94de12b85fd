"""Processor, memory and the limits that the kernel sets."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

from policy_nodes.commands.doctor.finding import Finding, ok, warning

CORES = 2
MEMORY = 2e9  # that the nodes of one robot take [bytes]
OPEN_FILES = 1024
SHARED_MEMORY = 64e6  # of torch's workers and of multiprocessing [bytes]
# With 4 MiB four RGB-D cameras on loopback lose nothing.
RECEIVE_BUFFER = 4 * 2**20
SHARED = Path('/dev/shm')  # noqa: S108  (looked at, not written to)
NETWORK = Path('/proc/sys/net/core')


def check_machine() -> Iterator[Finding]:
    """Look at cores, load and memory."""
    import psutil

    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    found = f'{cores} cores, load {load:.1f}'
    if cores < CORES:
        yield warning('processor', found, f'take {CORES} cores, or speed:=0.5 for a launch')
    elif load > 2 * cores:
        yield warning('processor', found, 'end other programs: the nodes will miss their times')
    else:
        yield ok('processor', found)
    memory = psutil.virtual_memory()
    found = f'{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free'
    if memory.available < MEMORY:
        yield warning('memory', found, f'end other programs: a robot takes {MEMORY / 1e9:.0f} GB')
    else:
        yield ok('memory', found)


def check_limits(network: Path = NETWORK, shared: Path = SHARED) -> Iterator[Finding]:
    """Look at open files, shared memory and the buffers of sockets.

    Args:
        network: folder of the kernel's settings.
        shared: folder of shared memory.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = files == resource.RLIM_INFINITY
    found = 'no limit' if unlimited else f'{files}'
    if not unlimited and files < OPEN_FILES:
        yield warning('open files', found, f'ulimit -n {OPEN_FILES}')
    else:
        yield ok('open files', found)
    yield _check_shared(shared)
    yield from _check_buffers(network)


def _check_shared(shared: Path) -> Finding:
    name = str(shared)
    if not shared.is_dir() or not os.access(shared, os.W_OK):
        return warning(
            name, 'cannot be written to', 'mount it: workers of `policy-stack eval` need it'
        )
    free = shutil.disk_usage(shared).free
    if free < SHARED_MEMORY:
        return warning(
            name, f'{free / 1e6:.0f} MB free', 'give a container more: docker run --shm-size=1g'
        )
    return ok(name, f'{free / 1e9:.1f} GB free')


def _check_buffers(network: Path) -> Iterator[Finding]:
    file = network / 'rmem_max'
    try:
        size = int(file.read_text())
    except (OSError, ValueError):
        return  # no Linux, or a sandbox that hides it
    found = f'net.core.rmem_max is {size / 1e6:.1f} MB'
    if size < RECEIVE_BUFFER:
        yield warning(
            'socket buffers',
            f'{found}; scans and commands fit, camera images may get lost',
            'sudo sysctl -w net.core.rmem_max=10485760',
        )
    else:
        yield ok('socket buffers', found)
