"""Records crowd episodes as the launched graph does, in one process and without waiting.

World, sensors, tracker, policy and safety controller are the real ones. Only the times at which
the recorder receives messages are made up: observation, inference and decision take a few
milliseconds each, drawn from a seeded generator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import yaml
from rclpy.serialization import serialize_message

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.outcomes import ABORTED, OUTCOMES
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.run_files import (
    ROBOT_RADIUS,
    SCORE_RECORD,
    EpisodeScore,
    RunInfo,
    recording_name,
)
from policy_nodes.nodes import obstacle_markers, translate, translate_base, translate_people
from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.policies.navigator import Navigator
from policy_nodes.policies.straight import StraightPolicy
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.robot import STEP_NS, CrowdRobot
from policy_nodes.simulation.crowd.scenario import find_scenario
from policy_stack.msg import EpisodeStatus, PolicyStatus, SafetyState, TrackedPerson

START_NS = 20 * STEP_NS
WALL_NS = 1_760_000_000 * 10**9
LATCHED = ('/goal', '/episode', '/obstacles', '/safety_controller/state')
CONTRACT = """\
version: 1
robot: turtlebot
policy: straight
rate_hz: 10.0
observations:
  odometry:
    source: nav_msgs/msg/Odometry
    frame: odom
    names: [x, y, yaw, v, w]
    unit: [m, m, rad, m/s, rad/s]
    shape: [5]
actions:
  base:
    kind: twist
    frame: base_link
    names: [linear.x, angular.z]
    unit: [m/s, rad/s]
    limits: {linear.x: [-0.5, 0.5], angular.z: [-1.0, 1.0]}
    rate_hz: 10.0
trained:
  recipe: none
  seed: 7
  steps: 1200
  metrics:
    success_rand: {value: 0.5, ci95: [0.4, 0.6], episodes: 100}
"""


@dataclass
class Tape:
    """A recording and the recorder's clock."""

    writer: RecordingWriter
    wall_ns: int
    namespace: str = ''

    def put(self, topic, message, stamp_ns, later_ms=0.0):
        """Write a message of any class, received `later_ms` after the step began."""
        kind = type(message)
        name = f'{kind.__module__.split(".")[0]}/msg/{kind.__name__}'
        durability = 'transient_local' if topic in LATCHED else 'volatile'
        self.writer.write(
            self.namespace + topic,
            name,
            message_definition(name),
            serialize_message(message),
            self.wall_ns + round(later_ms * 1e6),
            stamp_ns,
            offered_qos(durability=durability),
        )


def safety_controller() -> BaseSafetyController:
    """The controller of a TurtleBot, without the heartbeats of nodes that do not run here."""
    path = share_folders()[0] / 'config/turtlebot/safety_controller.yaml'
    values = yaml.safe_load(path.read_text())['/**']['ros__parameters']
    values['heartbeat']['nodes'] = []
    return BaseSafetyController(BaseSafetyConfig.from_mapping(values))


def status(robot, state, seed, index, scenario) -> EpisodeStatus:
    return EpisodeStatus(
        header=translate.header(robot.time_ns, 'odom'),
        episode=f'{scenario}_{seed}_{index}',
        index=index,
        scenario=scenario,
        seed=seed,
        state=state,
        step=robot.step,
        elapsed=robot.step * STEP_NS / 1e9,
    )


def safety_state(decision, tick_ms) -> SafetyState:
    return SafetyState(
        header=translate.header(decision.stamp_ns, 'base_link'),
        level=int(decision.level),
        reasons=list(decision.reasons),
        source=decision.source,
        latched=decision.latched,
        epoch=decision.epoch,
        names=list(decision.names),
        proposed=[float(value) for value in decision.proposed],
        sent=[float(value) for value in decision.sent],
        scale=float(decision.scale),
        tick_ms=tick_ms,
        counter_names=list(decision.counters),
        counters=[int(value) for value in decision.counters.values()],
    )


def tracked_message(tracked):
    message = translate_people.people_message(tracked.people(tentative=True))
    for person, state, unseen in zip(message.persons, tracked.states, tracked.unseen, strict=True):
        person.state, person.unseen = int(state), float(unseen)
    assert TrackedPerson.OCCLUDED == 2
    return message


class Tally:
    """What the scorer measures from the truth."""

    def __init__(self, robot: CrowdRobot) -> None:
        self.robot = robot
        self.last = robot.state.pose[0, :2].clone()
        self.path = 0.0
        self.gap = math.inf
        self.near = 0

    def add(self, people) -> None:
        here = self.robot.state.pose[0, :2]
        self.path += float((here - self.last).norm())
        self.last = here.clone()
        spot = here.numpy().astype(np.float64)
        apart = np.linalg.norm(people.positions - spot, axis=1) - people.radii - ROBOT_RADIUS
        self.gap = min(self.gap, float(apart.min(initial=math.inf)))
        self.near += bool((apart < 0.25).any())

    def score(self, index, seed, outcome) -> EpisodeScore:
        steps = max(self.robot.step, 1)
        gap = self.gap if math.isfinite(self.gap) else None
        time = self.robot.step * STEP_NS / 1e9
        return EpisodeScore(
            index, seed, outcome, time, self.path, gap, 0.21, self.near / steps, 1.4
        )


def record_episode(
    folder: Path,
    index: int,
    *,
    scenario: str = 'rand',
    seed: int = 3,
    policy=None,
    most_steps: int = 600,
    finish: bool = True,
    break_odometry_at: int = -1,
    namespace: str = '',
    people_memory: float = math.inf,
) -> EpisodeScore:
    """Drive and record one episode.

    Args:
        folder: of the run.
        index: of the episode; with the seed it decides what happens.
        scenario: name.
        seed: of the run.
        policy: drives; straight to the goal if None.
        most_steps: the episode is broken off after so many.
        finish: close the recording and keep the score in it.
        break_odometry_at: step whose recorded pose is no number.
        namespace: of the robot, with a slash before it.
        people_memory: the policy is not told of people who are unseen for longer [s].
    """
    torch.set_num_threads(1)  # tensors of one robot are too small to share among threads
    chance = np.random.default_rng((seed, index))
    episode = generate(find_scenario(scenario), episode_seeds(seed, index, 1, 'cpu'))
    robot = CrowdRobot(episode, start_ns=START_NS)
    writer = RecordingWriter(folder / recording_name(index), chunk_bytes=16_384)
    tape = Tape(writer, WALL_NS + index * 100 * 10**9, namespace)
    writer.attach('contract.yaml', 'application/yaml', CONTRACT.encode())
    navigator = Navigator(policy or StraightPolicy())
    tracker, static, safety = PeopleTracker(), StaticScan(), safety_controller()
    safety.activate(START_NS, 0.0)
    sequence, tally = 0, Tally(robot)
    tape.put('/obstacles', obstacle_markers.of(episode, START_NS), START_NS)
    outcome = RUNNING
    while outcome == RUNNING and robot.step < most_steps:
        now, steady = robot.time_ns, robot.step * STEP_NS / 1e9
        samples = robot.read()
        if robot.step == 0:
            tape.put('/goal', translate_base.goal_message(samples.goal), now)
        tape.put('/episode', status(robot, RUNNING, seed, index, scenario), now)
        odometry = translate_base.odometry_message(samples.base)
        if robot.step == break_odometry_at:
            odometry.pose.pose.position.x = math.nan
        tape.put('/odom', odometry, now, 0.4)
        tape.put('/scan', translate_base.scan_message(samples.laser, 0.1), now, 0.9)
        tape.put('/people', translate_people.people_message(samples.people), now, 0.7)
        tape.put('/detections', translate_people.detections_message(samples.detections), now, 1.0)
        tracked = tracker.update(samples.detections, samples.base)
        tape.put('/tracked_people', tracked_message(tracked), now, 2.2)
        people = tracked.people()
        told = tracked.people(max_unseen=people_memory)
        ranges = static.update(samples.laser, samples.base, told).ranges
        proposal = navigator.act(samples.base, samples.goal, told, ranges)
        thought = 2.5 + 6.0 + chance.gamma(2.0, 0.8)
        missed = chance.random() < 0.01
        safety.take_odometry(samples.base, now, steady)
        safety.take_scan(samples.laser, now, steady)
        safety.take_people(people, now, steady)
        if robot.step == 0:
            assert safety.reset('test', now - 1, steady).success
        v = w = 0.0
        if not missed:
            sequence += 1
            tape.put(
                '/navigation_policy/cmd_vel', translate_base.twist_message(proposal), now, thought
            )
            tape.put(
                '/navigation_policy/status',
                PolicyStatus(
                    header=translate.header(now, 'base_link'),
                    policy='straight',
                    sequence=sequence,
                    inference_ms=thought - 2.5,
                    observation_age_ms=2.0,
                ),
                now,
                thought,
            )
            decision = safety.take_proposal(proposal, now, steady)
        else:
            decision = safety.tick(now, steady)
        if decision is not None:
            tick = 0.2 + chance.gamma(2.0, 0.05)
            state = safety_state(decision, tick)
            tape.put('/safety_controller/state', state, now, thought + tick)
            if decision.command is not None:
                sent = translate_base.twist_message(decision.command)
                tape.put('/cmd_vel', sent, now, thought + tick + 0.3)
                v, w = sent.twist.linear.x, sent.twist.angular.z
        outcome = robot.advance(v, w)
        tally.add(samples.people)
        tape.wall_ns += STEP_NS
    name = OUTCOMES.get(outcome, ABORTED)
    score = tally.score(index, seed, name)
    if finish:
        code = next(code for code, word in OUTCOMES.items() if word == name)
        tape.put('/episode', status(robot, code, seed, index, scenario), robot.time_ns)
        writer.add_metadata(SCORE_RECORD, score.to_record())
        writer.close()
    else:
        writer.flush()
    return score


def record_run(folder: Path, episodes: int = 3, **options) -> RunInfo:
    """Record a whole run with its run.json."""
    scores = tuple(record_episode(folder, index, **options) for index in range(episodes))
    run = RunInfo(
        robot='turtlebot',
        policy='straight',
        checkpoint='',
        scenario=options.get('scenario', 'rand'),
        seed=options.get('seed', 3),
        episodes=scores,
        started='2025-10-09T08:53:20+00:00',
        runtime='in one process',
    )
    run.write(folder)
    return run
