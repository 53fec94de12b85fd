"""The key poses of scripted experts, in real processes at the shipped speeds, end with success."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from geometry_msgs.msg import Point, Pose, Quaternion
from motion_rig import MotionRig, arguments

from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.simulation.tabletop.episode_draw import draw_episode
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_stack.msg import EpisodeStatus, KeyPoseResult
from policy_stack.srv import ResetEpisode

NODES = ('tabletop_simulator', 'safety_controller', 'motion_executor')
BLIND = ('-p', 'camera_rate:=0.0', '-p', 'time_limit:=600.0')
SEED = 7
TRIES = 4  # a busy machine may be so late that the safety controller stops the arm
PATIENCE = 60.0  # [s] for one key pose


@pytest.fixture(scope='module')
def rig(processes) -> Iterator[MotionRig]:
    for name in NODES:
        more = BLIND if name == 'tabletop_simulator' else ()
        processes(name, *arguments(name, slow=()), *more)
    rig = MotionRig()
    rig.episodes = rig.keep(EpisodeStatus, 'episode', qos.EPISODE)
    rig.bring_everything_up(NODES)
    yield rig
    rig.close()


def begin(rig, task, index):
    """What the supervisor does between two episodes."""
    request = ResetEpisode.Request(episode=task, scenario=task, seed=SEED, index=index)
    if not rig.state.latched:
        assert rig.call(ResetEpisode, 'motion_executor/reset_episode', request).success
    assert rig.call(ResetEpisode, 'tabletop_simulator/reset_episode', request).success
    reset_ns = nanoseconds(rig.joints[-1][1].header.stamp)
    # the arm is at home at once; to the safety controller that is a fault, which it may yet see
    rig.until(lambda: nanoseconds(rig.joints[-1][1].header.stamp) > reset_ns + 500_000_000)
    rig.until(lambda: rig.speed < 1e-3)
    if rig.state.latched:
        rig.permit()


def go(rig, key_pose):
    """Ask for a key pose until it is reached."""
    pose = Pose(
        position=Point(**dict(zip('xyz', map(float, key_pose.position), strict=True))),
        orientation=Quaternion(**dict(zip('xyzw', map(float, key_pose.quaternion), strict=True))),
    )
    came = None
    for _ in range(TRIES):
        rig.until(lambda: rig.speed < 1e-3)
        if rig.state.latched:
            rig.permit()
        asked = rig.ask(
            key_pose.position,
            gripper=float(key_pose.gripper),
            pose=pose,
            ignore_collisions=bool(key_pose.ignore_collisions),
        )
        came = rig.until(lambda asked=asked: ended(rig, asked), PATIENCE, f'no end of {asked}')
        if came.state == KeyPoseResult.REACHED:
            return
    raise AssertionError(f'not reached in {TRIES} tries, at last: {came.reason}. {came.words}')


def ended(rig, asked):
    """The last word on a key pose, once it is there."""
    found = [result for _, result in rig.results if result.sequence == asked]
    return next((one for one in found if one.state != KeyPoseResult.ACCEPTED), None)


@pytest.mark.parametrize(('task', 'index'), [('reach_target', 0), ('lift_block', 1)])
def test_the_key_poses_of_an_expert_do_the_task(rig, task, index):
    made = make_task(task)
    drawn = draw_episode(made, SEED, index)
    world = TabletopWorld(made, seed=drawn.seed, variation=drawn.variation)
    begin(rig, task, index)
    for waypoint in world.task.waypoints(world):
        go(rig, waypoint.pose)
    rig.until(
        lambda: any(
            message.episode == task and message.state == EpisodeStatus.SUCCEEDED
            for _, message in rig.episodes
        ),
        what='the task was not done',
    )
