"""An arm on a table, one task and one episode of it at a time."""

from __future__ import annotations

from copy import copy

import mujoco
import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.simulation.tabletop.camera_placement import NAMES, camera_from_world
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.distractors import add_distractors
from policy_nodes.simulation.tabletop.hand_model import FINGER_SPEED, FORCE, STIFFNESS, STROKE
from policy_nodes.simulation.tabletop.panda_model import (
    FINGER_JOINTS,
    FINGER_SERVO,
    HOME,
    JOINTS,
    LINKS,
    SPEED,
    TIP,
)
from policy_nodes.simulation.tabletop.randomisation import Randomisation, change_looks, noisy
from policy_nodes.simulation.tabletop.scene import base_scene
from policy_nodes.simulation.tabletop.tactile import FINGERS, Gel
from policy_nodes.simulation.tabletop.tasks.task import Draw, Task
from policy_nodes.simulation.tabletop.view import View

Floats = NDArray[np.float64]

PERIOD = 0.01  # [s] of control
SETTLING = 0.3  # [s] before an episode
STREAMS = ('task', 'variation', 'looks', 'distractors', 'noise')
# velocity that a servo lags behind its target by, as time: the target is led by as much
LEAD = np.array([link.damping / link.stiffness for link in LINKS])


class TabletopWorld:
    """The same task, seed and variation give the same episode, step by step.

    Attributes:
        task: that is done here.
        seed: of the episode.
        variation: of the task in this episode.
        model: of the scene, to be read only.
        data: its state, to be read only.
        time: since the episode began [s].
    """

    def __init__(
        self,
        task: Task,
        *,
        seed: int,
        variation: int | None = None,
        randomisation: Randomisation | None = None,
        cameras: Cameras | None = None,
    ) -> None:
        """Begin an episode.

        Args:
            task: to be done; its object holds one episode at a time.
            seed: everything is drawn from it.
            variation: of the task; None draws one.
            randomisation: how the scene may look other than usual.
            cameras: that draw; worlds of one thread may share them.

        Raises:
            ValueError: the task has no such variation.
        """
        self.task = task
        self.randomisation = randomisation or Randomisation()
        self._cameras = cameras or Cameras()
        self.reset(seed, variation)

    def reset(self, seed: int | None = None, variation: int | None = None) -> None:
        """Begin an episode: the present one again, or that of another seed.

        Args:
            seed: of the episode; None keeps seed and variation.
            variation: of the task; None draws one for a given seed.

        Raises:
            ValueError: the task has no such variation.
        """
        if seed is not None:
            self.seed, self._wanted = seed, variation
        elif variation is not None:
            self._wanted = variation
        streams = np.random.SeedSequence(self.seed).spawn(len(STREAMS))
        random = dict(zip(STREAMS, map(np.random.default_rng, streams), strict=True))
        drawn = int(random['variation'].integers(self.task.variations))
        self.variation = drawn if self._wanted is None else self._wanted
        if not 0 <= self.variation < self.task.variations:
            raise ValueError(
                f'{self.task.name} has no variation {self.variation}; '
                f'there are 0 to {self.task.variations - 1}'
            )
        spec = base_scene()
        self.task.build(spec, Draw(self.variation, random['task']))
        add_distractors(spec, self.randomisation.distractors, random['distractors'])
        self.model = spec.compile()
        self._placed = self.model.cam_pos.copy(), self.model.cam_quat.copy()
        change_looks(self.model, self.randomisation, streams[STREAMS.index('looks')])
        self._noise = random['noise']
        self.data = mujoco.MjData(self.model)
        self._find()
        self._go_home()
        for _ in range(round(SETTLING / PERIOD)):
            self._advance(np.array(HOME), 1.0)
        self.time = 0.0
        self.task.begin(self)

    def step(self, joint_targets: ArrayLike, finger_target: float) -> None:
        """Let one control period go by.

        Args:
            joint_targets: (7,) positions to be at by its end [rad].
            finger_target: opening of the fingers, 0 closed to 1 open.

        Raises:
            ValueError: too many or too few joints, or a number that is not finite.
        """
        targets = np.array(joint_targets, dtype=np.float64)
        if targets.shape != (len(JOINTS),):
            raise ValueError(f'joint_targets are of shape {targets.shape}; the arm has 7 joints')
        if not np.isfinite(targets).all() or not np.isfinite(finger_target):
            raise ValueError('a target is not finite')
        self._advance(targets, float(finger_target))
        self.time += PERIOD
        self.task.watch(self)

    def joints(self) -> Floats:
        """Positions (7,) of the arm [rad]."""
        return self.data.qpos[self._arm_positions].copy()

    def joint_velocities(self) -> Floats:
        """Velocities (7,) of the arm [rad/s]."""
        return self.data.qvel[self._arm_velocities].copy()

    def joint_efforts(self) -> Floats:
        """Torques (7,) of the drives, without gravity of the arm itself [Nm]."""
        return self.data.actuator_force[self._arm_drives].copy()

    def fingers(self) -> Floats:
        """Positions (2,) of the fingers, 0 closed [m]."""
        return self.data.qpos[self._finger_positions].copy()

    def finger_velocities(self) -> Floats:
        """Velocities (2,) of the fingers, above 0 opening [m/s]."""
        return self.data.qvel[self._finger_velocities].copy()

    def opening(self) -> float:
        """Opening of the fingers, 0 closed to 1 open."""
        return float(self.fingers().sum() / (2.0 * STROKE))

    def tip(self) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of the tip in the world."""
        site = self.data.site(TIP)
        quaternion = np.zeros(4)
        mujoco.mju_mat2Quat(quaternion, site.xmat)
        return site.xpos.copy(), np.roll(quaternion, -1)

    def body(self, name: str) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of a body in the world."""
        body = self.data.body(name)
        return body.xpos.copy(), np.roll(body.xquat, -1)

    def joint(self, name: str) -> float:
        """Value of a slide [m] or hinge [rad]."""
        return float(self.data.joint(name).qpos[0])

    def in_contact(self, a: str, b: str) -> bool:
        """Whether two bodies touch."""
        wanted = {self.model.body(a).id, self.model.body(b).id}
        pairs = self.model.geom_bodyid[self.data.contact.geom[: self.data.ncon]]
        return any(set(pair) == wanted for pair in pairs.tolist())

    def instant(self) -> mujoco.MjData:
        """Keep how everything stands now, to be looked at later."""
        return copy(self.data)

    def images(
        self, names: tuple[str, ...] = NAMES, at: mujoco.MjData | None = None
    ) -> dict[str, View]:
        """What cameras see now, or at an instant that was kept.

        Raises:
            DrawingError: this machine cannot draw images.
        """
        data = self.data if at is None else at
        return {name: self._view(name, data) for name in names}

    def tactile(
        self, names: tuple[str, ...] = tuple(FINGERS), at: mujoco.MjData | None = None
    ) -> dict[str, NDArray[np.uint8]]:
        """Images (H, W, 3) of the gel on fingers' pads now, or at an instant that was kept."""
        data = self.data if at is None else at
        return {name: self._gels[name].image(self.model, data) for name in names}

    def close(self) -> None:
        """Give the cameras' context back."""
        self._cameras.close()

    def camera_mount(self, name: str) -> tuple[str, Floats, Floats]:
        """Where a camera says to be: body, position (3,) [m] and quaternion (4,) xyzw in it.

        The quaternion is that of the optical frame: x right, y down, z ahead.
        """
        camera = self.model.camera(name).id
        known = self.randomisation.camera_known
        places = (self.model.cam_pos, self.model.cam_quat) if known else self._placed
        # half a turn about x, from the frame of OpenGL
        quaternion = np.zeros(4)
        mujoco.mju_mulQuat(quaternion, places[1][camera], np.array((0.0, 1.0, 0.0, 0.0)))
        body = self.model.body(self.model.cam_bodyid[camera]).name
        return body, places[0][camera].copy(), np.roll(quaternion, -1)

    def _view(self, name: str, data: mujoco.MjData) -> View:
        view = self._cameras.view(self.model, data, name)
        if not self.randomisation.camera_known:
            view = view._replace(camera_from_world=self._nominal(name, data))
        return noisy(view, self.randomisation, self._noise)

    def _nominal(self, name: str, data: mujoco.MjData) -> Floats:
        """Where a camera would be had it not been moved (4, 4)."""
        camera = self.model.camera(name).id
        body = data.body(self.model.cam_bodyid[camera])
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, self._placed[1][camera])
        carrier = body.xmat.reshape(3, 3)
        position = body.xpos + carrier @ self._placed[0][camera]
        return camera_from_world(carrier @ turn.reshape(3, 3), position)

    def _find(self) -> None:
        """Look up where the arm's numbers are."""
        joints = [self.model.joint(name) for name in JOINTS]
        self._arm_positions = np.array([joint.qposadr[0] for joint in joints])
        self._arm_velocities = np.array([joint.dofadr[0] for joint in joints])
        self._arm_drives = np.array([self.model.actuator(name).id for name in JOINTS])
        fingers = [self.model.joint(name) for name in FINGER_JOINTS]
        self._finger_positions = np.array([joint.qposadr[0] for joint in fingers])
        self._finger_velocities = np.array([joint.dofadr[0] for joint in fingers])
        self._finger_drive = self.model.actuator(FINGER_SERVO).id
        self._gels = {name: Gel(self.model, body) for name, body in FINGERS.items()}

    def _go_home(self) -> None:
        self.data.qpos[self._arm_positions] = HOME
        self.data.qpos[self._finger_positions] = STROKE
        self._targets, self._width = np.array(HOME), 2.0 * STROKE
        mujoco.mj_forward(self.model, self.data)

    def _advance(self, targets: Floats, opening: float) -> None:
        """Move the servos' targets evenly from where they are, and let physics follow."""
        steps = round(PERIOD / self.model.opt.timestep)
        speed = np.clip((targets - self._targets) / PERIOD, -np.array(SPEED), SPEED)
        for step in range(1, steps + 1):
            between = self._targets + (targets - self._targets) * (step / steps)
            self.data.ctrl[self._arm_drives] = between + LEAD * speed
            self.data.ctrl[self._finger_drive] = self._next_width(opening)
            mujoco.mj_step(self.model, self.data)
        self._targets = targets
        # positions are a step ahead of frames and contacts
        mujoco.mj_forward(self.model, self.data)

    def _next_width(self, opening: float) -> float:
        """Move the width at the hand's speed, no farther from the real one than force needs."""
        wanted = 2.0 * STROKE * min(max(opening, 0.0), 1.0)
        pace = 2.0 * FINGER_SPEED * self.model.opt.timestep
        width = self._width + min(max(wanted - self._width, -pace), pace)
        real = float(self.data.qpos[self._finger_positions].sum())
        slack = 1.1 * FORCE / STIFFNESS
        self._width = min(max(width, real - slack), real + slack)
        return self._width
