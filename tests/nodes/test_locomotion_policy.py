"""The policy of legs as a process: body, joints and ground in, targets with gains out."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import State, Transition
from sensor_msgs.msg import Imu, JointState
from std_msgs.msg import String

from policy_nodes.contract.trained import Trained
from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import stamp
from policy_nodes.policies.height_field import SCAN
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.terrain import flat
from policy_nodes.training.export_locomotion import command_ranges, export_locomotion
from policy_nodes.training.locomotion_recipe import find_recipe
from policy_nodes.training.train_locomotion import new_actor
from policy_stack.msg import (
    EpisodeStatus,
    HeightScan,
    JointCommand,
    PolicyStatus,
    SafetyState,
    Tensor,
)
from policy_stack.srv import ResetEpisode

PERIOD_NS = 20_000_000
NODE = 'locomotion_policy'
STAND = np.array(BARKOUR.stand)


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory):
    """Specialists whose answers differ, by what they add to the stand."""
    folder, made = tmp_path_factory.mktemp('checkpoints'), []
    for number, behaviour in enumerate(('walk', 'slope', 'jump')):
        recipe = find_recipe(f'barkour_{behaviour}')
        network = new_actor(recipe, BARKOUR)
        with torch.no_grad():
            network.head.weight.zero_()
            network.head.bias[:12] = 0.1 * (number + 1)
        place = folder / recipe.name
        export_locomotion(
            network,
            place,
            Trained(recipe=recipe.name),
            'a network without a training',
            robot=BARKOUR,
            reach=0.5,
            commands=command_ranges(recipe.commands),
            grounds=(flat(),),
        )
        made.append(f'{behaviour}={place}')
    return made


class Rig:
    """A robot that stands, and what the policy proposes."""

    def __init__(self, station) -> None:
        node = station.node
        self.station, self.at, self.epoch = station, 0, 0
        self.joints = node.create_publisher(JointState, 'joint_states', qos.SENSOR_OUT)
        self.imus = node.create_publisher(Imu, 'imu', qos.SENSOR_OUT)
        self.scans = node.create_publisher(HeightScan, 'height_scan', qos.SENSOR_OUT)
        self.commands = node.create_publisher(
            TwistStamped, 'course_navigator/command', qos.COMMAND
        )
        self.behaviours = node.create_publisher(String, 'course_navigator/behaviour', qos.LATCHED)
        self.safety = node.create_publisher(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.episodes = node.create_publisher(EpisodeStatus, 'episode', qos.EPISODE)
        self.diagnostics = station.keep(DiagnosticArray, '/diagnostics', qos.STREAM)
        self.loops = station.keep(Tensor, f'{NODE}/loop', qos.STREAM)
        self.proposals = station.keep(JointCommand, f'{NODE}/joint_command', qos.COMMAND)
        self.statuses = station.keep(PolicyStatus, f'{NODE}/status', qos.SENSOR_OUT)

    def say(self, mode: str, epoch: int) -> None:
        self.safety.publish(SafetyState(mode=mode, epoch=epoch))

    def show(self, *, imu: bool = True, joints: int = 12) -> PolicyStatus:
        """Publish one instant; returns the status that answers it."""
        clock = self.station.node.get_clock()
        # a robot measures no faster than that, and none of its stamps lies in the future
        self.station.until(lambda: clock.now().nanoseconds >= self.at + PERIOD_NS)
        self.at = clock.now().nanoseconds
        at = stamp(self.at)
        if imu:
            message = Imu()
            message.header.stamp, message.header.frame_id = at, 'base_link'
            message.orientation.w = 1.0
            self.imus.publish(message)
        scan = HeightScan(rows=SCAN.rows, columns=SCAN.columns, resolution=SCAN.resolution)
        scan.header.stamp = at
        scan.origin.x, scan.origin.y = SCAN.x, SCAN.y
        scan.heights = [-0.242] * (SCAN.rows * SCAN.columns)
        self.scans.publish(scan)
        state = JointState(name=list(BARKOUR.joints[::-1])[:joints])
        state.header.stamp = at
        state.position = STAND[::-1].tolist()[:joints]
        state.velocity = [0.0] * joints
        self.joints.publish(state)
        answers = self.station.until(
            lambda: [each for _, each in self.statuses if each.header.stamp == at]
        )
        return answers[0]

    def proposed(self) -> JointCommand | None:
        at = stamp(self.at)
        return next((each for _, each in self.proposals if each.header.stamp == at), None)

    def offset(self) -> float:
        """How far the proposal is from the stand, in all joints alike."""
        self.show()
        message = self.station.until(self.proposed)
        apart = np.array(message.position) - STAND
        assert list(message.names) == list(BARKOUR.joints)
        assert set(message.kp) == {35.0}
        assert set(message.kd) == {0.65}
        assert np.ptp(apart) < 1e-6
        return float(apart[0])

    def until_offset(self, wanted: float) -> None:
        self.station.until(
            lambda: abs(self.offset() - wanted) < 1e-4, what=f'never {wanted} from the stand'
        )


@pytest.fixture(scope='module')
def policy(processes):
    return processes(NODE)


@pytest.fixture(scope='module')
def rig(station):
    return Rig(station)


def answer_of(number):
    return 0.5 * np.tanh(0.1 * number)


def test_without_the_checkpoints_it_says_so_and_stays_unconfigured(station, policy):
    assert station.state_of(NODE, 60.0) == State.PRIMARY_STATE_UNCONFIGURED
    for values, words in (
        (['walk=moon'], 'moon'),
        (['swim=moon'], "no behaviour 'swim'"),
    ):
        assert station.set_parameter(NODE, 'checkpoints', values).successful
        assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
        station.until(lambda words=words: words in policy.said())
    assert 'Traceback' not in policy.said()


def test_it_proposes_to_stand_until_the_legs_stand(station, policy, rig, checkpoints):
    assert station.set_parameter(NODE, 'checkpoints', checkpoints).successful
    station.bring_up(NODE)
    rig.say('damping', 1)
    rig.until_offset(0.0)
    rig.say('stand_up', 1)
    rig.until_offset(0.0)


def test_it_acts_while_the_controller_follows(rig):
    rig.say('follow', 1)
    rig.until_offset(answer_of(1))


def test_the_navigators_behaviour_chooses_the_specialist(rig):
    rig.behaviours.publish(String(data='jump'))
    rig.until_offset(answer_of(3))
    rig.behaviours.publish(String(data='fly'))
    rig.until_offset(answer_of(3))


def test_without_a_fresh_attitude_it_proposes_nothing(rig):
    rig.station.until(
        lambda: any('gravity' in w or 'imu' in w for w in rig.show(imu=False).missing)
    )
    assert rig.proposed() is None
    rig.until_offset(answer_of(3))


def test_a_joint_that_is_not_measured_is_named(rig):
    status = rig.show(joints=11)
    assert any(BARKOUR.joints[0] in words for words in status.missing), status.missing
    rig.until_offset(answer_of(3))


def test_a_new_epoch_stands_first_and_begins_with_the_behaviour_that_is_asked_for(rig):
    rig.say('stand_up', 2)
    rig.until_offset(0.0)
    rig.say('follow', 2)
    rig.until_offset(answer_of(3))
    assert rig.show().epoch == 2


def test_an_announced_episode_lets_it_stand_and_begin_with_its_first_measurement(rig):
    request = ResetEpisode.Request(episode='e')
    assert rig.station.call(ResetEpisode, f'{NODE}/reset_episode', request).success
    rig.until_offset(0.0)
    begin = rig.at + 20_000_000
    status = EpisodeStatus(episode='e', state=EpisodeStatus.RUNNING)
    status.header.stamp = stamp(begin)
    rig.episodes.publish(status)
    # without memory the first specialist leads, and hands over to the one that is asked for
    rig.until_offset(answer_of(3))


def test_a_command_beyond_what_was_trained_is_cut_and_diagnostics_say_so(rig):
    def told(level):
        return any(
            status.name == f'{NODE}: commands' and status.level == level
            for _, message in rig.diagnostics[begin:]
            for status in message.status
        )

    def asked(speed):
        """Ask for a speed; the policy for jumps goes up to 2.4 m/s."""
        message = TwistStamped()
        message.header.stamp = stamp(rig.at + 20_000_000)
        message.twist.linear.x = speed
        rig.commands.publish(message)
        rig.show()

    begin = len(rig.diagnostics)
    rig.station.until(lambda: asked(4.0) or told(DiagnosticStatus.WARN))
    [worst] = {
        status.message
        for _, message in rig.diagnostics[begin:]
        for status in message.status
        if status.level == DiagnosticStatus.WARN
    }
    assert worst == 'commands are cut to what was trained: vx 4.00 to 2.40'
    begin = len(rig.diagnostics) + 1
    rig.station.until(lambda: asked(2.0) or told(DiagnosticStatus.OK))


def test_it_tells_when_it_proposed_in_each_second_on_a_steady_clock(rig):
    begin = len(rig.loops)
    rig.station.until(lambda: rig.show() and len(rig.loops) >= begin + 2)
    times = np.concatenate(
        [np.frombuffer(bytes(message.data), '<f8') for _, message in rig.loops[begin:]]
    )
    assert len(times) > 1
    assert (np.diff(times) > 0).all()
