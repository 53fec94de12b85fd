"""How long inverse kinematics and planning take, and how much they solve.

    python benchmarks/motion_planning.py --poses 500

Kinematics: poses of random configurations within the limits whose manipulability is at least 1.2
times what is asked for, from the home configuration. Planning: one key pose after the other with
the fingers about downward over the table, each from where the one before ended; `open` is the
table alone, `wall` has a wall of 0.4 m across the middle. Times are milliseconds of the thread,
which other processes do not lengthen; the shipped parameters of the motion executor count.
"""

import json
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
import yaml
from rich.console import Console
from rich.table import Table
from scipy.spatial.transform import Rotation

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.limits import MotionLimits, motion_limits
from policy_nodes.motion.planner import MotionPlanner
from policy_nodes.motion.poses import Pose, pose_error
from policy_nodes.motion.refusals import Refusal
from policy_nodes.motion.scene import arm_in_scene, box
from policy_nodes.simulation.tabletop.panda_model import panda_spec

CONFIG = Path(__file__).resolve().parents[1] / 'config' / 'panda' / 'motion_executor.yaml'
TABLE = box('table', (0.25, 0.0, -0.05), (1.0, 1.2, 0.1))
WALL = box('wall', (0.5, 0.0, 0.2), (0.4, 0.02, 0.4))
SCENES = {'open': [TABLE], 'wall': [TABLE, WALL]}
ROOM = 1.2  # of manipulability


def shipped() -> tuple[list[str], MotionLimits, np.ndarray]:
    """Joints, limits and home configuration."""
    text = CONFIG.read_text(encoding='utf-8')
    given = yaml.safe_load(text)['/**']['ros__parameters']
    wanted = ('lower', 'upper', 'velocity', 'acceleration', 'jerk')
    limits = motion_limits(
        given['joints'], **{name: given[name] for name in wanted}, margin=given['margin']
    )
    return given['joints'], limits, np.array(given['home'])


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile [ms]."""
    if not seconds:
        return {'p50': float('nan'), 'p99': float('nan')}
    p50, p99 = np.percentile(seconds, (50, 99)) * 1e3
    return {'p50': round(float(p50), 2), 'p99': round(float(p99), 2)}


def kinematics(poses: int) -> dict:
    """Solve poses of random configurations."""
    joints, limits, home = shipped()
    arm = Arm(arm_in_scene(panda_spec()), joints)
    random = np.random.default_rng(0)
    found = {}
    for wanted in (1, 4):
        solver = InverseKinematics(arm, limits, home=home, wanted=wanted)
        times, errors, solved = [], [], 0
        while len(times) < poses:
            configuration = random.uniform(limits.lower + 0.01, limits.upper - 0.01)
            if arm.manipulability(configuration) < ROOM * solver.singular:
                continue
            pose = arm.pose(configuration)
            begin = time.thread_time()
            answer = solver.solve(pose, home)
            times.append(time.thread_time() - begin)
            if not isinstance(answer, Refusal):
                solved += 1
                errors.append(pose_error(arm.pose(answer[0].configuration), pose))
        found[f'{wanted} solutions'] = {
            'poses': poses,
            'solved': solved / poses,
            'worst_position_m': max(error.position for error in errors),
            'worst_rotation_rad': max(error.rotation for error in errors),
            **spread(times),
        }
    return found


def planning(scene: str, poses: int) -> dict:
    """Plan from key pose to key pose."""
    joints, limits, home = shipped()
    planner = MotionPlanner(
        Arm(arm_in_scene(panda_spec(), SCENES[scene]), joints),
        limits,
        home=home,
        hand='panda_hand',
    )
    random = np.random.default_rng(0)
    start, ways, times, lasting = home, Counter(), defaultdict(list), []
    for _ in range(poses):
        place = random.uniform((0.3, -0.35, 0.03), (0.65, 0.35, 0.5))
        lean = Rotation.from_euler('xy', random.uniform((np.pi - 0.2, -0.2), (np.pi + 0.2, 0.2)))
        turned = Rotation.from_euler('z', random.uniform(-np.pi, np.pi)) * lean
        key_pose = KeyPose(place, turned.as_quat(), 1.0, False)
        begin = time.thread_time()
        plan = planner.plan(start, key_pose)
        took = time.thread_time() - begin
        name = plan.reason.value if isinstance(plan, Refusal) else plan.way
        ways[name] += 1
        times[name].append(took)
        times['all'].append(took)
        if not isinstance(plan, Refusal):
            lasting.append(plan.trajectory.duration)
            start = plan.trajectory.goal
            error = pose_error(planner.arm.pose(start), Pose(place, turned.as_quat()))
            assert error.position < 1e-4, error
    return {
        'poses': poses,
        'ways': dict(ways),
        'ms': {name: spread(values) for name, values in times.items()},
        'motion_s': round(float(np.median(lasting)), 2),
    }


def main(
    poses: Annotated[int, typer.Option(min=10, help='of each part')] = 500,
    json_file: Annotated[Path | None, typer.Option('--json', help='written too')] = None,
) -> None:
    """Print solved shares and times."""
    solved = kinematics(poses)
    planned = {scene: planning(scene, poses) for scene in SCENES}
    table = Table('what', 'how many', 'p50 ms', 'p99 ms')
    for name, row in solved.items():
        share = f'{row["solved"]:.1%} of {poses} solved'
        table.add_row(f'kinematics, {name}', share, str(row['p50']), str(row['p99']))
    for scene, row in planned.items():
        for name, took in row['ms'].items():
            count = row['ways'].get(name, poses)
            table.add_row(f'{scene}, {name}', str(count), str(took['p50']), str(took['p99']))
    Console().print(table)
    if json_file is not None:
        found = {'kinematics': solved, 'planning': planned}
        json_file.write_text(json.dumps(found, indent=2) + '\n', encoding='utf-8')


if __name__ == '__main__':
    typer.run(main)
