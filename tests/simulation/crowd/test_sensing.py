"""Who is in view, and what people do to the lidar."""

from __future__ import annotations

import torch

from policy_nodes.simulation.crowd.world import CrowdWorld

ROW = torch.zeros(1, dtype=torch.long)


def view_of(episode):
    """What the robot sees at the start."""
    world = CrowdWorld(episode)
    return world.observe(world.start(ROW))


def test_people_in_the_open_are_seen_all_around(furnish):
    view = view_of(furnish(people=[(3, 0), (-3, 0), (0, 3), (0, -3)]))
    assert view.visible.all()


def test_who_stands_behind_a_box_is_hidden(furnish):
    view = view_of(furnish(people=[(4, 0), (0, 4)], boxes=[(2, -1, 2.5, 1)]))
    assert view.visible.tolist() == [[False, True]]


def test_who_stands_behind_a_wall_segment_is_hidden(furnish):
    view = view_of(furnish(people=[(4, 0)], segments=[(2, -1, 2, 1)]))
    assert not view.visible.any()


def test_who_looks_out_from_behind_a_box_is_seen(furnish):
    view = view_of(furnish(people=[(4, 0)], boxes=[(2, 0, 2.5, 1)]))
    assert view.visible.all()


def test_who_stands_behind_another_person_is_hidden(furnish):
    view = view_of(furnish(people=[(4, 0), (2, 0)]))
    assert view.visible.tolist() == [[False, True]]


def test_who_is_farther_than_the_lidar_reaches_is_not_seen(furnish):
    view = view_of(furnish(people=[(26, 0), (24, 0.6)]))
    assert view.visible.tolist() == [[False, True]]


def test_the_policys_scan_looks_through_people_and_the_sensors_does_not(furnish):
    view = view_of(furnish(people=[(2, 0)], boxes=[(4, -1, 5, 1)]))
    torch.testing.assert_close(view.ranges[0, 0], torch.tensor(4.0))
    torch.testing.assert_close(view.ranges_with_people[0, 0], torch.tensor(1.7))


def test_rays_start_ahead_turn_left_and_end_at_25_m(furnish):
    view = view_of(furnish(start=(0, 0, torch.pi / 2), boxes=[(-1, 3, 1, 4), (-6, -1, -5, 1)]))
    torch.testing.assert_close(view.ranges[0, 0], torch.tensor(3.0))
    torch.testing.assert_close(view.ranges[0, 45], torch.tensor(5.0))
    assert view.ranges[0, 90] == 25
    assert view.ranges.shape == (1, 180)
