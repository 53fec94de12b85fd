"""A body on four legs that can stand up, sway, sag, be pushed and sink down.

The body moves up and down, rolls and pitches; legs have no mass, feet stand still below their
hips and push straight up through a stiff, damped ground. So nothing walks, slides or tips over by
itself: a fall is simulated by tilting the ground, a lifted robot by lifting the body. That is
enough to see torque, sag and attitude of a robot that stands, and how it is brought to rest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.joints.arm_plant import check_known, checked

Floats = NDArray[np.float64]

GRAVITY = 9.81
STIFFNESS, DAMPING = 5000.0, 150.0  # of the ground below each foot [N/m], [N s/m]
TILT_SPEED = 2.0  # [rad/s]
LIFT_SPEED = 0.5  # [m/s]
LEAST_FORCE = 5.0  # [N] a foot that carries less does not count as touching


class LegPlant:
    """Twelve joints, three a leg: abduction, hip, knee. With hip and knee at 0 a leg is folded.

    Attributes:
        names: of the joints, leg by leg.
        position: (12,) [rad].
        velocity: (12,) [rad/s].
        effort: (12,) torque of the drives [Nm].
        height: of the body above the ground [m].
        force: (4,) of the ground on each foot [N].
    """

    def __init__(
        self,
        names: Sequence[str],
        position: Sequence[float],
        *,
        lower: Sequence[float],
        upper: Sequence[float],
        max_torque: Sequence[float],
        hip_x: Sequence[float],
        hip_y: Sequence[float],
        thigh: float,
        shank: float,
        mass: float,
        inertia: float = 0.011,
        friction: float = 0.1,
        belly: float = 0.06,
    ) -> None:
        """Stand on the ground in a pose, as high as the legs reach.

        Args:
            names: of the joints.
            position: to begin with [rad].
            lower: mechanical stops [rad].
            upper: mechanical stops [rad].
            max_torque: of each drive [Nm].
            hip_x: how far each hip is ahead of the middle of the body [m].
            hip_y: how far each hip is left of it [m].
            thigh: length [m].
            shank: length [m].
            mass: of the robot [kg].
            inertia: of each joint [kg m^2].
            friction: of each joint [Nm s/rad].
            belly: height at which the body rests on the ground [m].

        Raises:
            ValueError: lengths differ, or a value makes no sense.
        """
        self.names = tuple(names)
        if len(self.names) != 12:
            raise ValueError(f'{len(self.names)} joints given, four legs have 12')
        self.position = checked('position', position, self.names)
        self.lower = checked('lower', lower, self.names)
        self.upper = checked('upper', upper, self.names)
        self.max_torque = checked('max_torque', max_torque, self.names)
        self.hip_x = checked('hip_x', hip_x, self.names[::3])
        self.hip_y = checked('hip_y', hip_y, self.names[::3])
        if min(thigh, shank, mass, inertia, belly) <= 0:
            raise ValueError('thigh, shank, mass, inertia and belly have to be above zero')
        self.thigh, self.shank, self.mass = thigh, shank, mass
        self.inertia, self.friction, self.belly = inertia, friction, belly
        self.velocity, self.effort = np.zeros(12), np.zeros(12)
        self._roll_inertia = mass * float(np.mean(self.hip_y**2))
        self._pitch_inertia = mass * float(np.mean(self.hip_x**2))
        self.height = max(float(self.extensions()[0].max()), belly)
        self._attitude, self._spin = np.zeros(2), np.zeros(2)
        self._climb, self._lift_off = 0.0, 0.0
        self.force = np.zeros(4)
        self._ground, self._tilted = np.zeros(2), np.zeros(2)
        self._tilt_rate = np.zeros(2)
        self._lift = 0.0
        self._free = np.ones(12, dtype=np.bool_)
        self._target, self._push = self.position.copy(), np.zeros(12)
        self._kp, self._kd = np.zeros(12), np.zeros(12)

    @property
    def attitude(self) -> Floats:
        """Roll and pitch (2,) of the body, the ground's included [rad]."""
        return self._attitude + self._tilted

    @property
    def angular_velocity(self) -> Floats:
        """Roll and pitch rate (2,) [rad/s]."""
        return self._spin + self._tilt_rate

    @property
    def quaternion(self) -> Floats:
        """Attitude (4,) xyzw, without heading."""
        roll, pitch = 0.5 * self.attitude
        sr, cr, sp, cp = np.sin(roll), np.cos(roll), np.sin(pitch), np.cos(pitch)
        return np.array([sr * cp, cr * sp, -sr * sp, cr * cp])

    @property
    def specific_force(self) -> Floats:
        """What an accelerometer in the body measures (3,) [m/s^2]: at rest up, 9.81."""
        roll, pitch = self.attitude
        up = np.array([-np.sin(pitch), np.sin(roll) * np.cos(pitch), np.cos(roll) * np.cos(pitch)])
        return up * (GRAVITY + self._lift_off)

    @property
    def touching(self) -> NDArray[np.bool_]:
        """Which feet (4,) stand on the ground."""
        return np.asarray(self.force > LEAST_FORCE, dtype=np.bool_)

    def extensions(self) -> tuple[Floats, Floats]:
        """How far each foot is below its hip (4,) [m], and how that changes by joint (4, 3)."""
        abduction, hip, knee = self.position.reshape(4, 3).T
        below = self.thigh * np.sin(hip) + self.shank * np.sin(knee - hip)
        upright, fold = np.cos(abduction), self.shank * np.cos(knee - hip)
        slope = np.stack(
            [
                -np.sin(abduction) * below,
                upright * (self.thigh * np.cos(hip) - fold),
                upright * fold,
            ],
            axis=1,
        )
        return upright * below, slope

    def command(
        self, position: Floats, kp: Floats, kd: Floats, effort: Floats | None = None
    ) -> None:
        """Take targets (12,) [rad] with gains [Nm/rad], [Nm s/rad] and a torque on top [Nm]."""
        self._target, self._kp, self._kd = position, kp, kd
        self._push = np.zeros(12) if effort is None else effort

    def block(self, joints: Collection[str]) -> None:
        """Block these joints where they are, and no others.

        Raises:
            ValueError: there is no such joint.
        """
        check_known(joints, self.names)
        self._free = np.array([name not in joints for name in self.names], dtype=np.bool_)

    def tilt(self, roll: float, pitch: float) -> None:
        """Tilt the ground to these angles [rad], and the robot with it."""
        self._ground = np.array([roll, pitch])

    def lift(self, height: float) -> None:
        """Hold the body up by a hand at this height above the ground [m]; 0 lets go."""
        self._lift = height

    def push(self, roll_rate: float, pitch_rate: float, climb: float) -> None:
        """Push the body: its speeds [rad/s], [rad/s], [m/s] change at once."""
        self._spin = self._spin + np.array([roll_rate, pitch_rate])
        self._climb += climb

    def step(self, dt: float) -> None:
        """Let time go on [s]; 2 ms is short enough for the gains of such legs."""
        turn = np.clip((self._ground - self._tilted) / dt, -TILT_SPEED, TILT_SPEED)
        self._tilted, self._tilt_rate = self._tilted + turn * dt, turn
        below, slope = self.extensions()
        lever = np.stack([self.hip_y, -self.hip_x])  # how roll and pitch lift a hip
        hip, rising = self.height + self._attitude @ lever, self._climb + self._spin @ lever
        reach = np.einsum('ij,ij->i', slope, self.velocity.reshape(4, 3))
        self.force = _ground_force(hip - below, rising - reach)
        body = self.force + _ground_force(hip - self.belly, rising)
        self._move_joints(slope, dt)
        self._move_body(body, lever, dt)

    def _move_joints(self, slope: Floats, dt: float) -> None:
        torque = self._kp * (self._target - self.position) - self._kd * self.velocity + self._push
        self.effort = np.clip(torque, -self.max_torque, self.max_torque)
        load = (self.force[:, None] * slope).reshape(12) + self.friction * self.velocity
        velocity = (self.velocity + (self.effort - load) / self.inertia * dt) * self._free
        wanted = self.position + velocity * dt
        self.position = np.clip(wanted, self.lower, self.upper)
        self.velocity = velocity * (self.position == wanted)

    def _move_body(self, body: Floats, lever: Floats, dt: float) -> None:
        if self._lift > 0.0:
            self._lift_off, self._spin = 0.0, np.zeros(2)
            way = self._lift - self.height
            self._climb = float(np.clip(way / dt, -LIFT_SPEED, LIFT_SPEED))
        else:
            self._lift_off = float(body.sum()) / self.mass - GRAVITY
            self._climb += self._lift_off * dt
            about = np.array([self._roll_inertia, self._pitch_inertia])
            self._spin = self._spin + (lever @ body) / about * dt
        self.height += self._climb * dt
        self._attitude = self._attitude + self._spin * dt


def _ground_force(gap: Floats, opening: Floats) -> Floats:
    """Force [N] of the ground on what is above it by a gap [m] that opens [m/s]."""
    pressed = np.maximum(0.0, -STIFFNESS * gap - DAMPING * opening)
    return np.asarray(pressed * (gap < 0.0), dtype=np.float64)
