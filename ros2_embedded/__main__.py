"""`python -m ros2_embedded`, installed as `ros2-embedded`: programs and commands without ROS 2."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import ros2_embedded

USAGE = """\
usage: ros2-embedded run SCRIPT.py [arguments]
       ros2-embedded run -m MODULE [arguments]
       ros2-embedded run PACKAGE EXECUTABLE [arguments]
       ros2-embedded launch FILE.launch.py [name:=value ...]
       ros2-embedded topic|node|param|service|action|interface|lifecycle ... [--help]
       ros2-embedded component|pkg|multicast|doctor ... [--help]
       ros2-embedded examples [FOLDER]
       ros2-embedded --version

Runs programs that import rclpy, launch, tf2_ros or message packages, unchanged, on a machine
without ROS 2, and the commands of ros2. With a real rclpy on the path, that one is used.
`python -m ros2_embedded` is the same.

run       as python runs a script or a module: same arguments, exit code and traceback. Folders
          with msg/, srv/ or action/ beside the script are interface packages; so are those
          beside its package in a workspace. PACKAGE EXECUTABLE is as with ros2 run.
launch    runs a launch file; --show-args lists its arguments.
topic ... look at a graph, as the commands of ros2 do, and know interface packages that lie in
          this folder.
examples  lists scripts to learn from, or copies them into a new folder.

example: ros2-embedded run talker.py --ros-args -r chatter:=/robot/chatter
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after the program's name; those of this process where it is None.

    Returns:
        exit code; 2 for a wrong command line.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (['-h'], ['--help']):
        print(USAGE, end='')
        return 0
    if not words:
        print(USAGE, end='', file=sys.stderr)
        return 2
    if words == ['--version']:
        print(f'ros2_embedded {ros2_embedded.__version__}')
        return 0
    # Here and below: a command loads what it needs, and no more.
    if words[0] == 'run' and not _names_a_package(words[1:]):
        from ros2_embedded.running import run

        return run(words[1:])
    if words[0] == 'examples':
        from ros2_embedded.example_files import examples

        return examples(words[1:])
    return _command(words)


def _names_a_package(words: list[str]) -> bool:
    """Whether `run` is meant as `ros2 run` is: PACKAGE EXECUTABLE."""
    if len(words) < 2 or words[0].startswith('--prefix'):
        return len(words) >= 2
    is_name = re.fullmatch(r'[A-Za-z]\w*', words[0]) is not None
    return is_name and not words[1].startswith('-') and not Path(words[0]).exists()


def _command(words: list[str]) -> int:
    """Run a command on a graph; it ends the process by itself."""
    from ros2_embedded.child_processes import serve_children
    from ros2_embedded.interface_folders import add_interfaces_near

    add_interfaces_near(Path.cwd())
    if ros2_embedded.install():
        serve_children()
    try:
        from ros2_embedded.cli.app import app
    except ModuleNotFoundError as error:
        if error.name not in ('typer', 'rich', 'click'):
            raise
        print(
            f'The command {words[0]!r} needs the package {error.name}: '
            "pip install 'ros2-embedded[cli]'",
            file=sys.stderr,
        )
        return 2
    app(words, prog_name='ros2-embedded')
    return 0


if __name__ == '__main__':
    sys.exit(main())
