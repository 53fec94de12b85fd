"""A Barkour whose joints go where they are sent, round a safety controller of kind legged."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
from geometry_msgs.msg import Quaternion, Vector3
from joint_rig import JointRig
from node_process import CONFIG
from sensor_msgs.msg import Imu

from policy_nodes.nodes import qos
from policy_stack.msg import JointCommand

POSE = (0.0, 0.7, 1.4)  # of one leg, standing
QUICK = {'stand.duration': 0.3, 'blend.duration': 0.2, 'sit.duration': 0.3, 'sit.settle': 0.05}
# a loaded machine delays what is sent fifty times a second
LENIENT = dict.fromkeys(
    [
        *('proposal.timeout', 'proposal.max_age', 'proposal.max_period'),
        *('joints.timeout', 'joints.max_age', 'imu.timeout', 'imu.max_age'),
    ],
    0.3,
)


class LegRig(JointRig):
    """The policy moves all knees up and down."""

    kind = 'legged'
    parameters = (
        *('--params-file', str(CONFIG / 'barkour' / 'safety_controller.yaml')),
        *(
            part
            for name, value in (QUICK | LENIENT).items()
            for part in ('-p', f'{name}:={value}')
        ),
    )
    proposer, joint_source = 'locomotion_policy', 'joints'
    actuators = 'joint_command'
    command_type = proposal_type = JointCommand
    names = tuple(
        f'{part}_{leg}'
        for leg in ('front_left', 'hind_left', 'front_right', 'hind_right')
        for part in ('abduction', 'hip', 'knee')
    )
    home = POSE * 4
    every_sensor = ('joints', 'imu')
    patience = 0.3

    def __init__(self) -> None:
        self.roll = 0.0
        super().__init__('joint_command', 0.02)
        self.imus = self.node.create_publisher(Imu, 'imu', qos.SENSOR_OUT)

    def begin(self) -> None:
        super().begin()
        self.roll = 0.0

    def obey(self) -> None:
        # a joint without stiffness stays where it is
        if self.commands and not self.blocked and any(self.commands[-1][1].kp):
            self.position = np.array(self.commands[-1][1].position)

    def sense_more(self) -> None:
        if 'imu' not in self.sensors or not hasattr(self, 'imus'):
            return
        half, pull = self.roll / 2, 9.81
        self.imus.publish(
            Imu(
                header=self.header('base_link'),
                orientation=Quaternion(x=math.sin(half), w=math.cos(half)),
                linear_acceleration=Vector3(
                    y=pull * math.sin(self.roll), z=pull * math.cos(self.roll)
                ),
            )
        )

    def proposal(self, **changes: Any) -> JointCommand:
        bend = 0.1 * math.sin(2 * math.pi * time.monotonic())
        fields = {
            'header': self.header(),
            'names': list(self.names),
            'position': np.array(self.home) + np.tile([0.0, bend, 2 * bend], 4),
            'velocity': np.zeros(12),
            'effort': np.zeros(12),
            'kp': np.full(12, 30.0),
            'kd': np.full(12, 0.6),
        }
        return JointCommand(**(fields | changes))

    def damaged(self) -> dict[str, JointCommand]:
        """Proposals to refuse, by the reason for it."""
        bad = np.array(self.home)
        bad[5] = np.nan
        return {
            'proposal_not_finite': self.proposal(position=bad),
            'proposal_names': self.proposal(names=[*self.names[:-1], 'tail']),
            'proposal_order': self.proposal(names=list(reversed(self.names))),
            'proposal_shape': self.proposal(kp=np.full(11, 30.0)),
        }

    @property
    def follows(self) -> bool:
        return self.state.mode == 'follow'

    @property
    def moves(self) -> bool:
        """Whether joints are driven; a stop ends in damping."""
        return bool(self.commands and any(self.commands[-1][1].kp))

    def is_safe(self, message: JointCommand) -> bool:
        """Whether a command only damps."""
        return not any(message.kp) and all(kd > 0 for kd in message.kd)
