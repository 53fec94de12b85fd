"""Physics of many robots on a GPU, by MJX; tensors pass between torch and jax without a copy."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import torch
from torch import Tensor

from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.solver import SOLVERS, Solver
from policy_nodes.training.locomotion_ground import GroundBank
from policy_nodes.training.locomotion_physics import (
    PERIOD,
    LegState,
    Variation,
    training_spec,
)

# four feet touch at most three faces each; others are left out of the constraints
MOST_CONTACTS = 12


class MjxPhysics:
    """Steps all worlds in one compiled call."""

    def __init__(
        self,
        robot: LeggedRobot,
        bank: GroundBank,
        worlds: int,
        *,
        device: torch.device | str = 'cuda',
        solver: Solver = SOLVERS['usual'],
    ) -> None:
        """Prepare the call; the first step compiles it, which takes a minute or two.

        Args:
            robot: that moves.
            bank: of grounds.
            worlds: side by side.
            device: of the tensors; jax has to compute on the same one.
            solver: set-up of the physics.
        """
        # torch needs its part of the memory
        os.environ.setdefault('XLA_PYTHON_CLIENT_PREALLOCATE', 'false')
        import jax
        from mujoco import mjx

        # reinforcement learning suffers from products in reduced precision
        jax.config.update('jax_default_matmul_precision', 'highest')
        self._jax, self.worlds, self.device = jax, worlds, torch.device(device)
        self._bank = bank
        spec = training_spec(robot, solver, bank.boxes)
        spec.add_numeric(name='max_contact_points', data=[MOST_CONTACTS], size=1)
        model = spec.compile()
        joints = [model.joint(name) for name in robot.joints]
        self._angles = torch.tensor(
            [*range(7), *(int(joint.qposadr[0]) for joint in joints)], device=self.device
        )
        self._velocities = torch.tensor(
            [int(joint.dofadr[0]) for joint in joints], device=self.device
        )
        feet = np.array([model.geom(name).id for name in robot.feet])
        boxes = np.array([model.geom(f'box_{n}').id for n in range(bank.boxes)])
        self._step, self._feet_of = _compiled(
            jax, mjx, model, feet, model.geom('floor').id, boxes, round(PERIOD / solver.timestep)
        )

        def zeros(*shape: int) -> Tensor:
            return torch.zeros((worlds, *shape), device=self.device)

        self._qpos, self._qvel, self._warm = zeros(model.nq), zeros(model.nv), zeros(model.nv)
        self._qpos[:, 3] = 1.0
        self._torques, self._feet = zeros(model.nu), zeros(len(feet), 3)
        self._ground = zeros().long()
        self._variation = Variation(
            *(part.clone() for part in Variation.none(worlds, model.nu, self.device))
        )

    def begin(self, rows: Tensor, ground: Tensor, qpos: Tensor, variation: Variation) -> None:
        """Put robots at the beginning of an episode; see LegPhysics."""
        self._ground[rows] = ground
        self._qpos[rows[:, None], self._angles] = qpos
        for memory in (self._qvel, self._warm, self._torques):
            memory[rows] = 0.0
        for mine, given in zip(self._variation, variation, strict=True):
            mine[rows] = given
        self._feet = self._call(self._feet_of, self._qpos)[0]

    def push(self, velocity: Tensor) -> None:
        """Add to the velocities of the bodies; see LegPhysics."""
        self._qvel[:, :3] += velocity

    def step(self, target: Tensor) -> LegState:
        """Let one control period go by; see LegPhysics."""
        bank, ground = self._bank, self._ground
        self._qpos, self._qvel, self._warm, self._torques, self._feet = self._call(
            self._step,
            self._qpos,
            self._qvel,
            self._warm,
            target,
            bank.floor[ground],
            bank.centre[ground],
            bank.quaternion[ground],
            bank.half[ground],
            *self._variation,
        )
        return self.state()

    def state(self) -> LegState:
        """Robots as they are."""
        qpos = self._qpos[:, self._angles]
        return LegState(
            qpos[:, :3],
            qpos[:, 3:7],
            self._qvel[:, :3].clone(),
            self._qvel[:, 3:6].clone(),
            qpos[:, 7:],
            self._qvel[:, self._velocities],
            self._torques.clone(),
            self._feet.clone(),
        )

    def _call(self, function: Any, *given: Tensor) -> list[Tensor]:
        """Hand tensors to jax and take its answer back as tensors of torch's own."""
        if self.device.type == 'cuda':
            torch.cuda.synchronize()
        arrays = [self._jax.dlpack.from_dlpack(part.detach().contiguous()) for part in given]
        answer = self._jax.block_until_ready(function(*arrays))
        # arrays of jax must not be written to
        return [torch.from_dlpack(part).clone() for part in answer]


def _compiled(
    jax: Any, mjx: Any, model: Any, feet: np.ndarray, floor: int, boxes: np.ndarray, substeps: int
) -> tuple[Any, Any]:
    """The step of all worlds, and where their feet are."""
    nominal, empty = mjx.put_model(model), mjx.make_data(model)

    def step(
        qpos: Any, qvel: Any, warm: Any, target: Any, level: Any, centre: Any, turn: Any,
        half: Any, friction: Any, mass: Any, kp: Any, kd: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        changed = nominal.tree_replace(
            {
                'geom_pos': nominal.geom_pos.at[floor, 2].set(level).at[boxes].set(centre),
                'geom_quat': nominal.geom_quat.at[boxes].set(turn),
                'geom_size': nominal.geom_size.at[boxes].set(half),
                'geom_friction': nominal.geom_friction.at[feet, 0].multiply(friction),
                'body_mass': nominal.body_mass * mass,
                'body_inertia': nominal.body_inertia * mass,
                'body_subtreemass': nominal.body_subtreemass * mass,
                'actuator_gainprm': nominal.actuator_gainprm.at[:, 0].multiply(kp),
                'actuator_biasprm': nominal.actuator_biasprm.at[:, 1]
                .multiply(kp)
                .at[:, 2]
                .multiply(kd),
            }
        )
        data = empty.replace(qpos=qpos, qvel=qvel, qacc_warmstart=warm, ctrl=target)
        data, _ = jax.lax.scan(
            lambda now, _: (mjx.step(changed, now), None), data, None, length=substeps
        )
        placed = mjx.kinematics(changed, data)
        return (
            data.qpos,
            data.qvel,
            data.qacc_warmstart,
            data.actuator_force,
            placed.geom_xpos[feet],
        )

    def feet_of(qpos: Any) -> tuple[Any, ...]:
        return (mjx.kinematics(nominal, empty.replace(qpos=qpos)).geom_xpos[feet],)

    return jax.jit(jax.vmap(step)), jax.jit(jax.vmap(feet_of))
