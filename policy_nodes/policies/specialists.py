"""Several policies of legs that take turns, as a navigator asks for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from policy_nodes.policies.locomotion import Floats, LegTargets, LegView, LocomotionPolicy

STEP = 0.02  # [s]
ANY = ''  # behaviour of a policy that serves all


class Specialists:
    """Moves legs by the policy of the behaviour that is asked for.

    All policies see every frame and what was really sent, so that the one that takes over knows
    the last 0.3 s. While it does, the targets pass over from the old one's to its own; both act.
    """

    def __init__(self, policies: Mapping[str, LocomotionPolicy], blend: float = 0.2) -> None:
        """Hold the policies; the first one begins.

        Args:
            policies: by behaviour; one that serves all behaviours has the name ''.
            blend: time of a hand-over [s].

        Raises:
            ValueError: there is no policy, or the time is below zero.
        """
        if not policies or blend < 0.0:
            raise ValueError('specialists need a policy and a time of hand-over of 0 or more')
        self.policies, self.blend = dict(policies), blend
        self._first = next(iter(self.policies))
        lead = self.policies[self._first]
        self.names, self.stand = lead.names, lead.stand
        self.reset()

    @property
    def behaviours(self) -> tuple[str, ...]:
        """That can be asked for; a policy that serves all takes any."""
        return tuple(self.policies)

    @property
    def sees(self) -> bool:
        """Whether one of them reads heights of the ground."""
        return any(policy.sees for policy in self.policies.values())

    def reset(self) -> None:
        """Forget the episode."""
        for policy in self.policies.values():
            policy.reset()
        self.behaviour = self._before = self._first
        self._share = 1.0
        self._last: Floats | None = None

    def obeyed(self, command: Floats) -> Floats:
        """Bring a command (3,) into what the policy that leads was trained to obey."""
        lead = self.policies[self.behaviour]
        return np.clip(command, lead.command_low, lead.command_high)

    def act(self, view: LegView, behaviour: str = ANY) -> LegTargets:
        """Propose targets and gains.

        Args:
            view: what the robot knows.
            behaviour: that is asked for; '' keeps the present one.

        Raises:
            ValueError: an unknown behaviour, or a view that lacks what a policy reads.
        """
        self._turn_to(behaviour)
        for policy in self.policies.values():
            policy.observe(policy.values_of(view), self._last)
        leading = self.policies[self.behaviour]
        target, kp, kd = leading.answer(), leading.kp, leading.kd
        if self._share < 1.0:
            self._share = min(1.0, self._share + STEP / self.blend)
            old = self.policies[self._before]
            before = old.answer()
            target = before + self._share * (target - before)
            kp = old.kp + self._share * (kp - old.kp)
            kd = old.kd + self._share * (kd - old.kd)
        self._last = target
        return LegTargets(target, np.array(kp), np.array(kd))

    def _turn_to(self, behaviour: str) -> None:
        if behaviour == ANY or ANY in self.policies or behaviour == self.behaviour:
            return
        if behaviour not in self.policies:
            known = ', '.join(self.policies)
            raise ValueError(f'there is no behaviour {behaviour!r}; known: {known}')
        self._before, self.behaviour = self.behaviour, behaviour
        self._share = 0.0 if self.blend > 0.0 else 1.0
