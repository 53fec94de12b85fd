"""Perception stays light: numpy and scipy, no torch, no middleware."""

import subprocess
import sys
from pathlib import Path

import policy_nodes.perception

FOLDER = Path(policy_nodes.perception.__file__).parent

PROGRAM = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module('policy_nodes.perception.' + name)
print(*sorted({name.split('.')[0] for name in sys.modules} & {'torch', 'rclpy', 'matplotlib'}))
print(*sorted({name.split('.')[1] for name in sys.modules if name.startswith('policy_nodes.')}))
"""


# what runs a network is imported by those who want it, and by nobody else here
NETWORKS = {'people_detector', 'people_detector_checkpoint'}


def test_all_of_perception_that_runs_no_network_knows_contract_and_geometry_only():
    modules = [file.stem for file in FOLDER.glob('*.py') if file.stem != '__init__']
    assert set(modules) >= NETWORKS
    modules = [name for name in modules if name not in NETWORKS]
    assert len(modules) > 8
    done = subprocess.run(
        [sys.executable, '-c', PROGRAM, *modules],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=FOLDER.parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    heavy, ours = done.stdout.split('\n')[:2]
    assert heavy == ''
    assert set(ours.split()) <= {'contract', 'geometry', 'perception'}
