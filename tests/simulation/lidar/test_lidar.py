"""A lidar of many beams among upright solids, and the bodies and furniture that it sees."""

import numpy as np
import pytest

from policy_nodes.simulation.lidar.bodies import bodies, draw_builds
from policy_nodes.simulation.lidar.furnishing import furnish, wall, walls
from policy_nodes.simulation.lidar.solids import Solids
from policy_nodes.simulation.lidar.spinning_lidar import LidarModel, sweep

EXACT = LidarModel(noise=0.0, dropout=0.0, max_range=50.0)


def look(solids, model=EXACT):
    return sweep(model, solids, np.random.default_rng(0))


def test_on_open_ground_the_lower_beams_draw_rings():
    seen = look(Solids.of())
    assert (seen.solid == -1).all()
    np.testing.assert_allclose(seen.points[:, 2], 0, atol=1e-5)
    elevations = np.linspace(*EXACT.elevations, EXACT.beams)
    rings = -EXACT.height / np.tan(elevations[elevations < 0])
    found = np.unique(np.hypot(*seen.points[:, :2].T).round(3))
    np.testing.assert_allclose(found, rings[rings < 50].round(3), atol=2e-3)


def test_a_column_is_hit_on_its_side_as_deep_as_it_is_round():
    seen = look(Solids.of(columns=[(3.0, 0.0, 0.2, 0.2, 0.0, 0.0, 2.0, 0.7)]))
    on = seen.points[seen.solid == 0]
    assert len(on) > 20
    np.testing.assert_allclose(np.hypot(on[:, 0] - 3, on[:, 1]), 0.2, atol=1e-4)
    assert on[:, 0].max() < 3.0  # its back is not seen
    np.testing.assert_allclose(on[:, 3], 0.7, atol=1e-6)


def test_a_turned_ellipse_is_a_turned_ellipse():
    seen = look(Solids.of(columns=[(2.0, 1.0, 0.5, 0.1, 0.6, 0.0, 2.0, 0.5)]))
    on = seen.points[seen.solid == 0][:, :2] - (2.0, 1.0)
    cos, sin = np.cos(0.6), np.sin(0.6)
    local = np.stack((cos * on[:, 0] + sin * on[:, 1], cos * on[:, 1] - sin * on[:, 0]), 1)
    np.testing.assert_allclose(((local / (0.5, 0.1)) ** 2).sum(1), 1, atol=1e-3)


def test_a_wall_hides_what_is_behind_it():
    room = Solids.of(
        columns=[(4.0, 0.0, 0.3, 0.3, 0.0, 0.0, 2.0, 0.5)],
        blocks=[wall((2.0, -1.0), (2.0, 1.0), 0.5)],
    )
    assert not (look(room).solid == 0).any()


def test_over_a_low_block_its_top_is_seen_and_what_is_behind_it():
    low = Solids.of(
        columns=[(4.0, 0.0, 0.3, 0.3, 0.0, 0.0, 2.0, 0.5)],
        blocks=[(2.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.3, 0.5)],
    )
    seen = look(low)
    top = seen.points[(seen.solid == 1) & (seen.points[:, 0] > 1.51)]
    np.testing.assert_allclose(top[:, 2], 0.3, atol=1e-4)
    assert (seen.solid == 0).any()


def test_under_a_table_the_ground_is_seen():
    table = furnish(
        np.array([[1.5, -0.5, 2.5, 0.5]]),
        np.zeros((0, 3)),
        np.zeros((0, 4)),
        _Draws('table'),
    )
    seen = look(table)
    under = (np.abs(seen.points[:, 0] - 2) < 0.4) & (np.abs(seen.points[:, 1]) < 0.4)
    assert (seen.solid[under] == -1).any()


class _Draws:
    """Always the same kind of furniture."""

    def __init__(self, kind):
        self.kind = kind

    def uniform(self, low, high):
        return (low + high) / 2

    def choice(self, _kinds, p):
        assert p
        return self.kind


def test_solids_turn_with_the_robot_that_looks():
    one = Solids.of(columns=[(1.0, 2.0, 0.3, 0.1, 0.4, 0.0, 1.0, 0.5)])
    seen = one.seen_from(np.array((1.0, 1.0, np.pi / 2)))
    np.testing.assert_allclose(seen.columns[0, :2], (1.0, 0.0), atol=1e-12)
    assert seen.columns[0, 4] == pytest.approx(0.4 - np.pi / 2)


def test_people_have_bodies_where_they_stand_and_legs_that_swing():
    draws = np.random.default_rng(4)
    builds = draw_builds(5, draws)
    place = np.arange(10.0).reshape(5, 2)
    heading, speed = np.zeros(5), np.full(5, 1.0)
    early = bodies(place, heading, speed, np.zeros(5), builds).columns.reshape(8, 5, 8)
    later = bodies(place, heading, speed, np.full(5, 0.4), builds).columns.reshape(8, 5, 8)
    np.testing.assert_allclose(early[-1, :, 6], builds.height)
    np.testing.assert_allclose(early[:, :, :2].mean(0)[:, 1], place[:, 1], atol=0.05)
    assert np.abs(later[:4] - early[:4]).max() > 0.05
    np.testing.assert_allclose(later[-1], early[-1])
    assert not len(bodies(*(np.zeros((0, 2)), *[np.zeros(0)] * 3), draw_builds(0, draws)).columns)


def test_a_room_without_doors_shows_its_walls_in_all_directions():
    seen = look(walls(4.0, np.random.default_rng(0)))
    far = np.abs(seen.points[seen.solid >= 0][:, :2]).max(1)
    np.testing.assert_allclose(far, 4.0, atol=1e-3)


def test_noise_and_losses_are_those_asked_for():
    model = LidarModel(noise=0.05, dropout=0.3)
    room = walls(5.0, np.random.default_rng(0))
    plain, noisy = look(room), look(room, model)
    assert 0.6 < len(noisy.points) / len(plain.points) < 0.8
    near = noisy.points[(noisy.solid >= 0) & (np.abs(noisy.points[:, 1]) < 0.3)]
    assert 0.03 < (np.abs(near[:, 0]) - 5.0).std() < 0.07


@pytest.mark.parametrize('numbers', [{'beams': 1}, {'elevations': (0.2, -0.2)}, {'directions': 2}])
def test_a_lidar_that_measures_nothing_is_refused(numbers):
    with pytest.raises(ValueError, match='at least 2 beams'):
        LidarModel(**numbers)
