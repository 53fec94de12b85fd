"""Drives the crowd world by HEIGHT and keeps what every node would publish."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import torch
from crowd_recordings import safety_controller, safety_state, status
from rclpy.serialization import serialize_message

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.nodes import (
    obstacle_markers,
    safety_markers,
    translate,
    translate_base,
    translate_people,
)
from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.policies.loading import load_policy
from policy_nodes.policies.navigator import Navigator
from policy_nodes.safety.zone_picture import picture_of
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.robot import STEP_NS, CrowdRobot
from policy_nodes.simulation.crowd.scenario import find_scenario
from policy_stack.msg import PolicyStatus

START_NS = 20 * STEP_NS
RECEIVED_NS = 1_760_000_000 * 10**9
RUNNING, ABORTED = 1, 7
SEED = 3


def drive(index, steps):
    """Drive one episode; the clock of the next one goes on where this one ends."""
    torch.set_num_threads(1)
    episode = generate(find_scenario('rand'), episode_seeds(SEED, index, 1, 'cpu'))
    robot = CrowdRobot(episode, start_ns=START_NS + index * (steps + 5) * STEP_NS)
    loaded = load_policy('height')
    navigator, tracker, static = Navigator(loaded.policy), PeopleTracker(), StaticScan()
    safety = safety_controller()
    safety.activate(robot.time_ns, 0.0)
    told = [('obstacles', obstacle_markers.of(episode, robot.time_ns))]
    for step in range(steps):
        now, steady = robot.time_ns, step * STEP_NS / 1e9
        samples = robot.read()
        tracked = tracker.update(samples.detections, samples.base)
        people = tracked.people()
        still = static.update(samples.laser, samples.base, people)
        proposal = navigator.act(samples.base, samples.goal, people, still.ranges)
        safety.take_odometry(samples.base, now, steady)
        safety.take_scan(samples.laser, now, steady)
        safety.take_people(people, now, steady)
        if step == 0:
            told.append(('goal', translate_base.goal_message(samples.goal)))
            assert safety.reset('test', now - 1, steady).success
        decision = safety.take_proposal(proposal, now, steady)
        sent = translate_base.twist_message(decision.command)
        told += [
            ('episode', status(robot, RUNNING, SEED, index, 'rand')),
            ('odom', translate_base.odometry_message(samples.base)),
            ('scan', translate_base.scan_message(samples.laser, 0.1)),
            ('people', translate_people.people_message(samples.people)),
            ('detections', translate_people.detections_message(samples.detections)),
            ('tracked_people', translate_people.tracks_message(tracked)),
            ('navigation_policy/cmd_vel', translate_base.twist_message(proposal)),
            (
                'navigation_policy/status',
                PolicyStatus(
                    header=translate.header(now, 'base_link'),
                    policy='height',
                    checkpoint=loaded.checkpoint_name,
                    inference_ms=3.5,
                    observation_age_ms=12.0,
                ),
            ),
            (
                'navigation_policy/attention',
                translate.tensor_message('robot_human', loaded.attention(), now, 'base_link'),
            ),
            ('safety_controller/state', safety_state(decision, 0.4)),
            (
                'safety_controller/zones',
                safety_markers.marker_array(picture_of(safety, now, steady), 'base_link', now),
            ),
            ('cmd_vel', sent),
        ]
        robot.advance(sent.twist.linear.x, sent.twist.angular.z)
    told.append(('episode', status(robot, ABORTED, SEED, index, 'rand')))
    return told


def record(path: Path, messages, namespace='', types=None):
    """Record messages a millisecond apart, in a namespace that ends in / or is empty."""
    writer = RecordingWriter(path)
    for number, (name, message) in enumerate(messages):
        kind = type(message)
        type_name = f'{kind.__module__.split(".")[0]}/msg/{kind.__name__}'
        received_ns = RECEIVED_NS + number * 10**6
        writer.write(
            f'/{namespace}{name}',
            type_name,
            message_definition(type_name),
            serialize_message(message),
            received_ns,
            received_ns,
            offered_qos(),
        )
        if number % 40 == 39:
            writer.flush()  # a chunk ends here
    writer.close()


def counted(drives):
    """Messages of each source."""
    return Counter(name for messages in drives for name, _ in messages)
