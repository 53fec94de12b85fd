"""Episodes on the table top in one process: who drives them changes nothing of what comes out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from tiny_manipulation import write_tiny

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.tabletop_blocks import TabletopBlock, TabletopEntry, TabletopSetup
from policy_nodes.evaluation.tabletop_conditions import CONDITIONS
from policy_nodes.evaluation.tabletop_driver import TabletopDriver
from policy_nodes.evaluation.tabletop_episode import MOST_REFUSALS, TabletopEpisode
from policy_nodes.evaluation.tabletop_mover import TabletopMover
from policy_nodes.evaluation.tabletop_players import EXPERT, Chosen, ExpertPlayer
from policy_nodes.evaluation.workers import Finished, Workers
from policy_nodes.motion.outcome import OutcomeState
from policy_nodes.policies.sam2act import EPISODE_STEPS
from policy_nodes.simulation.tabletop.tasks.poses import downwards
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

SETUP = TabletopSetup(seeds=(1,), episodes=3)


@pytest.fixture(scope='module')
def driver():
    return TabletopDriver(SETUP)


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp('tiny')
    return {
        name: write_tiny(folder / name, memory=memory)
        for name, memory in (('sam2act', False), ('sam2act_plus', True))
    }


class Stubborn:
    """Asks for the same key poses ever."""

    looks, checkpoint = False, ''

    def __init__(self, *positions):
        self.positions, self.asked = positions, 0
        self.heard = []

    def begin(self, world, instruction):
        self.instruction = instruction

    def choose(self, world, views, *, pictured):
        position = self.positions[self.asked % len(self.positions)]
        self.asked += 1
        return Chosen(KeyPose(np.array(position), downwards(), 1.0, False))

    def told(self, outcome):
        self.heard.append(outcome.state)


def episode(player, time_limit=120.0, task='lift_block'):
    world = TabletopWorld(make_task(task), seed=1)
    return TabletopEpisode(
        world,
        player,
        lambda world, on_period: TabletopMover(world, on_period=on_period),
        instruction='do it',
        time_limit=time_limit,
    )


@pytest.mark.parametrize('task', ['reach_target', 'open_drawer'])
def test_the_expert_succeeds_three_times_of_three(task, driver):
    told = []
    for index in range(3):
        block = TabletopBlock(TabletopEntry(EXPERT, task), 1, index)
        result = driver.drive(block, lambda *ended: told.append(ended))
        assert result.outcome == SUCCEEDED, result.why
        assert result.steps > 0
        assert (result.refusals, result.inference_ms, result.record) == ((), (), None)
    assert told == [(1, 1)] * 3


def test_the_expert_chooses_right_at_first(driver):
    block = TabletopBlock(TabletopEntry(EXPERT, 'reopen_drawer'), 1, 0)
    result = driver.drive(block, lambda *_: None)
    assert (result.outcome, result.first_choice) == (SUCCEEDED, True), result.why


@pytest.mark.parametrize('through', ['policy', 'robot'])
def test_the_safety_controller_is_in_the_loop_where_it_is_asked_for(through, monkeypatch):
    made = []

    class Noted(TabletopMover):
        def __init__(self, world, **options):
            made.append(options['safety'])
            super().__init__(world, **options)

    monkeypatch.setattr('policy_nodes.evaluation.tabletop_driver.TabletopMover', Noted)
    driver = TabletopDriver(replace(SETUP, through=through))
    block = TabletopBlock(TabletopEntry(EXPERT, 'reach_target'), 1, 0)
    result = driver.drive(block, lambda *_: None)
    assert result.outcome == SUCCEEDED, result.why
    assert made == [through == 'robot']


def test_three_refusals_in_a_row_end_an_episode_with_the_reason():
    player = Stubborn((1.6, 0.0, 1.0))
    under_way = episode(player)
    ending = under_way.run()
    assert player.instruction == 'do it'
    assert player.heard == [OutcomeState.REFUSED] * MOST_REFUSALS
    assert ending.outcome == ABORTED
    assert ending.why.endswith(under_way.steps[-1].words)
    assert [step.reason for step in under_way.steps] == ['unreachable'] * MOST_REFUSALS


def test_a_refusal_now_and_then_counts_as_a_step_and_no_more():
    player = Stubborn((1.6, 0.0, 1.0), (0.3, -0.05, 1.2), (0.3, 0.05, 1.2))
    under_way = episode(player, time_limit=600.0)
    ending = under_way.run()
    assert (ending.outcome, len(under_way.steps)) == (TIMEOUT, EPISODE_STEPS)
    assert f'{EPISODE_STEPS} key poses' in ending.why
    assert player.heard[:3] == [OutcomeState.REFUSED, OutcomeState.REACHED, OutcomeState.REACHED]


def test_the_time_limit_ends_an_episode_on_the_way():
    under_way = episode(Stubborn((0.3, -0.2, 1.0), (0.3, 0.2, 1.2)), time_limit=2.5)
    ending = under_way.run()
    assert (ending.outcome, ending.why) == (TIMEOUT, '2.5 s did not do for it.')
    assert under_way.steps[-1].state is OutcomeState.ACCEPTED


def test_a_script_that_is_over_ends_an_episode():
    under_way = episode(ExpertPlayer())
    del under_way._player._script[1:]
    assert under_way.run().outcome == ABORTED


def test_what_was_recorded_shows_every_key_step_and_changes_nothing(driver, tiny):
    entry = TabletopEntry('sam2act_plus', 'put_block_back', checkpoint=tiny['sam2act_plus'])
    block = TabletopBlock(entry, 1, 2)
    plain = driver.drive(block, lambda *_: None)
    recorded = driver.drive(replace(block, recorded=True), lambda *_: None)
    record = recorded.record
    assert (record.outcome, len(record.steps)) == (plain.outcome, plain.steps)
    assert recorded.refusals == plain.refusals
    assert recorded.time_s == plain.time_s == record.time_s
    assert (record.policy, record.checkpoint) == ('sam2act_plus', 'sam2act_plus')
    assert record.instruction == make_task(entry.task).instruction(record.variation, 3 % 2)
    assert len(recorded.inference_ms) == plain.steps
    for step in record.steps:
        assert sorted(step.images) == ['front', 'left_shoulder', 'right_shoulder', 'wrist']
        assert step.inference_ms > 0.0
        assert step.picture.heatmaps.shape == (3, 32, 32)
    assert [step.picture.attention.shape[1] for step in record.steps][:2] == [0, 1]
    assert len(record.film.times) == len(record.film.frames)
    assert record.film.times[0] == 0.0


def test_a_condition_changes_what_is_seen(driver, tiny):
    block = TabletopBlock(
        TabletopEntry('sam2act', 'reach_target', 'all together', tiny['sam2act']), 1, 0, True
    )
    usual = replace(block, entry=replace(block.entry, condition='usual'))
    seen, other = (driver.drive(each, lambda *_: None).record for each in (block, usual))
    for camera, image in seen.steps[0].images.items():
        assert (image != other.steps[0].images[camera]).mean() > 0.5
    assert seen.instruction == other.instruction
    assert CONDITIONS['all together'].distractors > 0


def test_the_number_of_workers_changes_nothing(driver, tiny):
    entries = (
        TabletopEntry('sam2act_plus', 'reach_target', checkpoint=tiny['sam2act_plus']),
        TabletopEntry(EXPERT, 'stack_blocks'),
    )
    blocks = [TabletopBlock(entry, 3, index) for entry in entries for index in range(2)]
    own = {block: driver.drive(block, lambda *_: None) for block in reversed(blocks)}
    with Workers(partial(TabletopDriver, SETUP), 2) as pool:
        ended = [event for event in pool.run(blocks) if isinstance(event, Finished)]
    found = {event.block: replace(event.result, inference_ms=()) for event in ended}
    assert found == {block: replace(result, inference_ms=()) for block, result in own.items()}
