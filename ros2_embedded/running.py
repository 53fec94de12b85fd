"""Running of plain rclpy programs, as python runs them."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import ros2_embedded
from ros2_embedded.child_processes import serve_children
from ros2_embedded.interface_folders import add_interfaces_near

USAGE = """\
usage: ros2-embedded run SCRIPT.py [arguments]
       ros2-embedded run -m MODULE [arguments]

example: ros2-embedded run talker.py --ros-args -p rate:=2.0
"""


def run(words: Sequence[str]) -> int:
    """Run a script or a module as the main program.

    Args:
        words: path of the script, or `-m` and the name of the module, then its own arguments.

    Returns:
        exit code where the program ends by itself, or 2 where it is not there. What it raises,
        SystemExit above all, is passed on; tracebacks begin in the program.
    """
    if words[:1] in (['-h'], ['--help']):
        print(USAGE, end='')
        return 0
    is_module = words[:1] == ['-m']
    if len(words) < 1 + is_module or (words[0].startswith('-') and not is_module):
        print(USAGE, end='', file=sys.stderr)
        return 2
    script = Path(words[0])
    if not is_module and not script.exists():
        print(f'{script}: there is no such file.', file=sys.stderr)
        return 2
    folder = Path.cwd() if is_module else script if script.is_dir() else script.resolve().parent
    sys.argv = list(words[is_module:])
    sys.path.insert(0, str(folder))
    if ros2_embedded.install():
        serve_children()
        add_interfaces_near(folder)
    sys.excepthook = _say_what_was_raised
    if is_module:
        runpy.run_module(words[1], run_name='__main__', alter_sys=True)
    else:
        runpy.run_path(str(script.absolute()), run_name='__main__')
    return 0


def _say_what_was_raised(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    sys.__excepthook__(kind, error.with_traceback(_from_program_on(trace)), error.__traceback__)


def _from_program_on(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frames that lead to the program."""
    frame = trace
    while frame is not None and frame.tb_frame.f_code is not run.__code__:
        frame = frame.tb_next
    if frame is None:
        return trace
    frame = frame.tb_next
    while frame is not None and frame.tb_frame.f_globals.get('__name__') == 'runpy':
        frame = frame.tb_next
    return frame
