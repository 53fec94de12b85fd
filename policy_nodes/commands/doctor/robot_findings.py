"""What is right and wrong with a robot that was listened to; each finding with its remedy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning
from policy_nodes.commands.doctor.hardware import Expected, Hardware, Placed
from policy_nodes.commands.doctor.listening import Heard, Scene
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.robot_interface import RobotInterface

OWNER = 'safety_controller'
SLACK = 0.01  # share by which a rate may fall short, as contracts have it
AHEAD = 0.02  # a stamp from so far in the future comes from another clock [s]


def judge_topics(hardware: Hardware, scene: Scene) -> Iterator[Finding]:
    """Judge presence, type, rate, age, frame, names and QoS of every topic."""
    for expected in hardware.topics:
        yield from _judge_topic(expected, scene.topics[expected.topic], scene)


def judge_clock(hardware: Hardware, scene: Scene) -> Iterator[Finding]:
    """Compare the clock of the robot with that of this machine, by the youngest stamps."""
    if scene.simulated:
        yield ok('clock', 'simulated: stamps are compared with /clock')
        return
    ages = [min(heard.ages) for heard in scene.topics.values() if heard.ages]
    if not ages:
        yield warning(
            'clock',
            'nothing was heard, so nothing is known of the robot clock',
            'put the topics in order first',
        )
        return
    ahead = -min(ages)
    if ahead > AHEAD:
        yield failed(
            'clock',
            f'stamps are {ahead:.3f} s ahead of this machine: its clock is behind, or the '
            "robot's is ahead",
            'sudo apt install chrony on both machines, one as the source of the other',
        )
    else:
        yield ok('clock', f'the youngest stamp was {-ahead:.3f} s old, none from the future')


def judge_command(hardware: Hardware, scene: Scene) -> Iterator[Finding]:
    """See that nobody but the safety controller commands, and that somebody obeys."""
    name = hardware.command
    rivals = [each for each in scene.commanders if each.rsplit('/', 1)[-1] != OWNER]
    if rivals:
        yield failed(
            name,
            f'{", ".join(rivals)} {"publish" if len(rivals) > 1 else "publishes"} it, too',
            'end them, or remap them to teleop/cmd_vel or another input of the safety controller',
        )
    elif len(scene.commanders) > 1:
        yield failed(
            name,
            f'{len(scene.commanders)} safety controllers publish it',
            'end all but one, or give each robot a namespace',
        )
    elif scene.commanders:
        yield ok(name, f'{scene.commanders[0]} alone publishes it')
    else:
        yield ok(name, 'nobody publishes it yet; the safety controller will')
    others = sorted(scene.command_types - {hardware.command_type})
    if others:
        yield failed(
            f'{name}, type',
            f'{", ".join(others)} is used there, {hardware.command_type} is sent',
            hardware.command_remedy,
        )
    elif scene.obeying:
        yield ok(f'{name}, driver', f'{", ".join(scene.obeying)} listens')
    else:
        yield failed(f'{name}, driver', 'nobody listens to it', hardware.command_remedy)


def judge_transforms(hardware: Hardware, scene: Scene) -> Iterator[Finding]:
    """Find each transform, perhaps through other frames."""
    for wanted in hardware.transforms:
        name = f'{wanted.parent} to {wanted.child}'
        if _reaches(wanted, scene.placed):
            yield ok(name, 'tf tells it')
        else:
            frames = sorted({frame for pair in scene.placed for frame in pair})
            known = f'frames of tf: {", ".join(frames)}' if frames else 'tf tells nothing'
            yield failed(name, f'is not known; {known}', wanted.remedy)


def judge_contract(
    hardware: Hardware, scene: Scene, interface: RobotInterface, checkpoint: Checkpoint | None
) -> Iterator[Finding]:
    """Hold the contract of a checkpoint against the robot that is described and that was heard."""
    if checkpoint is not None:
        agreement = checkpoint.compare(interface)
        for found in agreement.disagreements:
            yield failed(f'{checkpoint.name}, {found.term}', str(found), found.remedy)
        if agreement.agrees:
            terms = ', '.join(agreement.terms)
            yield ok(checkpoint.name, f'its contract agrees with {interface.robot}: {terms}')
    sources = {each.type_name: each for each in hardware.topics}
    for term in interface.observations:
        expected = sources.get(term.source)
        if expected is None or term.rate_hz is None:
            continue
        heard = scene.topics[expected.topic]
        if heard.arrivals and heard.rate_hz < term.rate_hz * (1 - SLACK):
            yield failed(
                f'term {term.name}',
                f'robot.yaml promises {term.rate_hz:g} Hz, {expected.topic} comes at '
                f'{heard.rate_hz:.1f} Hz',
                'make the source faster; a policy trained at that rate acts on stale values',
            )


def _judge_topic(expected: Expected, heard: Heard, scene: Scene) -> Iterator[Finding]:
    name = expected.topic
    say = failed if expected.needed else warning
    others = sorted(heard.types - {expected.type_name})
    if others:
        yield failed(name, f'is {", ".join(others)}, not {expected.type_name}', expected.remedy)
        return
    if not heard.publishers:
        yield say(name, 'nobody publishes it', expected.remedy)
        return
    if expected.latched and not all(heard.latched):
        yield say(
            name,
            'is not kept for late subscribers, so the nodes do not hear it at all',
            'publish it with transient local durability',
        )
        return
    if not heard.arrivals:
        if expected.rate_hz is not None:
            yield say(
                name,
                f'{", ".join(heard.publishers)} publishes it, and nothing came in '
                f'{scene.seconds:g} s',
                f'let UDP through between the machines, and {expected.remedy}',
            )
        else:
            yield ok(name, f'{", ".join(heard.publishers)} publishes it on change')
        return
    problems = list(_problems(expected, heard))
    for found, remedy in problems:
        yield say(name, found, remedy)
    if not problems:
        rate = f'{heard.rate_hz:.1f} Hz, ' if expected.rate_hz is not None else ''
        age = float(np.median(heard.ages))
        yield ok(name, f'{rate}{1e3 * age:.0f} ms old, from {", ".join(heard.publishers)}')
    if not all(heard.reliable):
        yield ok(
            f'{name}, QoS',
            'best effort: simulator:=none asks for no more (sensor_reliability)',
        )


def _problems(expected: Expected, heard: Heard) -> Iterator[tuple[str, str]]:
    if expected.rate_hz is not None and heard.rate_hz < expected.rate_hz * (1 - SLACK):
        yield (
            f'{heard.rate_hz:.1f} Hz, at least {expected.rate_hz:g} Hz are needed',
            expected.remedy,
        )
    wrong = sorted(heard.frames - {expected.frame}) if expected.frame else []
    if wrong:
        yield f'is in frame {", ".join(map(repr, wrong))}, not {expected.frame!r}', expected.remedy
    oldest = float(np.median(heard.ages))
    if expected.max_age_s is not None and oldest > expected.max_age_s:
        yield (
            f'{oldest:.3f} s old on arrival, at most {expected.max_age_s:g} s are acted on',
            'shorten the way (cable instead of Wi-Fi, smaller images), or set the clocks right',
        )
    missing = [each for each in expected.names if each not in heard.names]
    if missing:
        yield f'lacks {", ".join(missing)}', expected.remedy


def _reaches(wanted: Placed, placed: set[tuple[str, str]]) -> bool:
    """Whether tf connects two frames, whichever way."""
    known, todo = {wanted.parent}, [wanted.parent]
    while todo:
        frame = todo.pop()
        for pair in placed:
            if frame in pair:
                other = pair[1] if pair[0] == frame else pair[0]
                if other not in known:
                    known.add(other)
                    todo.append(other)
    return wanted.child in known
