"""What the package may import."""

import subprocess
import sys
from pathlib import Path

import policy_nodes.memory

FOLDER = Path(policy_nodes.memory.__file__).parent

PROGRAM = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module('policy_nodes.memory.' + name)
used = {name.split('.')[0] for name in sys.modules}
print(*sorted(used & {'torch', 'rclpy', 'scipy', 'matplotlib', 'mujoco'}))
"""


def test_no_module_needs_torch_or_rclpy():
    modules = [file.stem for file in FOLDER.glob('*.py') if file.stem != '__init__']
    assert len(modules) > 5
    done = subprocess.run(
        [sys.executable, '-c', PROGRAM, *modules],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=FOLDER.parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == '\n'
