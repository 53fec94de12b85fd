"""Recordings of legs that stand and step on the spot, and a network that learned nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.trained import Trained
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.policies.locomotion import LegView, LocomotionPolicy
from policy_nodes.policies.locomotion_contract import locomotion_contract
from policy_nodes.policies.locomotion_run import LocomotionRun, record_trace
from policy_nodes.policies.specialists import Specialists
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.training.locomotion_body import body_of

NANO = 10**9
START, PERIOD = 1_700_000_000 * NANO, NANO // 50
JOINTS, IMU = 'sensor_msgs/msg/JointState', 'sensor_msgs/msg/Imu'
COMMAND, STATE = 'policy_stack/msg/JointCommand', 'policy_stack/msg/SafetyState'
TWIST = 'geometry_msgs/msg/TwistStamped'
STAND = np.array(BARKOUR.stand)


def checkpoint(folder: Path, seed: int = 0) -> Path:
    """Write a checkpoint with random weights, that sees no ground."""
    torch.manual_seed(seed)
    network = LocomotionMlp()
    with torch.no_grad():
        network.head.weight.normal_(std=0.3)
    ranges = {'linear.x': (-1.0, 1.0), 'linear.y': (-0.5, 0.5), 'angular.z': (-1.0, 1.0)}
    contract = locomotion_contract(network, body_of(BARKOUR, 0.3), ranges, Trained(recipe='test'))
    step = {
        'yaw_rate': np.zeros(1),
        'gravity': np.array([0.0, 0.0, -1.0]),
        'command': np.zeros(3),
        'joints': STAND,
    }
    golden = record_trace(LocomotionRun(LocomotionPolicy(network, contract)), [[step]])
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    write_checkpoint(folder, contract, weights, golden, '# Legs that learned nothing\n')
    return folder


class Legs:
    """Writes what legs say and are told."""

    def __init__(self, writer: RecordingWriter) -> None:
        self._writer, self._store = writer, type_store()

    def put(self, topic: str, kind: str, time_ns: int, message: Any) -> None:
        payload = bytes(self._store.serialize_cdr(message, kind))
        self._writer.write(topic, kind, message_definition(kind), payload, time_ns, time_ns)

    def make(self, kind: str, **fields: Any) -> Any:
        return self._store.types[kind](**fields)

    def header(self, time_ns: int, frame: str = '') -> Any:
        stamp = self.make(
            'builtin_interfaces/msg/Time', sec=time_ns // NANO, nanosec=time_ns % NANO
        )
        return self.make('std_msgs/msg/Header', stamp=stamp, frame_id=frame)

    def joints(self, time_ns: int, position: np.ndarray) -> Any:
        return self.make(
            JOINTS,
            header=self.header(time_ns),
            name=list(BARKOUR.joints),
            position=position,
            velocity=np.zeros(12),
            effort=np.zeros(12),
        )

    def imu(self, time_ns: int) -> Any:
        vector = 'geometry_msgs/msg/Vector3'
        return self.make(
            IMU,
            header=self.header(time_ns, 'base_link'),
            orientation=self.make('geometry_msgs/msg/Quaternion', x=0.0, y=0.0, z=0.0, w=1.0),
            orientation_covariance=np.zeros(9),
            angular_velocity=self.make(vector, x=0.0, y=0.0, z=0.1),
            angular_velocity_covariance=np.zeros(9),
            linear_acceleration=self.make(vector, x=0.0, y=0.0, z=9.81),
            linear_acceleration_covariance=np.zeros(9),
        )

    def velocity(self, time_ns: int, v: float) -> Any:
        linear, angular = self.along(v), self.along(0.0)
        twist = self.make('geometry_msgs/msg/Twist', linear=linear, angular=angular)
        return self.make(TWIST, header=self.header(time_ns, 'base_link'), twist=twist)

    def along(self, x: float) -> Any:
        return self.make('geometry_msgs/msg/Vector3', x=x, y=0.0, z=0.0)

    def command(self, time_ns: int, position: np.ndarray) -> Any:
        zeros = np.zeros(12)
        return self.make(
            COMMAND,
            header=self.header(time_ns),
            names=list(BARKOUR.joints),
            position=np.asarray(position, dtype=np.float64),
            velocity=zeros,
            effort=zeros,
            kp=np.full(12, 35.0),
            kd=np.full(12, 0.65),
        )

    def state(self, time_ns: int, mode: str, epoch: int, *, latched: bool = False) -> Any:
        none = np.zeros(0)
        return self.make(
            STATE,
            header=self.header(time_ns),
            level=4 if latched else 0,
            reasons=[],
            source='',
            latched=latched,
            epoch=epoch,
            names=[],
            proposed=none,
            sent=none,
            scale=1.0,
            tick_ms=0.1,
            counter_names=[],
            counters=np.zeros(0, np.uint64),
            mode=mode,
            input='',
        )


def record(path: Path, policy: Specialists, *, seconds: float = 4.0, follows: float = 2.6) -> Path:
    """Record legs that stand at first, then are moved by a policy.

    Args:
        path: file to create.
        policy: that proposes.
        seconds: length.
        follows: when the recorded safety controller begins to follow the policy [s].
    """
    policy.reset()
    drawn = np.random.default_rng(3)
    with RecordingWriter(path) as writer:
        legs, acts = Legs(writer), False
        for tick in range(round(seconds * 50)):
            at, time = START + tick * PERIOD, tick / 50
            mode = 'follow' if time >= follows else 'stand_up'
            latched = time < 0.1
            legs.put(
                '/safety_controller/state', STATE, at,
                legs.state(at, mode, 0 if latched else 1, latched=latched),
            )  # fmt: skip
            if mode == 'follow' and not acts:
                policy.reset()
                acts = True
            legs.put('/course_navigator/command', TWIST, at + 100, legs.velocity(at, 0.3))
            legs.put('/imu', IMU, at + 200, legs.imu(at))
            position = STAND + drawn.normal(scale=0.01, size=12)
            legs.put('/joint_states', JOINTS, at + 300, legs.joints(at, position))
            proposed = STAND
            if acts:
                view = LegView(
                    np.array([0.0, 0.0, 0.0, 1.0]), 0.1, np.array([0.3, 0.0, 0.0]),
                    BARKOUR.joints, position,
                )  # fmt: skip
                proposed = policy.act(view).position
            legs.put('/locomotion_policy/joint_command', COMMAND, at + 400,
                     legs.command(at, proposed))  # fmt: skip
    return path
