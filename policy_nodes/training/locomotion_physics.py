"""What physics of many legged robots gives and takes, whatever computes it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import mujoco
import torch
from torch import Tensor

from policy_nodes.simulation.barkour.legged_robot import LeggedRobot, robot_spec
from policy_nodes.simulation.barkour.solver import Solver, set_solver
from policy_nodes.training.locomotion_ground import BURIED, GroundBank

PERIOD = 0.02  # [s] of control


class LegState(NamedTuple):
    """Robots at the end of a control period; one row a world, float32.

    Attributes:
        position: (worlds, 3) of the body [m].
        quaternion: (worlds, 4) wxyz of the body.
        linear: (worlds, 3) velocity in the world [m/s].
        angular: (worlds, 3) in the frame of the body [rad/s].
        joints: (worlds, joints) [rad].
        speeds: (worlds, joints) [rad/s].
        torques: (worlds, joints) [Nm].
        feet: (worlds, feet, 3) [m].
    """

    position: Tensor
    quaternion: Tensor
    linear: Tensor
    angular: Tensor
    joints: Tensor
    speeds: Tensor
    torques: Tensor
    feet: Tensor


class Variation(NamedTuple):
    """How robots differ from the published model, as factors of its values.

    Attributes:
        friction: (worlds,) of the feet.
        mass: (worlds,) of all links.
        kp: (worlds, joints).
        kd: (worlds, joints).
    """

    friction: Tensor
    mass: Tensor
    kp: Tensor
    kd: Tensor

    @classmethod
    def none(cls, worlds: int, joints: int, device: torch.device | str) -> Variation:
        """The published model in all worlds."""
        one = torch.ones(worlds, device=device)
        return cls(one, one.clone(), *(torch.ones((worlds, joints), device=device),) * 2)


class LegPhysics(Protocol):
    """Moves many robots, each on a ground of a bank."""

    def begin(self, rows: Tensor, ground: Tensor, qpos: Tensor, variation: Variation) -> None:
        """Put robots at the beginning of an episode, at rest.

        Args:
            rows: (n,) worlds.
            ground: (n,) of each.
            qpos: (n, 7 + joints) position [m], quaternion wxyz, joints [rad].
            variation: of each.
        """

    def push(self, velocity: Tensor) -> None:
        """Add to the velocities (worlds, 3) of the bodies [m/s]."""

    def step(self, target: Tensor) -> LegState:
        """Let one control period go by with targets (worlds, joints) [rad]."""

    def state(self) -> LegState:
        """Robots as they are."""


def training_spec(robot: LeggedRobot, solver: Solver, boxes: int) -> mujoco.MjSpec:
    """A robot whose feet alone touch a floor and some boxes, which the bank places."""
    spec = robot_spec(robot, only_feet=True)
    # capsules that touch nothing only cost time
    for geom in list(spec.geoms):
        if geom.name not in robot.feet:
            spec.delete(geom)
    floor = spec.worldbody.add_geom(
        name='floor', type=mujoco.mjtGeom.mjGEOM_PLANE, size=[0.0, 0.0, 1.0]
    )
    solids = [floor]
    for number in range(boxes):
        solids.append(  # noqa: PERF401 each is changed below
            spec.worldbody.add_geom(
                name=f'box_{number}',
                type=mujoco.mjtGeom.mjGEOM_BOX,
                size=[0.1, 0.1, 0.1],
                pos=[0.0, 0.0, BURIED],
            )
        )
    for solid in solids:
        solid.contype, solid.conaffinity = 0, 1
    set_solver(spec, solver)
    return spec


def place_boxes(spec: mujoco.MjSpec, bank: GroundBank, ground: int) -> None:
    """Give a spec the ground of a bank."""
    spec.geom('floor').pos = [0.0, 0.0, float(bank.floor[ground])]
    for number in range(bank.boxes):
        box = spec.geom(f'box_{number}')
        box.pos = bank.centre[ground, number].tolist()
        box.quat = bank.quaternion[ground, number].tolist()
        box.size = bank.half[ground, number].tolist()
