"""Which library draws camera images where there is no screen."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

# Shared objects by the value of MUJOCO_GL that uses them, and the package that has them.
LIBRARIES = {
    'egl': (('libEGL.so.1',), 'libegl1'),
    'osmesa': (('libOSMesa.so.8', 'libOSMesa.so.6', 'libOSMesa.so'), 'libosmesa6'),
}


class DrawingError(RuntimeError):
    """This machine cannot draw images."""


def loads(name: str) -> bool:
    """Whether a shared object can be loaded."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def choose_backend(wanted: str, can_load: Callable[[str], bool] = loads) -> str:
    """Name the library to draw with.

    Args:
        wanted: value of MUJOCO_GL; empty takes the first that is there, EGL before OSMesa,
            because it draws on a GPU where there is one.
        can_load: says whether a shared object can be loaded.

    Raises:
        DrawingError: none is there, or not the one that is wanted.
    """
    if wanted and wanted not in LIBRARIES:
        raise DrawingError(
            f'MUJOCO_GL is {wanted!r}; cameras without a screen know {", ".join(LIBRARIES)}: '
            'set one of these, or unset it'
        )
    for name in [wanted] if wanted else LIBRARIES:
        if any(map(can_load, LIBRARIES[name][0])):
            return name
    package = LIBRARIES[wanted][1] if wanted else 'libegl1 (or libosmesa6)'
    missing = wanted or ' and '.join(LIBRARIES)
    raise DrawingError(
        f'camera images need a library to draw with, and {missing} cannot be loaded here: '
        f'sudo apt install {package}'
    )


def gl_context(width: int, height: int) -> Any:
    """Create a context to draw in; it belongs to the thread that makes it current.

    Raises:
        DrawingError: this machine cannot draw images.
    """
    name = choose_backend(os.environ.get('MUJOCO_GL', '').lower().strip())
    # MuJoCo's own library reads it when it looks up the functions of OpenGL
    os.environ['MUJOCO_GL'] = name
    try:
        if name == 'egl':
            from mujoco.egl import GLContext
        else:
            from mujoco.osmesa import GLContext
        return GLContext(width, height)
    except (ImportError, AttributeError, RuntimeError) as error:
        other = next(known for known in LIBRARIES if known != name)
        raise DrawingError(
            f'{name} is installed, but gives no context to draw in ({error}): '
            f'try MUJOCO_GL={other}, or sudo apt install libgl1-mesa-dri'
        ) from error
