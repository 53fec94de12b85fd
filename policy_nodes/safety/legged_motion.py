"""What the legs do: damp, stand up, blend in, follow, hold, sit down.

Legs must not freeze, so a stop has three steps: they hold, they sit down by a profile, they damp.
The way back is longer: only from damping and without a latch, by standing up and blending in.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_limits import Floats, LegTargets
from policy_nodes.safety.legged_profile import PoseProfile
from policy_nodes.safety.reasons import Reason


class LegMode(IntEnum):
    """What the legs do, from limp to free."""

    DAMPING = 0
    SIT_DOWN = 1
    HOLD = 2
    STAND_UP = 3
    BLEND_IN = 4
    FOLLOW = 5


class Demand(IntEnum):
    """How strongly motion is to be ended; a stronger one wins."""

    NONE = 0
    HOLD = 1
    SIT = 2
    DAMP = 3


# a robot in one of these modes stands on its feet, so height and contacts can be judged
RISEN = frozenset({LegMode.BLEND_IN, LegMode.FOLLOW})


class LegMotion:
    """Holds the mode and gives the targets of each tick, before any limit."""

    def __init__(self, config: LeggedSafetyConfig) -> None:
        self.config = config
        self.mode = LegMode.DAMPING
        count = len(config.joints.names)
        self._stand = np.array(config.stand.pose)
        self._sit = np.array(config.sit.pose)
        self._speed = np.array(config.joints.max_velocity)
        self._still = np.zeros(count)
        self._elapsed = 0.0
        self._held = 0.0
        self._blend = config.blend.duration
        self._from = self._stand
        self._profile = PoseProfile(self._sit, self._sit, duration=1.0, max_velocity=self._speed)
        self._rising = False

    @property
    def risen(self) -> bool:
        """Whether the robot stands on its feet, as far as commands tell."""
        return self.mode in RISEN or (self.mode is LegMode.HOLD and not self._rising)

    def go(self, demand: Demand, position: Floats, measured: Floats | None, dt: float) -> None:
        """Choose the mode of this tick.

        Args:
            demand: what the faults of this tick ask for.
            position: targets (joints,) of the command before, or measured where there was none.
            measured: angles (joints,), None if not known.
            dt: time since the tick before [s].
        """
        self._elapsed += dt
        mode = self.mode
        if mode is LegMode.HOLD:
            self._held += dt
        if demand is Demand.DAMP:
            self._enter(LegMode.DAMPING)
        elif mode is LegMode.DAMPING:
            if demand is Demand.NONE:
                self._stand_up(position)
        elif mode is LegMode.SIT_DOWN:
            if self._elapsed >= self._profile.duration + self.config.sit.settle:
                self._enter(LegMode.DAMPING)
        elif demand is Demand.SIT:
            sit = self.config.sit
            self._profile = PoseProfile(
                position, self._sit, duration=sit.duration, max_velocity=sit.max_velocity
            )
            self._enter(LegMode.SIT_DOWN)
        elif demand is Demand.HOLD:
            if mode is not LegMode.HOLD:
                self._rising = mode is LegMode.STAND_UP
                self._enter(LegMode.HOLD)
        elif mode is LegMode.HOLD:
            self._go_on(position)
        elif mode is LegMode.STAND_UP:
            if self._elapsed >= self._profile.duration and self._stands(measured):
                self._blend_in(position, self.config.blend.duration)
        elif mode is LegMode.BLEND_IN and self._elapsed >= self._blend:
            self._enter(LegMode.FOLLOW)

    def overdue(self, dt: float) -> Finding | None:
        """What has to become a sit-down because it takes too long, dt [s] from the last tick."""
        elapsed, held = self._elapsed + dt, self._held + dt
        if self.mode is LegMode.HOLD and held > self.config.hold.time:
            words = f'Held for {held:.2f} s, allowed {self.config.hold.time:g} s.'
            return Finding(Reason.LEG_HELD_TOO_LONG, 'legs', words)
        latest = self._profile.duration + self.config.stand.patience
        if self.mode is LegMode.STAND_UP and elapsed > latest:
            return Finding(Reason.LEG_STAND_FAILED, 'legs', f'Not standing after {elapsed:.2f} s.')
        return None

    def targets(self, proposal: LegTargets | None, position: Floats) -> LegTargets:
        """Targets of this tick.

        Args:
            proposal: the newest one that was admitted.
            position: targets (joints,) of the command before, or measured where there was none.
        """
        config, mode = self.config, self.mode
        if mode is LegMode.DAMPING:
            return self._gained(position, 0.0, config.damping.kd)
        if mode is LegMode.SIT_DOWN:
            return self._gained(self._profile.at(self._elapsed), config.sit.kp, config.sit.kd)
        stand = config.stand
        if mode is LegMode.STAND_UP:
            return self._gained(self._profile.at(self._elapsed), stand.kp, stand.kd)
        if mode is LegMode.HOLD or proposal is None:
            return self._gained(position, stand.kp, stand.kd)
        if mode is LegMode.FOLLOW:
            return proposal
        share = min(self._elapsed / self._blend, 1.0)
        rest = 1.0 - share
        return LegTargets(
            rest * self._from + share * proposal.position,
            rest * stand.kp + share * proposal.kp,
            rest * stand.kd + share * proposal.kd,
        )

    def damp(self) -> None:
        """Damp from here on."""
        self._enter(LegMode.DAMPING)

    def _enter(self, mode: LegMode) -> None:
        if mode is not self.mode:
            self.mode = mode
            self._elapsed = 0.0
        if mode in (LegMode.FOLLOW, LegMode.SIT_DOWN, LegMode.DAMPING):
            # holds that follow one another without a proposal in full count as one
            self._held = 0.0

    def _stand_up(self, position: Floats) -> None:
        duration = self.config.stand.duration
        self._profile = PoseProfile(
            position, self._stand, duration=duration, max_velocity=self._speed
        )
        self._enter(LegMode.STAND_UP)

    def _blend_in(self, position: Floats, duration: float) -> None:
        self._from, self._blend = position, duration
        self._enter(LegMode.BLEND_IN)

    def _go_on(self, position: Floats) -> None:
        if self._rising:
            self._stand_up(position)
        else:
            self._blend_in(position, self.config.blend.after_hold)

    def _stands(self, measured: Floats | None) -> bool:
        if measured is None:
            return False
        return bool((np.abs(measured - self._stand) <= self.config.stand.tolerance).all())

    def _gained(self, position: Floats, kp: float, kd: float) -> LegTargets:
        return LegTargets(position, self._still + kp, self._still + kd)
