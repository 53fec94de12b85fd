"""The world of the Barkour: falls, sensors and what may differ from the model."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from policy_nodes.policies.height_field import AHEAD, NEAR, SCAN
from policy_nodes.simulation.barkour.course import NOT_TO_TOUCH, official_course
from policy_nodes.simulation.barkour.course_model import BOARD, PIT
from policy_nodes.simulation.barkour.randomisation import CONDITIONS, Randomisation
from policy_nodes.simulation.barkour.rays import DepthCamera, HeightGrid
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.terrain import flat, gaps
from policy_nodes.simulation.barkour.world import BarkourWorld

STAND, KP, KD = np.array(BARKOUR.stand), np.full(12, BARKOUR.kp), np.full(12, BARKOUR.kd)


def wriggle(world, steps=40):
    """Move all joints to and fro; returns the states it went through."""
    random, states = np.random.default_rng(5), []
    for _ in range(steps):
        world.step(STAND + random.uniform(-0.2, 0.2, 12), KP, KD)
        states.append(world.data.qpos.copy())
    return np.array(states)


def test_the_same_seed_gives_the_same_episode_and_another_one_another():
    world = BarkourWorld(official_course(), seed=3, randomisation=CONDITIONS)
    first, sensed = wriggle(world), (world.imu(), world.joints(), world.depth())
    world.reset()
    assert (wriggle(world) == first).all()
    again = BarkourWorld(official_course(), seed=3, randomisation=CONDITIONS)
    assert (wriggle(again) == first).all()
    for before, now in zip(sensed, (again.imu(), again.joints(), again.depth()), strict=True):
        for left, right in zip(before, now, strict=True):
            assert np.array_equal(left, right, equal_nan=True)
    world.reset(4)
    assert (wriggle(world) != first).any()


def test_noise_changes_what_is_measured_and_nothing_of_the_motion():
    quiet = replace(
        CONDITIONS, **{each.name: 0.0 for each in fields(CONDITIONS) if 'noise' in each.name}
    )
    noisy_world, quiet_world = (
        BarkourWorld(flat(), seed=6, randomisation=changes) for changes in (CONDITIONS, quiet)
    )
    assert (wriggle(noisy_world) == wriggle(quiet_world)).all()
    off = noisy_world.joints().position - quiet_world.joints().position
    assert 0.0 < np.abs(off).max() <= CONDITIONS.joint_noise
    turn = noisy_world.imu().quaternion @ quiet_world.imu().quaternion
    assert 0.0 < 2.0 * np.arccos(min(1.0, turn)) < 0.09
    scan_off = noisy_world.height_scan() - quiet_world.height_scan()
    assert 0.0 < np.abs(scan_off).max() <= CONDITIONS.scan_noise
    assert (noisy_world.height_scan() == noisy_world.height_scan()).all()


def test_randomised_robots_stay_within_their_ranges_and_a_reset_does_not_pile_changes_up():
    world = BarkourWorld(official_course(), seed=0, randomisation=CONDITIONS)
    masses, frictions, places = [], [], []
    for seed in range(30):
        world.reset(seed)
        masses.append(sum(world.model.body_mass))
        frictions.append(world.model.geom('front_left').friction[0])
        places.append(world.base().position[:2] - (0.5, -0.5))
        assert not world.fallen
    assert 0.9 * 11.48 < min(masses) < 11.0
    assert 12.0 < max(masses) < 1.1 * 11.49
    assert 0.6 <= min(frictions) < 0.75
    assert 1.05 < max(frictions) <= 1.2
    assert 0.05 < np.abs(places).max() < 0.12


def test_pushes_come_every_five_seconds_with_the_speed_they_say(handler):
    pushed = BarkourWorld(flat(), seed=2, randomisation=Randomisation(push=0.3))
    handler.hold(pushed, 5.0)
    before = pushed.data.qvel[:2].copy()
    assert np.linalg.norm(before) < 0.02
    handler.hold(pushed, 0.02)
    # feet on the ground take part of it within the period
    assert np.linalg.norm(pushed.data.qvel[:2]) > 0.1
    pushed.push((0.0, 0.0, 1.0))
    assert pushed.data.qvel[2] > 0.9


def test_a_robot_has_fallen_by_its_up_vector_and_not_by_its_height(plain, handler):
    limp = np.zeros(12)
    for _ in range(50):
        plain.step(BARKOUR.fold, limp, np.full(12, 2.0))
    assert not plain.fallen  # it lies on its belly
    plain.reset(1)
    plain.push((0.0, 0.0, 2.0), (8.0, 0.0, 0.0))
    for _ in range(150):
        plain.step(STAND, KP, KD)
        if plain.fallen:
            break
    assert plain.fallen
    assert plain.up() < 0.3
    plain.reset(1)
    assert not plain.fallen


def test_sensors_of_a_robot_that_stands(plain, handler):
    handler.hold(plain, 1.0)
    imu, base = plain.imu(), plain.base()
    assert imu.acceleration == pytest.approx([0.0, 0.0, 9.81], abs=0.3)
    assert imu.angular_velocity == pytest.approx(base.angular, abs=0.02)
    assert np.allclose(imu.quaternion, base.quaternion)
    assert plain.height() == pytest.approx(base.position[2], abs=1e-6)
    assert (plain.contacts() > 15.0).all()
    assert plain.touched == {'floor'}


def test_velocity_of_the_base_is_in_its_own_frame(plain):
    plain.data.qpos[3:7] = np.cos(np.pi / 4), 0.0, 0.0, np.sin(np.pi / 4)  # heading along y
    plain.data.qvel[:3] = 0.0, 1.0, 0.0
    assert plain.base().linear == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    assert plain.heading() == pytest.approx(np.pi / 2)


def test_the_height_scan_turns_with_the_heading_and_is_relative_to_the_body(official):
    grid = HeightGrid(rows=2, columns=3, resolution=1.0, x=0.0, y=-1.0)
    z = official.base().position[2]
    # x ahead: on the table, then beyond its edge; y to the left and right: off the table
    assert official.height_scan(grid) + z == pytest.approx(
        np.array([[0.0, 0.1, 0.0], [0.0, 0.0, 0.0]]), abs=1e-6
    )
    place = official.ground.obstacle('a_frame').place
    official.data.qpos[:2] = place.at(-0.6, 0.0)
    half = 0.5 * (place.heading + np.pi / 2)
    official.data.qpos[3:7] = np.cos(half), 0.0, 0.0, np.sin(half)
    across = HeightGrid(rows=1, columns=2, resolution=0.5, x=0.0, y=-0.5)
    # turned to the left of the way up, so the ridge is to the right
    right, here = official.height_scan(across)[0]
    assert right - here == pytest.approx(0.5 * np.tan(np.pi / 6), abs=1e-6)


def test_poles_are_in_the_depth_image_but_no_ground_of_the_height_scan(official):
    official.data.qpos[:3] = 0.9, -0.7, 0.34
    official.data.qpos[3:7] = 1.0, 0.0, 0.0, 0.0
    camera = DepthCamera(width=41, height=31)
    depth = official.depth(camera)
    # 0.8 m to the pole, less 0.272 m to the camera and its radius
    level = camera.intrinsics()[1, 2] - camera.intrinsics()[1, 1] * np.tan(0.5)
    pitched = depth[round(level), 20]
    assert pitched == pytest.approx((0.8 - 0.272 - 0.02) * np.cos(0.5), abs=0.01)
    scan = official.height_scan(HeightGrid(rows=20, columns=1, resolution=0.05, x=0.4, y=0.0))
    assert scan.max() <= 0.1 - 0.34 + 1e-6


def test_the_depth_image_is_the_depth_of_the_floor_along_the_optical_axis(plain):
    plain.data.qpos[3:7] = 1.0, 0.0, 0.0, 0.0
    camera = DepthCamera(width=5, height=5, nearest=0.2, farthest=2.0)
    position, turn = plain.camera()
    rays = (camera.rays() @ turn.T).reshape(5, 5, 3)
    down = rays[..., 2] < -1e-6
    wanted = np.where(down, position[2] / np.where(down, -rays[..., 2], 1.0), np.inf)
    depth = plain.depth(camera)
    near, far = wanted < 0.2, wanted > 2.0
    assert np.isnan(depth[near]).all()
    assert np.isinf(depth[far]).all()
    assert far.any()
    between = ~near & ~far
    assert depth[between] == pytest.approx(wanted[between], rel=1e-4)
    assert depth.dtype == np.float32


def test_a_foot_on_the_board_of_the_jump_is_kept_until_the_next_episode(official, handler):
    official.data.qpos[:3] = 2.75, -4.5, 0.25
    official.data.qpos[3:7] = 1.0, 0.0, 0.0, 0.0
    assert not official.touched & NOT_TO_TOUCH
    handler.hold(official, 0.5)
    assert official.touched & NOT_TO_TOUCH == {'broad_jump'}
    official.reset()
    assert not official.touched


def test_the_broad_jump_is_a_pit_in_the_height_scan_and_a_board_to_body_and_feet(official):
    place = official.ground.obstacle('broad_jump').place
    official.data.qpos[:3] = place.x, place.y, 0.3
    official.data.qpos[3:7] = 1.0, 0.0, 0.0, 0.0
    ahead = HeightGrid(rows=13, columns=1, resolution=0.05, x=-0.3, y=0.0)
    heights = official.height_scan(ahead)[:, 0] + 0.3
    x = ahead.points()[:, 0]
    assert heights[np.abs(x) < 0.24] == pytest.approx(BOARD - PIT)
    assert heights[np.abs(x) > 0.26] == pytest.approx(0.0, abs=1e-9)
    assert official.height() == pytest.approx(0.3 - BOARD)


def test_the_usual_scan_is_the_one_that_policies_read():
    assert asdict(HeightGrid()) == asdict(SCAN)
    grids = (NEAR.points(), AHEAD.points())
    cells = {tuple(point) for point in np.round(HeightGrid().points(), 6).tolist()}
    for grid in grids:
        assert {tuple(point) for point in np.round(grid.reshape(-1, 2), 6).tolist()} <= cells


def test_where_there_is_no_ground_a_scan_says_nan(plain):
    # below the floor nothing ends a ray
    plain.data.qpos[2] = -10.0
    assert np.isnan(plain.height_scan()).all()


def test_gains_and_efforts_act_as_they_say(plain):
    plain.step(STAND, np.zeros(12), np.zeros(12), np.full(12, 0.5))
    assert plain.torques() == pytest.approx(np.full(12, 0.5))
    plain.reset(1)
    plain.step(np.array(BARKOUR.stand) + 3.0, KP * 10.0, KD)
    assert np.abs(plain.torques()).max() == pytest.approx(18.0)


def test_both_set_ups_of_the_physics_let_it_stand_alike(handler):
    heights = {}
    for solver in ('usual', 'newton'):
        world = BarkourWorld(gaps(0.3), seed=1, solver=solver)
        handler.hold(world, 1.0)
        heights[solver] = world.base().position[2]
    assert heights['usual'] == pytest.approx(heights['newton'], abs=1e-3)
    assert world.model.opt.timestep == 0.002
    assert world.model.opt.iterations == 100


@pytest.mark.parametrize(
    ('act', 'words'),
    [
        (lambda world: world.step(STAND[:3], KP, KD), r'position is of shape \(3,\)'),
        (lambda world: world.step(STAND, KP * np.nan, KD), 'kp is not finite'),
        (lambda world: world.reset(joints=STAND[:11]), r'joints is of shape \(11,\)'),
        (lambda world: BarkourWorld(flat(), seed=1, solver='fast'), 'there are usual, newton'),
        (lambda world: BarkourWorld(flat(), seed=1, period=0.005), 'no multiple of 0.004 s'),
        (lambda world: Randomisation(mass=-0.1), 'mass is -0.1'),
        (lambda world: Randomisation(gains=1.0), 'gains is 1.0; it has to be below 1'),
        (lambda world: Randomisation(friction_low=2.0), 'friction_low 2.0 is above'),
        (lambda world: Randomisation(push=1.0, push_period=0.0), 'push_period is 0'),
        (lambda world: HeightGrid(rows=0), 'a grid of 0 x 11'),
        (lambda world: DepthCamera(field=0.0), 'a field of 0.0 deg'),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(plain, act, words):
    with pytest.raises(ValueError, match=words):
        act(plain)
