"""Simulator, exercise and safety controller of a shipped robot speak of one and the same robot."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from shipped import shipped


def test_the_nodes_of_the_panda_name_the_same_joints_and_stay_inside_of_its_limits():
    safety = shipped('panda', 'safety_controller')
    simulator, exercise = shipped('panda', 'arm_simulator'), shipped('panda', 'arm_exerciser')
    names = safety['joints']['names']
    assert simulator['joints'] == exercise['joints'] == names
    limits = [safety['limits'][name] for name in names]
    lower = np.array([each['lower'] + each['margin'] for each in limits])
    upper = np.array([each['upper'] - each['margin'] for each in limits])
    assert (np.array(simulator['lower']) <= lower).all()
    assert (np.array(simulator['upper']) >= upper).all()
    home, amplitude = np.array(exercise['home']), np.array(exercise['amplitude'])
    assert (home - amplitude > lower).all()
    assert (home + amplitude < upper).all()
    speed = amplitude * 2 * np.pi / np.array(exercise['period'])
    assert (speed < [each['velocity'] for each in limits]).all()
    # the drives can do what the controller counts on for a stop
    able = np.array(simulator['max_torque']) / np.array(simulator['inertia'])
    assert (able > [each['acceleration'] for each in limits]).all()
    assert 1 / simulator['rate'] < safety['joint_state']['timeout'] / 2


def test_the_nodes_of_the_barkour_name_the_same_joints_and_stand_in_the_same_pose():
    safety = shipped('barkour', 'safety_controller')
    simulator, exercise = shipped('barkour', 'leg_simulator'), shipped('barkour', 'leg_exerciser')
    joints = safety['joints']
    assert simulator['joints'] == exercise['joints'] == joints['names']
    assert exercise['stand'] == safety['stand']['pose']
    assert simulator['position'] == safety['sit']['pose']
    assert (exercise['kp'], exercise['kd']) == (safety['stand']['kp'], safety['stand']['kd'])
    assert simulator['feet'] == safety['contacts']['feet']
    assert (np.array(simulator['lower']) <= joints['position_min']).all()
    assert (np.array(simulator['upper']) >= joints['position_max']).all()
    assert simulator['max_torque'] == joints['max_torque']
