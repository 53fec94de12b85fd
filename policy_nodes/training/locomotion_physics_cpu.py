"""Physics of many robots on the cores of a CPU, by mujoco.rollout."""

from __future__ import annotations

import copy

import mujoco
import mujoco.rollout
import numpy as np
import torch
from torch import Tensor

from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.solver import Solver
from policy_nodes.training.locomotion_ground import GroundBank
from policy_nodes.training.locomotion_physics import (
    PERIOD,
    LegState,
    Variation,
    place_boxes,
    training_spec,
)

# each period begins without a warm start, which takes some iterations more
SOLVER = Solver(0.004, 5, 10, implicit=False)


class CpuPhysics:
    """Rolls worlds out on threads; tensors come and go on the CPU or a GPU."""

    def __init__(
        self,
        robot: LeggedRobot,
        bank: GroundBank,
        worlds: int,
        *,
        threads: int = 1,
        device: torch.device | str = 'cpu',
        solver: Solver = SOLVER,
    ) -> None:
        """Compile one model for each ground.

        Args:
            robot: that moves.
            bank: of grounds.
            worlds: side by side.
            threads: that compute.
            device: of the tensors.
            solver: set-up of the physics.
        """
        self.worlds, self.device, self._robot = worlds, torch.device(device), robot
        spec = training_spec(robot, solver, bank.boxes)
        for name in robot.feet:
            spec.add_sensor(
                name=f'{name}_position',
                type=mujoco.mjtSensor.mjSENS_FRAMEPOS,
                objtype=mujoco.mjtObj.mjOBJ_GEOM,
                objname=name,
            )
        self._bases = []
        for ground in range(len(bank.floor)):
            place_boxes(spec, bank, ground)
            self._bases.append(spec.compile())
        first = self._bases[0]
        self._models = [first] * worlds
        self._datas = [mujoco.MjData(first) for _ in range(max(1, threads))]
        self._find(first)
        self._substeps = round(PERIOD / solver.timestep)
        size = mujoco.mj_stateSize(first, mujoco.mjtState.mjSTATE_FULLPHYSICS)
        self._state = np.zeros((worlds, size))
        self._qpos = self._state[:, 1 : 1 + first.nq]
        self._qvel = self._state[:, 1 + first.nq : 1 + first.nq + first.nv]
        self._sensors = np.zeros((worlds, first.nsensordata))
        self._torques = np.zeros((worlds, len(robot.joints)))

    def begin(self, rows: Tensor, ground: Tensor, qpos: Tensor, variation: Variation) -> None:
        """Put robots at the beginning of an episode; see LegPhysics."""
        given = [part.cpu().numpy().astype(np.float64) for part in variation]
        for number, (row, which) in enumerate(zip(rows.tolist(), ground.tolist(), strict=True)):
            self._models[row] = self._changed(which, *(part[number] for part in given))
        index = rows.cpu().numpy()
        self._state[index] = 0.0
        self._qpos[index[:, None], self._order] = qpos.cpu().numpy()
        self._torques[index] = 0.0
        data = self._datas[0]
        for row in index:
            model = self._models[row]
            data.qpos[:] = self._qpos[row]
            mujoco.mj_kinematics(model, data)
            self._sensors[row, self._feet.reshape(-1)] = data.geom_xpos[self._soles].reshape(-1)

    def push(self, velocity: Tensor) -> None:
        """Add to the velocities of the bodies; see LegPhysics."""
        self._qvel[:, :3] += velocity.cpu().numpy()

    def step(self, target: Tensor) -> LegState:
        """Let one control period go by; see LegPhysics."""
        control = target.detach().cpu().numpy().astype(np.float64)[:, None]
        states, sensors = mujoco.rollout.rollout(
            self._models,
            self._datas,
            self._state,
            np.broadcast_to(control, (self.worlds, self._substeps, control.shape[-1])),
            nstep=self._substeps,
            persistent_pool=len(self._datas) > 1,
        )
        self._state[:] = states[:, -1]
        self._sensors[:] = sensors[:, -1]
        # what the drives ask for at the end of the period
        gap = control[:, 0] - self._qpos[:, self._order[7:]]
        speed = self._qvel[:, self._velocities]
        limit = np.array(self._robot.max_torque)
        self._torques = np.clip(self._robot.kp * gap - self._robot.kd * speed, -limit, limit)
        return self.state()

    def state(self) -> LegState:
        """Robots as they are; feet as they were one step of the physics before."""

        def tensor(values: np.ndarray) -> Tensor:
            return torch.from_numpy(values.astype(np.float32)).to(self.device)

        qpos = self._qpos[:, self._order]
        return LegState(
            tensor(qpos[:, :3]),
            tensor(qpos[:, 3:7]),
            tensor(self._qvel[:, :3]),
            tensor(self._qvel[:, 3:6]),
            tensor(qpos[:, 7:]),
            tensor(self._qvel[:, self._velocities]),
            tensor(self._torques),
            tensor(self._sensors[:, self._feet]),
        )

    def _changed(
        self, ground: int, friction: float, mass: float, kp: np.ndarray, kd: np.ndarray
    ) -> mujoco.MjModel:
        """Copy the model of a ground and change the robot in it."""
        model = copy.copy(self._bases[ground])
        model.geom_friction[self._soles, 0] *= friction
        model.body_mass *= mass
        model.body_inertia *= mass
        model.body_subtreemass *= mass
        model.actuator_gainprm[:, 0] *= kp
        model.actuator_biasprm[:, 1] *= kp
        model.actuator_biasprm[:, 2] *= kd
        return model

    def _find(self, model: mujoco.MjModel) -> None:
        joints = [model.joint(name) for name in self._robot.joints]
        angles = [int(joint.qposadr[0]) for joint in joints]
        self._order = np.array([*range(7), *angles])
        self._velocities = np.array([int(joint.dofadr[0]) for joint in joints])
        self._soles = np.array([model.geom(name).id for name in self._robot.feet])
        sensors = [model.sensor(f'{name}_position').adr[0] for name in self._robot.feet]
        self._feet = np.array([[adr, adr + 1, adr + 2] for adr in sensors])
