"""Where an arm may come to rest: box of the tool, distances, singular poses.

Each is a figure of a configuration that must not fall below a bound: the depth of the tool in its
box, the distance to itself, the distance to the scene, the manipulability. A step is judged by
that figure on the way to where it could still stop. What is too low already may rise: leaving is
always allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.arm_body import ArmBody
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_follower import Step
from policy_nodes.safety.arm_kinematics import Chain, Placement
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]

SAMPLES = 5  # looks between a step and where it could stop
LEAST_SHARE = 0.05  # slower than this is no slow-down, it is the stop
SAME = 1e-12


@dataclass(frozen=True)
class Barrier:
    """A figure of configurations that must not fall below a bound.

    Attributes:
        name: in findings.
        slow: below it speed shrinks, down to zero at stop; equal to stop for no slow-down.
        stop: the bound.
        again: a motion that was stopped may go on towards the bound from here only.
        slowed: reason.
        stopped: reason.
        unit: of the figure.
    """

    name: str
    slow: float
    stop: float
    again: float
    slowed: Reason
    stopped: Reason
    unit: str


@dataclass(frozen=True)
class SpaceVerdict:
    """What a step may be.

    Attributes:
        share: of speed that is left for the next step, above 0.
        stopped: the step must not be taken.
        findings: why.
    """

    share: float
    stopped: bool
    findings: tuple[Finding, ...]


FREE = SpaceVerdict(1.0, False, ())


class ArmGuard:
    """Judges steps by every barrier that is configured."""

    def __init__(self, config: ArmSafetyConfig) -> None:
        """Build kinematics and body, as far as anything needs them."""
        self.body = ArmBody(config)
        self.barriers = _barriers(config, self.body)
        self._measured = config.distance
        self._box = np.array((config.workspace.lower, config.workspace.upper))
        self._held: set[str] = set()
        self._chain: Chain | None = None
        if self.barriers:
            places = [config.places[name] for name in config.names]
            self._chain = Chain(
                [place.origin for place in places],
                [place.axis for place in places],
                config.tool.origin,
            )

    def figures(self, positions: Floats) -> dict[str, Floats]:
        """Figures (k,) of configurations (k, n) [rad], by barrier."""
        if self._chain is None:
            return {}
        placement = self._chain.place(positions)
        known = {barrier.name for barrier in self.barriers}
        found: dict[str, Floats] = {}
        if 'workspace' in known:
            found['workspace'] = self._depth(placement)
        if 'singularity' in known:
            found['singularity'] = placement.manipulability()
        if known & {'self_distance', 'scene_distance'}:
            ends = self.body.ends(placement)
            if 'self_distance' in known:
                found['self_distance'] = self.body.least(ends, self.body.self_pairs)
            if 'scene_distance' in known:
                found['scene_distance'] = self.body.least(ends, self.body.scene_pairs)
        return found

    def _depth(self, placement: Placement) -> Floats:
        tool = placement.points[:, -1]
        depth: Floats = np.minimum(tool - self._box[0], self._box[1] - tool).min(axis=1)
        return depth

    def judge(self, position: Floats, step: Step, measured: float) -> SpaceVerdict:
        """Judge a step.

        Args:
            position: (n,) where the command is now [rad].
            step: offered.
            measured: distance that another node measured [m].
        """
        share, stopped = 1.0, False
        findings: list[Finding] = []
        if self.barriers:
            figures = self.figures(np.vstack((position, step.ahead(SAMPLES))))
            for barrier in self.barriers:
                verdict = self._judge_one(barrier, figures[barrier.name])
                share = min(share, verdict.share)
                stopped = stopped or verdict.stopped
                findings += verdict.findings
        near = self._judge_measured(measured)
        return SpaceVerdict(
            min(share, near.share), stopped or near.stopped, (*findings, *near.findings)
        )

    def _judge_one(self, barrier: Barrier, figures: Floats) -> SpaceVerdict:
        now, least, last = float(figures[0]), float(figures[1:].min()), float(figures[-1])
        leaving = least >= now - SAME and last > now
        bound = barrier.again if barrier.name in self._held else barrier.stop
        words = f'{least:.3g}{barrier.unit} ahead, now {now:.3g}{barrier.unit}.'
        if leaving or least >= bound:
            self._held.discard(barrier.name)
        elif least < now - SAME:
            self._held.add(barrier.name)
            finding = Finding(barrier.stopped, barrier.name, words)
            return SpaceVerdict(1.0, True, (finding,))
        if leaving or least >= barrier.slow or barrier.slow <= barrier.stop:
            return FREE
        share = (least - barrier.stop) / (barrier.slow - barrier.stop)
        finding = Finding(barrier.slowed, barrier.name, words)
        return SpaceVerdict(max(share, LEAST_SHARE), False, (finding,))

    def _judge_measured(self, distance: float) -> SpaceVerdict:
        given = self._measured
        if not given.enabled or distance >= given.slow:
            return FREE
        words = f'{distance:.3g} m measured.'
        if distance <= given.stop:
            return SpaceVerdict(1.0, True, (Finding(Reason.DISTANCE_STOP, 'distance', words),))
        share = (distance - given.stop) / (given.slow - given.stop)
        finding = Finding(Reason.DISTANCE_SLOW, 'distance', words)
        return SpaceVerdict(max(share, LEAST_SHARE), False, (finding,))

    def forget(self) -> None:
        """Judge the next step as the first one."""
        self._held.clear()


def _barriers(config: ArmSafetyConfig, body: ArmBody) -> tuple[Barrier, ...]:
    found = []
    if config.workspace.enabled:
        margin = config.workspace.margin
        found.append(
            Barrier(
                'workspace',
                margin,
                margin,
                1.25 * margin + 1e-4,
                Reason.WORKSPACE_STOP,
                Reason.WORKSPACE_STOP,
                ' m',
            )
        )
    for name, watched, ramp in (
        ('self_distance', len(body.self_pairs), config.self_distance),
        ('scene_distance', len(body.scene_pairs), config.scene_distance),
    ):
        if watched:
            again = ramp.stop + 0.1 * (ramp.slow - ramp.stop)
            slowed, stopped = Reason.DISTANCE_SLOW, Reason.DISTANCE_STOP
            found.append(Barrier(name, ramp.slow, ramp.stop, again, slowed, stopped, ' m'))
    if config.singularity.enabled:
        low = config.singularity
        again = low.stop + 0.1 * (low.slow - low.stop)
        slowed, stopped = Reason.SINGULARITY_SLOW, Reason.SINGULARITY_STOP
        found.append(Barrier('singularity', low.slow, low.stop, again, slowed, stopped, ''))
    return tuple(found)
