"""Which demonstrations a call of `policy-stack demonstrations collect` still wants."""

from __future__ import annotations

import pytest

pytest.importorskip('mujoco')
pytest.importorskip('mink')

from policy_nodes.commands.demonstrations import _absent
from policy_nodes.commands.refusals import Refusal
from policy_nodes.training.demonstration_driver import Wanted


def seeds(folder, count, failed=()):
    absent = _absent(folder, {'lift_block': count}, 100, {'lift_block': set(failed)})
    return [wanted.seed for wanted in absent]


def test_the_first_seeds_that_did_not_fail_are_wanted_and_those_that_are_there_are_not(tmp_path):
    assert seeds(tmp_path, 3) == [100, 101, 102]
    assert seeds(tmp_path, 3, failed=[101]) == [100, 102, 103]
    there = Wanted('lift_block', 102).file(tmp_path)
    there.parent.mkdir()
    there.touch()
    assert seeds(tmp_path, 3, failed=[101]) == [100, 103]


def test_an_expert_that_fails_nearly_always_ends_the_collection(tmp_path):
    with pytest.raises(Refusal, match='failed at 12 seeds of lift_block'):
        seeds(tmp_path, 1, failed=range(100, 112))
