"""The safety process stays small: numpy at most."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_controller_loads_neither_torch_nor_rclpy_nor_yaml():
    program = (
        'import sys, policy_nodes.safety.base_controller\n'
        'heavy = ("torch", "rclpy", "yaml", "scipy", "cyclonedds")\n'
        'print([name for name in heavy if name in sys.modules])'
    )
    done = subprocess.run(
        [sys.executable, '-c', program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == '[]'


def test_the_measurement_of_a_tick_prints_its_distribution():
    done = subprocess.run(
        [sys.executable, '-m', 'policy_nodes.safety.tick_budget', '--rays', '90', '--ticks', '50'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report['ticks'] == 50
    assert 0 < report['p50_ms'] <= report['p99_ms'] <= report['max_ms']
    assert report['reasons']
