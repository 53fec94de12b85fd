"""Lets policies of legs run in the world on the CPU, through the code that a node runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.policies.height_field import SCAN, HeightField
from policy_nodes.policies.locomotion import LegView, LocomotionPolicy
from policy_nodes.simulation.barkour.rays import HeightGrid
from policy_nodes.simulation.barkour.world import BarkourWorld

SCAN_GRID = HeightGrid(SCAN.rows, SCAN.columns, SCAN.resolution, SCAN.x, SCAN.y)
Command = Callable[[BarkourWorld], NDArray[np.float64]]
Arrays = Mapping[str, NDArray[Any]]


def view_of(world: BarkourWorld, command: NDArray[np.float64]) -> LegView:
    """What a robot in the world knows, as its sensors say."""
    imu, joints = world.imu(), world.joints()
    # as a message carries them
    heights = world.height_scan(SCAN_GRID).astype(np.float32).astype(np.float64)
    return LegView(
        imu.quaternion,
        float(imu.angular_velocity[2]),
        command,
        world.robot.joints,
        joints.position,
        HeightField(0, SCAN.x, SCAN.y, SCAN.resolution, heights),
    )


def drive(
    policy: LocomotionPolicy, world: BarkourWorld, command: Command, steps: int
) -> list[Arrays]:
    """Let a policy run from a reset until it fell or the steps are over.

    Args:
        policy: that acts; it is reset.
        world: at the beginning of an episode.
        command: gives (3,) vx, vy [m/s], wz [rad/s].
        steps: at most.

    Returns:
        What it was shown, by the names of its contract.
    """
    policy.reset()
    shown: list[Arrays] = []
    target = None
    while len(shown) < steps and not world.fallen:
        values = policy.values_of(view_of(world, command(world)))
        policy.observe(values, target)
        target = policy.answer()
        shown.append(values)
        world.step(target, policy.kp, policy.kd)
    return shown
