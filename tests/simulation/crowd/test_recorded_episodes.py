"""Robots that cross recorded people."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch

from policy_nodes.evaluation.chain import TurtlebotChain
from policy_nodes.evaluation.crowd_episodes import run_episodes
from policy_nodes.nodes.simulated_episode import episode_of
from policy_nodes.policies.loading import load_policy
from policy_nodes.policies.straight import StraightPolicy
from policy_nodes.simulation.crowd.obstacle_contact import touches_obstacle
from policy_nodes.simulation.crowd.recorded import read_recording, recorded_episodes
from policy_nodes.simulation.crowd.recorded_text import UnreadableRecordingError
from policy_nodes.simulation.crowd.reward import COLLISION_HUMAN, RUNNING, SUCCEEDED
from policy_nodes.simulation.crowd.world import CrowdWorld, recorded_motion

COUNT = 12
REST = torch.zeros(1, 2)


@pytest.fixture(name='drawn', params=['street', 'zara01', 'zara02'])
def _drawn(request, shared_data):
    if request.param == 'street':
        folder = request.getfixturevalue('street')
    else:
        folder = shared_data('real', 'pedestrians', 'ucy', request.param)
    recording = read_recording(folder)
    return recording, recorded_episodes(recording, 5, COUNT)


def test_ways_are_clear_and_cross_the_people(drawn):
    _, made = drawn
    episodes = made.episodes
    rows = torch.arange(COUNT)
    start, goal = episodes.start[:, :2], episodes.goal
    away = (goal - start).norm(dim=1)
    assert ((away > 4.99) & (away < 6.01)).all()
    torch.testing.assert_close(start, -goal)

    around = CrowdWorld(episodes).surroundings(rows)
    for share in np.linspace(0, 1, 50):
        assert not touches_obstacle(start + share * (goal - start), around).any()

    tracks = episodes.tracks
    begins = tracks[:, :20] - start[:, None, None]
    assert begins.norm(dim=-1).nan_to_num(nan=9).min() >= 1.5 - 1e-5
    # at least one person changes sides of the way, between its ends, within 20 s
    along = (goal - start) / away[:, None]
    offset = tracks[:, :201] - start[:, None, None]
    beside = offset[..., 1] * along[:, None, None, 0] - offset[..., 0] * along[:, None, None, 1]
    ahead = (offset * along[:, None, None]).sum(-1)
    changes = (beside[:, 1:] * beside[:, :-1] < 0) & (ahead[:, 1:] > 0)
    changes &= ahead[:, 1:] < away[:, None, None]
    assert changes.any(1).sum(1).min() >= 1
    assert len(np.unique(made.first_step)) > COUNT / 2


def test_people_are_where_the_recording_has_them(drawn):
    recording, made = drawn
    people = recording.people
    world = CrowdWorld(made.episodes)
    state = world.start(torch.arange(COUNT))
    for step in range(40):
        row = step % COUNT
        part = people.step == made.first_step[row] + int(state.step[row])
        expected = people.position[part] - made.origin[row]
        here = world.present(state)[row]
        found = state.people[row, here].numpy()
        order = np.lexsort(found.T), np.lexsort(expected.astype(np.float32).T)
        np.testing.assert_allclose(found[order[0]], expected[order[1]], atol=1e-5)
        state, _ = world.step(state, REST.expand(COUNT, -1))
    assert (made.left_out == 0).all()


def test_an_episode_is_the_same_alone_and_in_a_batch(drawn):
    recording, made = drawn
    alone = recorded_episodes(recording, 5, 1, first=9).episodes
    among = made.episodes.take(torch.tensor([9]))
    width = alone.people
    for field in fields(alone):
        mine, theirs = getattr(alone, field.name), getattr(among, field.name)
        if field.name == 'tracks':
            theirs = theirs[:, :, :width]
        elif mine.dim() > 1 and mine.shape[1] == width:
            theirs = theirs[:, :width]
        torch.testing.assert_close(mine, theirs, atol=0, rtol=0, equal_nan=True, msg=field.name)
    assert not among.present[:, width:].any()


def test_other_seeds_give_other_ways(street):
    recording = read_recording(street)
    one = recorded_episodes(recording, 1, 4).episodes.start
    assert not torch.equal(one, recorded_episodes(recording, 2, 4).episodes.start)
    assert torch.equal(one, recorded_episodes(recording, 1, 4).episodes.start)


def test_obstacles_move_with_the_origin_and_are_seen_and_hit(street):
    lines = '<Line x1="-6.5" y1="-8" x2="-6.5" y2="8"/><Circle x="7" y="0" radius="0.3"/>'
    (street / 'map.xml').write_text(f'<Trial>{lines}</Trial>')
    made = recorded_episodes(read_recording(street), 3, 6)
    origin = torch.from_numpy(made.origin).float()
    expected = torch.tensor([-6.5, -8.0, -6.5, 8.0]) - origin.repeat(1, 2)
    torch.testing.assert_close(made.episodes.segments[:, 0], expected)
    torch.testing.assert_close(made.episodes.discs[:, 0, :2], torch.tensor([7.0, 0.0]) - origin)
    world = CrowdWorld(made.episodes)
    view = world.observe(world.start(torch.arange(6)))
    to_wall = made.episodes.start[:, 0] + origin[:, 0] + 6.5
    assert (view.ranges.amin(1) <= to_wall + 0.02).all()
    assert view.ranges.isfinite().all()


def test_a_map_that_leaves_no_way_is_refused(street):
    bars = ''.join(
        f'<Line x1="-9" y1="{y}" x2="9" y2="{y}"/><Line x1="{y}" y1="-9" x2="{y}" y2="9"/>'
        for y in range(-9, 10)
    )
    (street / 'map.xml').write_text(f'<Trial>{bars}</Trial>')
    with pytest.raises(UnreadableRecordingError, match='found no way of 5 to 6 m that people'):
        recorded_episodes(read_recording(street), 0, 1)


def test_velocity_is_that_of_the_track_also_for_who_has_just_come():
    nan = float('nan')
    tracks = torch.tensor([[0.0, 0.1, 0.3], [nan, 1.0, 1.2], [2.0, 2.1, nan]])
    tracks = torch.stack((tracks, torch.zeros_like(tracks)), dim=-1).permute(1, 0, 2)[None]
    rows = torch.zeros(3, dtype=torch.long)
    here, velocity = recorded_motion(tracks, rows, torch.arange(3))
    expected = torch.tensor([[1.0, 0.0, 1.0], [1.0, 2.0, 1.0], [2.0, 2.0, 0.0]])
    torch.testing.assert_close(velocity[..., 0], expected, atol=1e-5, rtol=0)
    assert here[0, 1, 0].isnan()
    beyond, still = recorded_motion(tracks, rows[:1], torch.tensor([7]))
    torch.testing.assert_close(beyond[0, 0], torch.tensor([0.3, 0.0]))
    assert not still.any()


def test_the_absent_are_told_to_nobody(street):
    world = CrowdWorld(recorded_episodes(read_recording(street), 5, 2).episodes)
    state = world.start(torch.arange(2))
    absent = state.people[..., 0].isnan()
    assert absent.any()
    view = world.observe(state)
    assert not view.visible[absent].any()
    assert view.people.isfinite().all()
    assert view.people_velocity.isfinite().all()


def test_recorded_people_do_not_react(street):
    made = recorded_episodes(read_recording(street), 5, 2)
    world = CrowdWorld(made.episodes)
    rows = torch.arange(2)
    stands, drives = world.start(rows), world.start(rows)
    for _ in range(60):
        stands, _ = world.step(stands, torch.zeros(2, 2))
        drives, _ = world.step(drives, torch.full((2, 2), 0.3))
    assert torch.equal(stands.people.nan_to_num(), drives.people.nan_to_num())
    assert not torch.equal(stands.pose, drives.pose)


def test_who_drives_blindly_through_the_street_is_often_run_into(street):
    made = recorded_episodes(read_recording(street), 5, COUNT)
    table = run_episodes(StraightPolicy(), made.episodes)
    assert (table.outcome != RUNNING).all()
    assert set(np.unique(table.outcome)) <= {SUCCEEDED, COLLISION_HUMAN}
    assert (table.outcome == COLLISION_HUMAN).mean() > 0.3
    assert (table.person_gap[table.outcome == COLLISION_HUMAN] <= 0).all()


def test_the_farthest_people_are_left_out_where_slots_are_few(street):
    recording = read_recording(street)
    full = recorded_episodes(recording, 5, 4)
    few = recorded_episodes(recording, 5, 4, most_people=6)
    assert few.episodes.people == 6
    missing = full.episodes.present.sum(1).numpy() - 6
    np.testing.assert_array_equal(few.left_out, missing)
    assert (few.left_out > 0).all()


def test_the_whole_robot_drives_a_recorded_episode(street):
    chain = TurtlebotChain(load_policy('straight'))
    trace = chain.run(episode_of('recorded', street, 5, 2), 5, 2)
    assert trace.score.outcome in ('succeeded', 'collision_human', 'timeout')
    assert len(trace.pose) > 20


def test_the_simulator_refuses_before_anything_moves(street, tmp_path):
    with pytest.raises(ValueError, match='needs people:=FOLDER'):
        episode_of('recorded', Path(), 0, 0)
    with pytest.raises(ValueError, match=r'holds no obsmat\.txt'):
        episode_of('recorded', tmp_path, 0, 0)
    with pytest.raises(ValueError, match=r'unknown scenario .moon.; known: rand.*recorded'):
        episode_of('moon', street, 0, 0)


@pytest.mark.parametrize(('count', 'first'), [(0, 0), (1, -1)])
def test_numbers_of_episodes_that_make_no_sense_are_refused(street, count, first):
    with pytest.raises(ValueError, match='give at least 1 and 0'):
        recorded_episodes(read_recording(street), 0, count, first=first)
