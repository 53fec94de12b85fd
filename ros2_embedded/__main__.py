"""`python -m ros2_embedded run SCRIPT.py [arguments]` runs a plain rclpy script."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import ros2_embedded

USAGE = """\
usage: python -m ros2_embedded run SCRIPT.py [arguments]
       python -m ros2_embedded run -m MODULE [arguments]

Runs a program that imports rclpy, launch, tf2_ros or message packages, unchanged, on a machine
without ROS 2. With a real rclpy on the path, that one is used.
"""


def main(arguments: list[str]) -> int:
    """Run a script or module; return the exit code for a wrong command line."""
    if arguments[:1] != ['run'] or len(arguments) < 2 or arguments[1:] == ['-m']:
        wants_help = arguments[:1] in (['-h'], ['--help'])
        print(USAGE, end='', file=sys.stdout if wants_help else sys.stderr)
        return 0 if wants_help else 2
    ros2_embedded.install()
    if arguments[1] == '-m':
        sys.argv = arguments[2:]
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(arguments[2], run_name='__main__', alter_sys=True)
        return 0
    script = Path(arguments[1])
    if not script.is_file():
        print(f'{script}: there is no such file.', file=sys.stderr)
        return 2
    sys.argv = arguments[1:]
    sys.path.insert(0, str(script.resolve().parent))
    runpy.run_path(str(script), run_name='__main__')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
