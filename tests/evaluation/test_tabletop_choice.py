"""First choices of memory tasks: what counts as one, and what chance alone gives."""

from __future__ import annotations

import numpy as np
import pytest

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.outcomes import TIMEOUT
from policy_nodes.evaluation.tabletop_blocks import TabletopEntry, TabletopResult
from policy_nodes.evaluation.tabletop_choice import SCENES, FirstChoice, chance_of
from policy_nodes.evaluation.tabletop_summary import rows_of
from policy_nodes.simulation.tabletop.episode_draw import draw_episode
from policy_nodes.simulation.tabletop.tasks.memory_blocks import MIDDLE
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS, TASKS, make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

CHANCE = {'reopen_drawer': 1 / 3, 'put_block_back': 1 / 4, 'rearrange_block': 1 / 2}
ALL = pytest.mark.parametrize('name', MEMORY_TASKS)
DOWN, AT_REST = 0.009, 0.0  # [m] of the button's cap
OPEN_DRAWER = 0.2


class Told:
    """A real world that is told where some things are."""

    def __init__(self, world: TabletopWorld) -> None:
        self.real, self.answer = world, world.variation
        self.joints: dict[str, float] = {}
        self.bodies: dict[str, np.ndarray] = {}

    def tip(self):
        return self.real.tip()

    def joint(self, name):
        return self.joints.get(name, self.real.joint(name))

    def body(self, name):
        position, quaternion = self.real.body(name)
        return self.bodies.get(name, position), quaternion

    def in_contact(self, a, b):
        return False

    def hide(self):
        """Put everything where nothing shows the answer any more."""
        task, answer = self.real.task.name, self.answer
        if task == 'reopen_drawer':
            for drawer in ('bottom', 'middle', 'top'):
                self.joints[f'chest_{drawer}_slide'] = 0.002
        elif task == 'put_block_back':
            self.bodies['block'] = np.array([*MIDDLE, self.body('block')[0][2]])
        else:
            self.bodies['mover'] = self.body(f'patch_{2 - answer}')[0]


def told_world(name, seed=1, index=0, variation=None):
    task = make_task(name)
    drawn = draw_episode(task, seed, index, variation)
    return Told(TabletopWorld(task, seed=drawn.seed, variation=drawn.variation))


def candidate(world, number):
    """A key pose that goes for a candidate."""
    place = SCENES[world.real.task.name](world).candidates[number]
    return KeyPose(
        place + np.array([0.01, -0.02, 0.03]), np.array([1.0, 0.0, 0.0, 0.0]), 1.0, False
    )


def watched(world):
    return FirstChoice(world.real.task.name, world.answer, world)


def press(choice, world):
    for depth in (DOWN, AT_REST):
        world.joints['button_slide'] = depth
        choice.look(world)


@ALL
def test_what_always_takes_the_first_candidate_is_right_by_chance(name):
    results = []
    for index in range(60):
        world = told_world(name, seed=4 + index // 20, index=index % 20)
        choice = watched(world)
        world.hide()
        press(choice, world)
        choice.take(candidate(world, 0), world)
        assert choice.chosen == 0
        results.append(TabletopResult(world.answer, TIMEOUT, '', 25, (), 60.0, (), choice.right))
    low, high = wilson(sum(result.first_choice for result in results), 60)
    assert low <= CHANCE[name] <= high
    [row] = rows_of({TabletopEntry('first', name): dict(enumerate(results))})
    # answers count the same, however often each was drawn
    assert row['first_choice'] == pytest.approx(CHANCE[name])
    assert row['first_choice_ci95'][0] < CHANCE[name] < row['first_choice_ci95'][1]
    assert row['chance'] == chance_of(name) == pytest.approx(CHANCE[name])


@ALL
def test_the_first_candidate_that_a_key_pose_goes_for_is_the_choice(name):
    count = round(1 / CHANCE[name])
    for answer in range(count):
        world = told_world(name, variation=answer)
        choice = watched(world)
        world.hide()
        press(choice, world)
        assert choice.right is None
        choice.take(candidate(world, answer), world)
        assert choice.right is True
        choice.take(candidate(world, (answer + 1) % count), world)
        assert choice.right is True


@ALL
def test_before_the_button_nothing_is_a_choice(name):
    world = told_world(name)
    choice = watched(world)
    world.hide()
    choice.look(world)
    choice.take(candidate(world, 0), world)
    assert choice.chosen is None


@ALL
def test_while_the_answer_still_shows_nothing_is_a_choice(name):
    world = told_world(name)
    choice = watched(world)
    press(choice, world)
    choice.take(candidate(world, 0), world)
    assert choice.chosen is None
    world.hide()
    choice.take(candidate(world, 0), world)
    assert choice.chosen == 0


@ALL
def test_button_middle_and_home_are_no_candidates(name):
    world = told_world(name)
    choice = watched(world)
    world.hide()
    press(choice, world)
    aside = [*SCENES[name](world).others, world.real.tip()[0]]
    for place in aside:
        choice.take(KeyPose(place, np.array([1.0, 0.0, 0.0, 0.0]), 0.0, False), world)
    assert choice.chosen is None


def test_tasks_without_memory_have_no_first_choice():
    for name in set(TASKS) - set(MEMORY_TASKS):
        assert chance_of(name) is None
    world = told_world('reach_target')
    choice = watched(world)
    choice.look(world)
    choice.take(KeyPose(np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0]), 0.0, False), world)
    assert choice.right is None
