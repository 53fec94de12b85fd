"""The safety controller of legs round a simulated robot, in one process, without a middleware."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
)
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.policies.locomotion import LegTargets
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_nodes.safety.legged_motion import LegMode
from policy_nodes.simulation.barkour.world import BarkourWorld

ROBOT = 'barkour'
START_NS = 10_000_000_000
TOUCHES = 5.0  # force from which a foot touches, the node's default [N]
PATIENCE = 10.0  # for the legs to stand and follow [s]


class GuardedLegs:
    """Hands targets to the drives as the safety controller admits them, at 50 Hz.

    Attributes:
        reasons: that set in, with how often.
    """

    def __init__(self) -> None:
        """Take the parameters of config/; they come up damping."""
        values = node_parameters('safety_controller', ROBOT)
        self.core = LeggedSafetyController(LeggedSafetyConfig.from_mapping(values))
        self.reasons: Counter[str] = Counter()
        self._now_ns, self._beats = START_NS, 0
        self._present: frozenset[str] = frozenset()

    def stand_up(self, world: BarkourWorld) -> None:
        """Permit motion and let the legs stand, blend in and follow, as before an episode.

        Raises:
            RuntimeError: they do not come to it.
        """
        self.core.activate(self._now_ns, self._now_ns * 1e-9)
        robot = world.robot
        stand = LegTargets(
            np.array(robot.stand), np.full(len(robot.joints), robot.kp),
            np.full(len(robot.joints), robot.kd),
        )  # fmt: skip
        for period in range(round(PATIENCE / world.period)):
            self.drive(world, stand)
            if period >= self.core.config.heartbeat.proving_beats and self.core.latch.latched:
                self.core.reset('evaluation', self._now_ns, self._now_ns * 1e-9)
            if self.core.mode is LegMode.FOLLOW:
                self.reasons.clear()
                return
        raise RuntimeError(
            f'the legs do not follow {PATIENCE:g} s after motion was permitted: they '
            f'{self.core.mode.name.lower()}, {", ".join(sorted(self._present))}'
        )

    def drive(self, world: BarkourWorld, targets: LegTargets) -> None:
        """Let one period go by with what is admitted of the targets."""
        core, now_ns = self.core, self._now_ns
        steady = now_ns * 1e-9
        self._sense(world)
        self._beats += 1
        for node in core.config.heartbeat.nodes:
            core.take_heartbeat(node, self._beats, core.epoch, steady)
        proposal = LegCommandSample(now_ns, world.robot.joints, *targets)
        core.take_proposal(proposal, now_ns, steady)
        decision = core.tick(now_ns, steady)
        present = frozenset(decision.reasons)
        self.reasons.update(present - self._present)
        self._present = present
        world.step(*_to_drives(decision.command, len(world.robot.joints)))
        self._now_ns += round(world.period * 1e9)

    def _sense(self, world: BarkourWorld) -> None:
        core, now_ns = self.core, self._now_ns
        steady = now_ns * 1e-9
        imu, joints = world.imu(), world.joints()
        body = ImuSample(now_ns, core.config.imu.frame, *imu)
        core.take_imu(body, now_ns, steady)
        touching = world.contacts() >= TOUCHES
        feet = FootContactsSample(now_ns, world.robot.feet, touching)
        core.take_contacts(feet, now_ns, steady)
        core.take_height(BodyHeightSample(now_ns, world.height()), now_ns, steady)
        legs = LegJointsSample(now_ns, world.robot.joints, *joints)
        core.take_joints(legs, now_ns, steady)


def _to_drives(
    command: LegCommandSample | None, joints: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Targets and gains for the drives; without a command they are off."""
    if command is None:
        nothing = np.zeros(joints)
        return nothing, nothing, nothing
    # where there is no stiffness there may be no target
    return np.nan_to_num(command.position), command.kp, command.kd
