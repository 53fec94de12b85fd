"""A policy and an operator round a simulated Panda, its safety controller and motion executor."""

from __future__ import annotations

import numpy as np
import yaml
from geometry_msgs.msg import Point, Pose, Quaternion
from node_process import CONFIG
from scipy.spatial.transform import Rotation
from sensor_msgs.msg import JointState
from station import Station
from std_msgs.msg import Bool, Float64, Header

from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_kinematics import Chain
from policy_stack.msg import Heartbeat, KeyPose, KeyPoseResult, SafetyState
from policy_stack.srv import ResetSafety

NODES = ('arm_simulator', 'safety_controller', 'motion_executor')
# a loaded machine is late with everything, which is not what these tests are about
PATIENT = {
    'tick.max_step': 0.2,
    'joint_state.timeout': 0.5,
    'joint_state.max_age': 0.8,
    'heartbeat.timeout': 1.5,
    **{f'limits.panda_joint{number}.tracking_error': 0.4 for number in range(1, 8)},
}
SLOW = ('-p', f'velocity:={[0.5] * 7}')
CLOCKS = ('arm_simulator', 'tabletop_simulator')
TIME = ('-p', 'use_sim_time:=true')


def file_of(name):
    return CONFIG / 'panda' / f'{name}.yaml'


def arguments(name, slow=SLOW):
    """Command line of a node."""
    patient = [word for key, value in PATIENT.items() for word in ('-p', f'{key}:={value}')]
    kind = ('-p', 'kind:=arm', '-p', 'stop.neutral_window:=0.1', *patient)
    more = {'safety_controller': kind, 'motion_executor': slow}.get(name, ())
    time_from = () if name in CLOCKS else TIME
    return ('--params-file', str(file_of(name)), *more, *time_from)


def parameters(name):
    return yaml.safe_load(file_of(name).read_text(encoding='utf-8'))['/**']['ros__parameters']


class MotionRig(Station):
    """Asks for key poses, and keeps what comes of them."""

    def __init__(self):
        super().__init__('policy')
        self.joints = self.keep(JointState, 'joint_states', qos.STREAM)
        self.states = self.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.results = self.keep(KeyPoseResult, 'motion_executor/result', qos.LATCHED)
        self.beats = self.keep(Heartbeat, 'motion_executor/heartbeat', qos.HEARTBEAT_ANY)
        self.gripper = self.keep(Float64, 'gripper_command', qos.COMMAND)
        self.openings = self.node.create_publisher(
            Float64, 'motion_executor/gripper_command', qos.COMMAND
        )
        self.key_poses = self.node.create_publisher(KeyPose, 'key_pose', qos.STREAM)
        self.button = self.node.create_publisher(Bool, 'e_stop', qos.LATCHED)
        self.sequence = 0
        config = ArmSafetyConfig.from_mapping(parameters('safety_controller'))
        places = [config.places[name] for name in config.names]
        # the safety controller's kinematics, which the executor knows nothing of
        self._chain = Chain(
            [place.origin for place in places],
            [place.axis for place in places],
            config.tool.origin,
        )
        self._base = np.array(parameters('motion_executor')['base'])

    @property
    def position(self):
        return np.array(self.joints[-1][1].position)

    @property
    def speed(self):
        return np.abs(self.joints[-1][1].velocity).max()

    @property
    def state(self):
        return self.states[-1][1]

    def tip(self):
        """Place of the tip in the world, and its rotation."""
        placed = self._chain.place(self.position[None])
        return placed.points[0, -1] + self._base, Rotation.from_matrix(placed.rotations[0, -1])

    def bring_everything_up(self, names=NODES):
        for name in names:
            self.bring_up(name)
        self.until(lambda: self.joints and self.states)
        self.until(self.key_poses.get_subscription_count)
        self.until(self.openings.get_subscription_count)
        self.until(self.button.get_subscription_count)

    def reset(self):
        request = ResetSafety.Request(operator='test')
        return self.call(ResetSafety, 'safety_controller/reset', request)

    def permit(self):
        self.until(lambda: self.reset().success, what='motion was not permitted')
        self.until(lambda: not self.state.latched)
        self.until(lambda: self.beats and self.beats[-1][1].epoch == self.state.epoch)
        # what was seen before the reset counts no more
        self.until(
            lambda: (
                nanoseconds(self.joints[-1][1].header.stamp) > nanoseconds(self.state.header.stamp)
            )
        )

    def ask(self, position, *, turn=0.0, gripper=1.0, **changes):
        """Ask for a key pose with the fingers down; returns its number."""
        self.sequence += 1
        x, y, z, w = (Rotation.from_euler('z', turn) * Rotation.from_euler('x', np.pi)).as_quat()
        fields = {
            'header': Header(stamp=self.joints[-1][1].header.stamp, frame_id='world'),
            'epoch': self.state.epoch,
            'sequence': self.sequence,
            'pose': Pose(
                position=Point(**dict(zip('xyz', map(float, position), strict=True))),
                orientation=Quaternion(x=x, y=y, z=z, w=w),
            ),
            'gripper': gripper,
            'confidence': 1.0,
        }
        self.key_poses.publish(KeyPose(**(fields | changes)))
        return self.sequence

    def news(self, number, state, timeout=20.0):
        """Wait for a result of a key pose."""

        def found():
            came = {r.state: r for _, r in self.results if r.sequence == number}
            ends = {KeyPoseResult.REFUSED, KeyPoseResult.ABORTED} & came.keys() - {state}
            assert not ends, [came[end] for end in ends]
            return came.get(state)

        return self.until(found, timeout, f'key pose {number} did not come to state {state}')

    def refusal(self, number):
        return self.news(number, KeyPoseResult.REFUSED)

    def reasons_since(self, moment):
        return {code for at, state in self.states if at >= moment for code in state.reasons}
