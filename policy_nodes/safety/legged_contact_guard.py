"""Feet: is the robot in the air, and can its contact sensors be believed?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_persistence import Persistence
from policy_nodes.safety.parameters.legged_body import LegContactsParameters
from policy_nodes.safety.reasons import Reason


class ContactGuard:
    """Judges every sample of foot contacts."""

    def __init__(self, limits: LegContactsParameters) -> None:
        self.limits = limits
        self._airborne = Persistence(1, limits.max_flight)
        self._unreal = Persistence(1, limits.implausible_time)
        self._before: NDArray[np.bool_] | None = None
        self._others = np.zeros(len(limits.feet), dtype=np.int64)

    def look(
        self, touching: NDArray[np.bool_], force: float | None, stamp_ns: int
    ) -> list[Finding]:
        """Take contacts of a robot that stands or walks.

        Args:
            touching: (feet,).
            force: size of the specific force that the IMU measures [m/s^2]: near zero where
                nothing carries the body; None if that is not known.
            stamp_ns: of the contacts.

        Returns:
            What the robot must be stopped for now.
        """
        findings = []
        if len(self._airborne.look(np.array([not touching.any()]), stamp_ns)):
            words = f'No contact for {self.limits.max_flight:g} s.'
            findings.append(Finding(Reason.LEG_AIRBORNE, 'contacts', words))
        falling = force is not None and force < self.limits.free_fall
        if len(self._unreal.look(np.array([bool(touching.any()) and falling]), stamp_ns)):
            feet = ', '.join(self.limits.feet[i] for i in np.flatnonzero(touching))
            words = f'They touch, but the IMU measures free fall: {force:.1f} m/s^2.'
            findings.append(Finding(Reason.LEG_CONTACT_IMPLAUSIBLE, feet, words))
        findings += self._stuck(touching)
        return findings

    def _stuck(self, touching: NDArray[np.bool_]) -> list[Finding]:
        """Feet that never change while the others step."""
        if self._before is None:
            self._before = touching.copy()
            return []
        changed = touching != self._before
        if not changed.any():
            return []
        self._before = touching.copy()
        steps = touching & changed
        self._others += int(steps.sum()) - steps
        self._others[changed] = 0
        findings = []
        for foot in np.flatnonzero(self._others >= self.limits.stuck_steps):
            words = f'{"On" if touching[foot] else "Off"} during {self._others[foot]} other steps.'
            reason = Reason.LEG_CONTACT_IMPLAUSIBLE
            findings.append(Finding(reason, self.limits.feet[foot], words))
            self._others[foot] = 0
        return findings

    def forget(self) -> None:
        """Rely on no sample received so far."""
        self._airborne.forget()
        self._unreal.forget()
        self._before = None
        self._others[:] = 0
