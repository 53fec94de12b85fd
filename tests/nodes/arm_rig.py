"""A Panda that goes where it is sent, round a safety controller of kind arm."""

from __future__ import annotations

from typing import Any

import numpy as np
from joint_rig import JointRig
from node_process import CONFIG
from trajectory_msgs.msg import JointTrajectory

from policy_stack.msg import ActionChunk

ROWS, ROW_DT = 25, 0.04
SPEED = 0.25  # [rad/s] of the first joint
TURN = 0.5  # [rad] it goes back beyond that


class ArmRig(JointRig):
    """The policy swings the first joint to and fro."""

    kind = 'arm'
    parameters = (
        *('--params-file', str(CONFIG / 'panda' / 'safety_controller.yaml')),
        *('-p', 'stop.neutral_window:=0.1'),
    )
    proposer, joint_source = 'motion_executor', 'joint_state'
    actuators = 'joint_trajectory_controller/joint_trajectory'
    command_type, proposal_type = JointTrajectory, ActionChunk
    names = tuple(f'panda_joint{number}' for number in range(1, 8))
    home = (0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785)
    every_sensor = ('joints',)
    # chunks count for so long [s]
    patience = 1.0

    def __init__(self) -> None:
        super().__init__('action_chunk', 0.1)
        self.way = 1.0

    def obey(self) -> None:
        if not self.commands or self.blocked:
            self.velocity = np.zeros(7)
            return
        point = self.commands[-1][1].points[0]
        self.position = np.array(point.positions)
        self.velocity = np.array(point.velocities)

    def proposal(self, **changes: Any) -> ActionChunk:
        # a policy that does not look would not notice a blocked joint
        told = self.commands[-1][1].points[0].positions if self.commands else self.position
        if abs(told[0]) > TURN:
            self.way = -np.sign(told[0])
        self.sequence += 1
        times = ROW_DT * np.arange(ROWS)[:, None]
        speed = changes.pop('speed', SPEED)
        rows = np.array(told) + times * np.eye(7)[0] * speed * self.way
        fields = {
            'header': self.header(),
            'epoch': self.epoch,
            'sequence': self.sequence,
            'kind': 'position',
            'names': list(self.names),
            'dt': ROW_DT,
            'horizon': ROWS,
            'values': rows.reshape(-1),
        }
        return ActionChunk(**(fields | changes))

    def damaged(self) -> dict[str, ActionChunk]:
        """Proposals to refuse, by the reason for it."""
        bad = np.array(self.proposal().values)
        bad[8] = np.nan
        wrong = [*self.names[:-1], 'panda_joint8']
        return {
            'proposal_not_finite': self.proposal(values=bad),
            'proposal_names': self.proposal(names=wrong),
            'proposal_order': self.proposal(names=list(reversed(self.names))),
            'proposal_shape': self.proposal(values=bad[:-1]),
            'proposal_kind': self.proposal(kind='velocity'),
        }

    @property
    def moves(self) -> bool:
        return bool(self.commands and np.any(self.commands[-1][1].points[0].velocities))

    def is_safe(self, message: JointTrajectory) -> bool:
        """Whether a command is one to stand."""
        return not np.any(message.points[0].velocities)
