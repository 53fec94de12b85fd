"""A quadruped on a course or terrain, one episode at a time."""

from __future__ import annotations

from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.simulation.barkour.course import Course
from policy_nodes.simulation.barkour.course_model import course_solids
from policy_nodes.simulation.barkour.legged_robot import IMU, LeggedRobot, robot_spec
from policy_nodes.simulation.barkour.randomisation import Randomisation, change_robot, uniform
from policy_nodes.simulation.barkour.rays import ABOVE, DepthCamera, HeightGrid, RayCaster
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.solids import add_solids
from policy_nodes.simulation.barkour.solver import set_solver, solver_of
from policy_nodes.simulation.barkour.terrain import Terrain

Floats = NDArray[np.float64]

PERIOD = 0.02  # [s] of control
SETTLING = 0.5  # [s] before an episode
FALLEN = 0.3  # height of the body's unit vector up, below which it has fallen
GRID, CAMERA = HeightGrid(), DepthCamera()
STREAMS = ('start', 'robot', 'pushes', 'noise')
IMAGES = ('scan', 'depth')
# what a reset brings back to the published model before it is changed again
CHANGED = ('geom_friction', 'body_mass', 'body_inertia', 'dof_frictionloss')
BROKEN = (mujoco.mjtWarning.mjWARN_BADQPOS, mujoco.mjtWarning.mjWARN_BADQACC)
# columns are the axes of the optical frame, right, down and ahead, in a camera that looks ahead
OPTICAL = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])


class Joints(NamedTuple):
    """Joints as measured, in the robot's order: (12,) [rad], [rad/s], [Nm]."""

    position: Floats
    velocity: Floats
    effort: Floats


class Imu(NamedTuple):
    """Body as measured: quaternion (4,) xyzw, rates (3,) [rad/s], specific force (3,) [m/s^2]."""

    quaternion: Floats
    angular_velocity: Floats
    acceleration: Floats


class Base(NamedTuple):
    """Body as it is: position (3,) [m] and quaternion (4,) xyzw in the world, twist in its frame.

    The velocities are linear (3,) [m/s] and angular (3,) [rad/s].
    """

    position: Floats
    quaternion: Floats
    linear: Floats
    angular: Floats


class BarkourWorld:
    """The same ground, seed and commands give the same episode, step by step.

    Attributes:
        ground: that is run on.
        robot: that runs.
        seed: of the episode.
        model: of the world, to be read only.
        data: its state, to be read only.
        period: of control [s].
        time: since the episode began [s].
        touched: solids that something of the robot lay on at any instant of the episode.
    """

    def __init__(
        self,
        ground: Course | Terrain,
        *,
        seed: int,
        randomisation: Randomisation | None = None,
        robot: LeggedRobot = BARKOUR,
        solver: str = 'usual',
        period: float = PERIOD,
        only_feet: bool = False,
    ) -> None:
        """Begin an episode.

        Args:
            ground: to run on.
            seed: everything is drawn from it.
            randomisation: how robot and sensors may differ from the published model.
            robot: that runs.
            solver: set-up of the physics, usual or newton.
            period: of control [s]; a whole number of time steps of the physics.
            only_feet: nothing but the feet touches the world.

        Raises:
            ValueError: an unknown solver or a period that it cannot keep.
            ModelFileError: the model of the robot is not installed.
        """
        setup = solver_of(solver)
        self._substeps = round(period / setup.timestep)
        if self._substeps < 1 or abs(self._substeps * setup.timestep - period) > 1e-9:
            raise ValueError(
                f'a period of {period} s is no multiple of {setup.timestep} s, '
                f'the time step of solver {solver}'
            )
        self.ground, self.robot, self.period = ground, robot, period
        self.randomisation = randomisation or Randomisation()
        spec = robot_spec(robot, only_feet=only_feet)
        solids = ground.solids if isinstance(ground, Terrain) else course_solids(ground)
        add_solids(spec, solids)
        set_solver(spec, setup)
        self.model = spec.compile()
        self._nominal = {name: getattr(self.model, name).copy() for name in CHANGED}
        self.data = mujoco.MjData(self.model)
        self._find()
        pits = {solid.name: solid.pit for solid in solids}
        self._rays = RayCaster(self.model, self.data, pits)
        self.reset(seed)

    def reset(self, seed: int | None = None, joints: ArrayLike | None = None) -> None:
        """Begin an episode: the present one again, or that of another seed.

        Args:
            seed: of the episode; None keeps it.
            joints: (12,) that the robot begins with [rad]; None stands.

        Raises:
            ValueError: too many or too few joints, or a number that is not finite.
        """
        pose = self._checked('joints', self.robot.stand if joints is None else joints)
        if seed is not None:
            self.seed = seed
        streams = np.random.SeedSequence(self.seed).spawn(len(STREAMS))
        random = dict(zip(STREAMS, map(np.random.default_rng, streams), strict=True))
        for name, values in self._nominal.items():
            getattr(self.model, name)[:] = values
        change_robot(self.model, self.randomisation, random['robot'], self._velocities)
        share = self.randomisation.gains
        self._stiffer, self._damper = (
            1.0 + uniform(random['robot'], share, len(pose)) for _ in range(2)
        )
        self._pushes, self._noise = random['pushes'], random['noise']
        self.touched: set[str] = set()
        self._place(pose, random['start'])
        kp, kd = (np.full(len(pose), gain) for gain in (self.robot.kp, self.robot.kd))
        for _ in range(round(SETTLING / self.period)):
            self._advance(pose, kp, kd, np.zeros(len(pose)))
        self.time = 0.0
        self.touched.clear()
        self._next_push = self.randomisation.push_period
        self._draw_noise()

    def step(
        self,
        position: ArrayLike,
        kp: ArrayLike,
        kd: ArrayLike,
        effort: ArrayLike | None = None,
    ) -> None:
        """Let one control period go by.

        Args:
            position: (12,) of the joints to hold [rad].
            kp: (12,) stiffness [Nm/rad].
            kd: (12,) damping [Nm s/rad].
            effort: (12,) on top [Nm].

        Raises:
            ValueError: too many or too few joints, or a number that is not finite.
        """
        nothing = np.zeros(len(self.robot.joints))
        given = (
            self._checked('position', position),
            self._checked('kp', kp),
            self._checked('kd', kd),
            nothing if effort is None else self._checked('effort', effort),
        )
        if self.randomisation.push > 0.0 and self.time >= self._next_push - 1e-9:
            self._next_push += self.randomisation.push_period
            angle = self._pushes.uniform(-np.pi, np.pi)
            push = self.randomisation.push
            self.push((push * np.cos(angle), push * np.sin(angle), 0.0))
        self._advance(*given)
        self.time += self.period
        self._draw_noise()

    def push(self, linear: ArrayLike, angular: ArrayLike = (0.0, 0.0, 0.0)) -> None:
        """Change the body's velocities at once: linear (3,) [m/s] in the world, angular in it."""
        self.data.qvel[0:3] += np.asarray(linear)
        self.data.qvel[3:6] += np.asarray(angular)

    def joints(self) -> Joints:
        """Joints as measured."""
        return Joints(
            self.pose() + self._noises['joints'],
            self.data.qvel[self._velocities] + self._noises['joint_speeds'],
            self.torques(),
        )

    def pose(self) -> Floats:
        """Joints (12,) as they are, without noise [rad]."""
        return self.data.qpos[self._positions].copy()

    def torques(self) -> Floats:
        """Torques (12,) of the drives [Nm]."""
        return self.data.actuator_force.copy()

    def imu(self) -> Imu:
        """Attitude, rates and acceleration of the body as measured."""
        turned, tilt = np.zeros(4), np.array([1.0, *(0.5 * self._noises['tilt'])])
        mujoco.mju_mulQuat(turned, self.data.qpos[3:7], tilt / np.linalg.norm(tilt))
        return Imu(
            np.roll(turned, -1),
            self.data.sensor(f'{IMU}_gyro').data + self._noises['gyro'],
            self.data.sensor(f'{IMU}_accelerometer').data + self._noises['acceleration'],
        )

    def base(self) -> Base:
        """Body as it is, without noise."""
        data = self.data
        return Base(
            data.qpos[0:3].copy(),
            np.roll(data.qpos[3:7], -1),
            self._turn().T @ data.qvel[0:3],
            data.qvel[3:6].copy(),
        )

    def heading(self) -> float:
        """Heading of the body [rad]."""
        turn = self._turn()
        return float(np.arctan2(turn[1, 0], turn[0, 0]))

    def up(self) -> float:
        """Height of the body's unit vector up: 1 upright, -1 on its back."""
        return float(self._turn()[2, 2])

    @property
    def fallen(self) -> bool:
        """Whether the body leans too far, or the physics broke down."""
        broken = any(self.data.warning[kind].number for kind in BROKEN)
        return broken or self.up() < FALLEN

    def contacts(self) -> Floats:
        """Forces (4,) of the world on the feet [N], in the order of the legs."""
        forces, force = np.zeros(len(self._feet)), np.zeros(6)
        for number, pair in enumerate(self.data.contact.geom):
            for foot in np.flatnonzero(np.isin(self._feet, pair)):
                mujoco.mj_contactForce(self.model, self.data, number, force)
                forces[foot] += np.linalg.norm(force[:3])
        return forces

    def height(self) -> float:
        """Height of the body above the ground straight below [m]; NaN where there is none."""
        x, y, z = self.data.qpos[0:3]
        return float(z - self._rays.ground(np.array([[x, y]]), z + 0.1)[0])

    def height_scan(self, grid: HeightGrid = GRID) -> Floats:
        """Ground (rows, columns) about the robot, relative to the height of its body [m].

        The grid turns with the heading and stays level; NaN where there is no ground. Poles are
        no ground, and the broad jump is shown as a pit.
        """
        x, y, z = self.data.qpos[0:3]
        heading = self.heading()
        along, across = np.cos(heading), np.sin(heading)
        turn = np.array([[along, -across], [across, along]])
        heights = self._rays.ground(grid.points() @ turn.T + (x, y), z + ABOVE, mapped=True)
        heights -= z
        noise = self.randomisation.scan_noise
        if noise > 0.0:
            heights += uniform(self._image_noise('scan'), noise, len(heights))
        return heights.reshape(grid.rows, grid.columns)

    def depth(self, camera: DepthCamera = CAMERA) -> NDArray[np.float32]:
        """Depth image (height, width) along the optical axis [m].

        REP-118: NaN is too near, +inf too far.
        """
        position, turn = self.camera()
        rays = camera.rays() @ turn.T
        lengths = np.linalg.norm(rays, axis=1)
        depth = self._rays.depth(position, rays / lengths[:, None]) / lengths
        noise = self.randomisation.depth_noise
        if noise > 0.0:
            depth *= 1.0 + uniform(self._image_noise('depth'), noise, len(depth))
        depth[depth > camera.farthest] = np.inf
        depth[depth < camera.nearest] = np.nan
        return depth.reshape(camera.height, camera.width).astype(np.float32)

    def camera(self) -> tuple[Floats, Floats]:
        """Position (3,) [m] and rotation (3, 3) of the depth camera's optical frame."""
        turn = self._turn()
        return self.data.qpos[0:3] + turn @ self.robot.camera, turn @ self._camera_turn()

    def camera_mount(self) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of the optical frame in that of the body."""
        quaternion = np.zeros(4)
        mujoco.mju_mat2Quat(quaternion, self._camera_turn().ravel())
        return np.array(self.robot.camera), np.roll(quaternion, -1)

    def _camera_turn(self) -> Floats:
        pitch = self.robot.camera_pitch
        sine, cosine = np.sin(pitch), np.cos(pitch)
        down = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
        return np.asarray(down @ OPTICAL)

    def _find(self) -> None:
        """Look up where everything is, by name."""
        joints = [self.model.joint(name) for name in self.robot.joints]
        self._positions = np.array([joint.qposadr[0] for joint in joints])
        self._velocities = np.array([joint.dofadr[0] for joint in joints])
        self._feet = np.array([self.model.geom(name).id for name in self.robot.feet])
        self._own = np.flatnonzero(self.model.geom_bodyid > 0)

    def _turn(self) -> Floats:
        turn = np.zeros(9)
        mujoco.mju_quat2Mat(turn, self.data.qpos[3:7])
        return turn.reshape(3, 3)

    def _checked(self, name: str, values: ArrayLike) -> Floats:
        row = np.array(values, dtype=np.float64)
        count = len(self.robot.joints)
        if row.shape != (count,):
            raise ValueError(f'{name} is of shape {row.shape}; the robot has {count} joints')
        if not np.isfinite(row).all():
            raise ValueError(f'{name} is not finite')
        return row

    def _place(self, pose: Floats, random: np.random.Generator) -> None:
        """Put the robot upright where it starts, so that its lowest part touches the ground."""
        mujoco.mj_resetData(self.model, self.data)
        x, y, heading = self.ground.start
        dx, dy = uniform(random, self.randomisation.start_position, 2)
        heading += uniform(random, self.randomisation.start_heading, 1)[0]
        qpos = self.data.qpos
        qpos[0:3] = x + dx, y + dy, 0.0
        qpos[3:7] = np.cos(0.5 * heading), 0.0, 0.0, np.sin(0.5 * heading)
        qpos[self._positions] = pose
        mujoco.mj_kinematics(self.model, self.data)
        lowest = self.data.geom_xpos[self._own, 2] - self._half_heights()
        floor = float(self._rays.ground(qpos[None, 0:2], ABOVE)[0])
        qpos[2] = (0.0 if np.isnan(floor) else floor) - lowest.min()
        mujoco.mj_forward(self.model, self.data)

    def _half_heights(self) -> Floats:
        """How far the robot's shapes reach below their middles [m]."""
        sizes = self.model.geom_size[self._own]
        return sizes[:, 0] + np.abs(self.data.geom_xmat[self._own, 8]) * sizes[:, 1]

    def _advance(self, position: Floats, kp: Floats, kd: Floats, effort: Floats) -> None:
        """Let the drives hold the joints, and physics follow."""
        stiffness, damping = kp * self._stiffer, kd * self._damper
        self.model.actuator_gainprm[:, 0] = stiffness
        bias = self.model.actuator_biasprm
        bias[:, 0], bias[:, 1], bias[:, 2] = effort, -stiffness, -damping
        self.data.ctrl[:] = position
        for _ in range(self._substeps):
            mujoco.mj_step(self.model, self.data)
            self.touched |= self._touching()

    def _touching(self) -> set[str]:
        pairs = self.data.contact.geom
        others = pairs[self.model.geom_bodyid[pairs] == 0]
        return {self.model.geom(number).name for number in set(others.tolist())}

    def _draw_noise(self) -> None:
        changes, count = self.randomisation, len(self.robot.joints)
        self._noises = {
            'joints': uniform(self._noise, changes.joint_noise, count),
            'joint_speeds': uniform(self._noise, changes.joint_speed_noise, count),
            'gyro': uniform(self._noise, changes.gyro_noise, 3),
            'tilt': uniform(self._noise, changes.tilt_noise, 3),
            'acceleration': uniform(self._noise, changes.acceleration_noise, 3),
        }

    def _image_noise(self, kind: str) -> np.random.Generator:
        """Noise of one instant, however often it is looked at."""
        at = round(self.time / self.period)
        return np.random.default_rng((self.seed, at, IMAGES.index(kind)))
