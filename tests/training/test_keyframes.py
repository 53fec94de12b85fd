"""Key frames and training samples of hand-made sequences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_nodes.training.keyframes import (
    Sample,
    frames_to_keep,
    key_frames,
    samples,
    start_frames,
)


def moving(frames: int, *stops: int) -> np.ndarray:
    """Velocities of an arm that stands at given frames only."""
    velocities = np.full((frames, 7), 0.5)
    velocities[list(stops)] = 0.0
    return velocities


def gripper(*spans: tuple[bool, int]) -> np.ndarray:
    return np.concatenate([np.full(length, is_open) for is_open, length in spans])


def test_the_last_frame_is_a_key_frame_and_the_first_never():
    assert key_frames(gripper((True, 20)), moving(20, 0)) == [19]


def test_a_change_of_the_gripper_is_a_key_frame_at_the_frame_behind_it():
    grip = gripper((True, 8), (False, 6), (True, 6))
    assert key_frames(grip, moving(20)) == [8, 14, 19]


def test_an_arm_that_stands_gives_one_key_frame():
    assert key_frames(gripper((True, 20)), moving(20, 9)) == [9, 19]


def test_one_joint_that_moves_keeps_the_arm_from_standing():
    velocities = moving(20, 9)
    velocities[9, 6] = -0.11
    assert key_frames(gripper((True, 20)), velocities) == [19]
    velocities[9, 6] = -0.1  # within the tolerance
    assert key_frames(gripper((True, 20)), velocities) == [9, 19]


def test_a_long_stop_counts_again_only_when_four_frames_have_gone_by():
    # a stop at 5 sets the counter to 4; it is 3, 2, 1, 0 at the end of frames 6 to 9
    velocities = moving(30, *range(5, 13))
    assert key_frames(gripper((True, 30)), velocities) == [5, 10, 29]


def test_a_stop_at_the_first_frame_is_no_key_frame_but_starts_the_counter():
    velocities = moving(20, 0, 1, 2, 3, 4, 5)
    assert key_frames(gripper((True, 20)), velocities) == [5, 19]


@pytest.mark.parametrize('stop', [7, 8, 9])
def test_a_stop_around_a_change_of_the_gripper_does_not_count(stop):
    # frame 8 is the first closed one: at 7 the next differs, at 8 and 9 one of two before
    grip = gripper((True, 8), (False, 12))
    assert key_frames(grip, moving(20, stop)) == [8, 19]


def test_a_stop_two_frames_behind_a_change_counts():
    assert key_frames(gripper((True, 8), (False, 12)), moving(20, 10)) == [8, 10, 19]


def test_the_last_frame_but_one_is_no_stop():
    assert key_frames(gripper((True, 20)), moving(20, 18)) == [19]


def test_of_two_neighbours_at_the_end_the_earlier_one_goes():
    grip = gripper((True, 18), (False, 2))
    assert key_frames(grip, moving(20)) == [19]
    # the frame before the last but one is none of its neighbours
    grip = gripper((True, 17), (False, 3))
    assert key_frames(grip, moving(20)) == [17, 19]


def test_neighbours_in_the_middle_both_stay():
    grip = gripper((True, 8), (False, 1), (True, 11))
    assert key_frames(grip, moving(20)) == [8, 9, 19]


def test_too_few_frames_or_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match='at least two frames'):
        key_frames(gripper((True, 1)), moving(1))
    with pytest.raises(ValueError, match='one of each a frame'):
        key_frames(gripper((True, 5)), moving(4))


def test_samples_chain_the_key_frames_behind_every_tenth_frame():
    assert samples([4, 12, 25]) == [
        *(Sample(0, 4, 0), Sample(4, 12, 1), Sample(12, 25, 2)),
        *(Sample(10, 12, 1), Sample(12, 25, 2)),
        Sample(20, 25, 2),
    ]


def test_a_start_on_a_key_frame_leads_to_the_next_one():
    assert samples([10, 15]) == [Sample(0, 10, 0), Sample(10, 15, 1), Sample(10, 15, 1)]


def test_without_starts_in_mid_motion_every_key_frame_comes_once():
    assert samples([4, 12, 25], every=None) == [
        *(Sample(0, 4, 0), Sample(4, 12, 1), Sample(12, 25, 2)),
    ]
    assert frames_to_keep([4, 12, 25], every=None) == [0, 4, 12, 25]


def test_the_last_frame_is_no_start():
    assert start_frames([5, 20]) == [0, 10]


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.5])), min_size=2, max_size=80),
    st.sampled_from([None, 1, 3, 10]),
)
def test_every_sample_looks_before_what_it_reaches_and_is_kept(frames, every):
    grip = np.array([is_open for is_open, _ in frames])
    velocities = np.array([[speed] * 7 for _, speed in frames])
    keys = key_frames(grip, velocities)
    assert keys == sorted(set(keys))
    assert keys[-1] == len(frames) - 1
    assert keys[0] > 0
    kept = frames_to_keep(keys, every)
    for sample in samples(keys, every):
        assert sample.seen < sample.reached == keys[sample.step]
        between = [key for key in keys if sample.seen < key < sample.reached]
        assert between == []
        assert {sample.seen, sample.reached} <= set(kept)
