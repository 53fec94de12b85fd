"""GPU for training, libraries for rendering without a screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

from policy_nodes.commands.doctor.finding import Finding, ok, warning
from policy_nodes.simulation.tabletop.gl_backend import LIBRARIES, loads

DRIVER = Path('/proc/driver/nvidia/version')


def check_gpu(driver: Path = DRIVER) -> Iterator[Finding]:
    """Look whether torch sees a GPU and can compute on it.

    Args:
        driver: file that is there where an NVIDIA driver is.
    """
    import torch

    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            yield _try_device(torch, index)
    elif driver.exists():
        reason = (
            'this torch is a build for CPUs'
            if torch.version.cuda is None
            else f'this torch, built for CUDA {torch.version.cuda}, cannot use its driver'
        )
        yield warning(
            'GPU',
            f'an NVIDIA GPU is there, but {reason}',
            'for training, install a build of torch that fits the driver: https://pytorch.org',
        )
    else:
        yield ok('GPU', 'none; robots and evaluations run on the CPU, training is slow')


def _try_device(torch: ModuleType, index: int) -> Finding:
    name = f'cuda:{index}'
    properties = torch.cuda.get_device_properties(index)
    found = f'{properties.name}, {properties.total_memory / 2**30:.0f} GiB'
    try:
        ones = torch.ones(64, 64, device=name)
        assert float((ones @ ones).sum()) == 64**3
    except (AssertionError, RuntimeError) as error:
        first = str(error).splitlines()[0] if str(error) else 'wrong result'
        return warning(
            name,
            f'{found}, but it does not compute: {first}',
            'install a build of torch that fits GPU and driver; use --device cpu until then',
        )
    return ok(name, f'{found}, CUDA {torch.version.cuda}')


def check_rendering(can_load: Callable[[str], bool] = loads) -> Iterator[Finding]:
    """Look for the libraries that MuJoCo draws camera images with where there is no screen.

    Args:
        can_load: says whether a shared object can be loaded.
    """
    there = [kind for kind, (names, _) in LIBRARIES.items() if any(map(can_load, names))]
    try:
        mujoco = f'MuJoCo {metadata.version("mujoco")}'
    except metadata.PackageNotFoundError:
        mujoco = 'MuJoCo is not installed'
    chosen = os.environ.get('MUJOCO_GL', '').lower()
    found = f'{mujoco}; {", ".join(there) or "no library"} to draw with'
    if chosen in LIBRARIES and chosen not in there:
        yield warning(
            'MuJoCo',
            f'{found}, but MUJOCO_GL is {chosen}',
            f'sudo apt install {LIBRARIES[chosen][1]}, or unset MUJOCO_GL',
        )
    elif not there:
        yield warning(
            'MuJoCo',
            f'{found}; a TurtleBot needs none, a simulated camera does',
            'sudo apt install libosmesa6 (or libegl1, where there is no libosmesa6)',
        )
    else:
        yield ok('MuJoCo', found)
