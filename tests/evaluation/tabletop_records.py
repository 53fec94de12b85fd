"""A short episode on the table top: records of it, and the messages of its launched graph.

World, cameras, planner and network are the real ones; the network is tiny and its weights are
random, so the arm goes to the poses of the task's script and not to those that it chooses.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import torch
from geometry_msgs.msg import Pose
from rclpy.serialization import serialize_message
from sam2act_inputs import WORDS, tiny_network
from sensor_msgs.msg import JointState

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.tabletop_mover import TabletopMover
from policy_nodes.evaluation.tabletop_record import EpisodeRecord, Film, KeyStep
from policy_nodes.nodes import translate
from policy_nodes.nodes.translate_cameras import colour_message
from policy_nodes.policies.sam2act import Sam2ActPolicy, hand_of
from policy_nodes.policies.sam2act_contract import CAMERAS
from policy_nodes.policies.sam2act_picture import picture_of
from policy_nodes.simulation.tabletop.panda_model import HOME, JOINTS
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_stack.msg import EpisodeStatus, KeyPoseResult, PolicyStatus, TaskGoal
from policy_stack.msg import KeyPose as KeyPoseMessage

TASK, SEED, FILM_EVERY = 'lift_block', 5, 20
SECOND = 10**9
START_NS = 40 * SECOND
RECEIVED_NS = 1_760_000_000 * SECOND
RUNNING, SUCCEEDED, TIMEOUT = 1, 2, 6


@cache
def played() -> EpisodeRecord:
    """The episode: the script's key poses, and one far above the arm's reach between them."""
    torch.set_num_threads(1)
    world = TabletopWorld(make_task(TASK), seed=SEED)
    policy, times, frames = Sam2ActPolicy(tiny_network()), [], []

    def shoot():
        if round(world.time * 100) % FILM_EVERY == 0:
            times.append(world.time)
            frames.append(world.images(('front',))['front'].rgb)

    mover = TabletopMover(world, on_period=shoot)
    script = [waypoint.pose for waypoint in world.task.waypoints(world)]
    far = script[0]._replace(position=np.array([0.3, 0.0, 2.5]))
    steps = []
    for pose in [script[0], far, *script[1:]]:
        views = world.images()
        hand = hand_of(*map(float, world.fingers()))
        policy.act([views[name] for name in CAMERAS], hand, WORDS, with_attention=True)
        looked, outcome = world.time, mover.go(pose)
        steps.append(
            KeyStep(
                time=looked,
                images={name: views[name].rgb for name in CAMERAS},
                key_pose=pose,
                state=outcome.state,
                reason=outcome.refusal.reason.value if outcome.refusal else '',
                words=outcome.refusal.words if outcome.refusal else '',
                inference_ms=20.0 + len(steps),
                picture=picture_of(policy),
            )
        )
    mover.stay(60)
    instruction = world.task.instruction(world.variation)
    record = EpisodeRecord(
        index=0,
        seed=SEED,
        task=TASK,
        variation=world.variation,
        instruction=instruction,
        policy='sam2act_plus',
        checkpoint='tiny',
        outcome='succeeded' if world.task.succeeded else 'timeout',
        why='' if world.task.succeeded else 'The script did not do it.',
        time_s=world.time,
        steps=tuple(steps),
        film=Film(np.array(times), np.array(frames)),
    )
    world.close()
    return record


def messages(record: EpisodeRecord, start_ns: int = START_NS):
    """What the graph would publish in this episode, as (topic, message), in order of time."""
    rows = []

    def tell(time, topic, write, *given):
        stamp = start_ns + round(time * SECOND)
        rows.append((stamp, len(rows), topic, write(stamp, *given)))

    tell(0.0, 'episode', _status, record, RUNNING)
    tell(0.0, 'goal', _goal, record)
    tell(0.0, 'joint_states', _joints)
    for number, step in enumerate(record.steps, start=1):
        for camera, pixels in step.images.items():
            tell(step.time, f'{camera}/color/image_raw', _image, pixels, camera)
        tell(step.time, 'key_pose', _key_pose, step.key_pose, number)
        tell(step.time, 'manipulation_policy/status', _policy, record, step, number)
        logits = np.log(np.maximum(step.picture.heatmaps, 1e-30))
        tell(step.time, 'manipulation_policy/heatmaps', _tensor, 'coarse_heatmaps', logits)
        tell(step.time, 'manipulation_policy/views', _tensor, 'views', step.picture.views)
        shares = step.picture.attention
        if shares.size:
            topic = 'manipulation_policy/memory_attention'
            tell(step.time, topic, _tensor, 'memory_attention', shares)
        if step.state != KeyPoseResult.REFUSED:
            tell(step.time + 0.01, 'motion_executor/result', _accepted, number)
        tell(step.time + 0.02, 'motion_executor/result', _result, step, number)
    for time, pixels in zip(record.film.times, record.film.frames, strict=True):
        tell(float(time), 'front/color/image_raw', _image, pixels, 'front')
    ending = SUCCEEDED if record.succeeded else TIMEOUT
    tell(record.time_s, 'episode', _status, record, ending)
    return [(topic, message) for _, _, topic, message in sorted(rows, key=lambda row: row[:2])]


def record_messages(told, path: Path, namespace: str = '') -> Path:
    """Write messages a millisecond apart, in a namespace that ends in / or is empty."""
    with RecordingWriter(path) as writer:
        for number, (topic, message) in enumerate(told):
            kind = type(message)
            type_name = f'{kind.__module__.split(".")[0]}/msg/{kind.__name__}'
            received = RECEIVED_NS + number * 10**6
            definition, payload = message_definition(type_name), serialize_message(message)
            name = f'/{namespace}{topic}'
            writer.write(name, type_name, definition, payload, received, received, offered_qos())
    return path


def _status(ns, record, state):
    return EpisodeStatus(
        header=translate.header(ns, ''),
        episode=f'{record.seed}-{record.index}',
        index=record.index,
        scenario=f'{record.task}/{record.variation}',
        seed=record.seed,
        state=state,
    )


def _goal(ns, record):
    header = translate.header(ns, 'world')
    return TaskGoal(header=header, task=record.task, instruction=record.instruction)


def _joints(ns):
    positions = [float(angle) for angle in HOME]
    return JointState(header=translate.header(ns, ''), name=list(JOINTS), position=positions)


def _image(ns, pixels, camera):
    return colour_message(pixels, ns, f'{camera}_optical_frame')


def _key_pose(ns, pose: KeyPose, number):
    return KeyPoseMessage(
        header=translate.header(ns, 'world'),
        epoch=1,
        sequence=number,
        pose=Pose(
            position=translate.point_message(pose.position),
            orientation=translate.quaternion_message(pose.quaternion),
        ),
        gripper=float(pose.gripper),
        ignore_collisions=bool(pose.ignore_collisions),
    )


def _policy(ns, record, step, number):
    return PolicyStatus(
        header=translate.header(ns, ''),
        policy=record.policy,
        checkpoint=record.checkpoint,
        epoch=1,
        sequence=number,
        inference_ms=step.inference_ms,
    )


def _tensor(ns, name, values):
    return translate.tensor_message(name, values, ns, 'world')


def _accepted(ns, number):
    return KeyPoseResult(header=translate.header(ns, 'world'), epoch=1, sequence=number)


def _result(ns, step, number):
    return KeyPoseResult(
        header=translate.header(ns, 'world'),
        epoch=1,
        sequence=number,
        state=int(step.state),
        reason=step.reason,
        words=step.words,
    )
