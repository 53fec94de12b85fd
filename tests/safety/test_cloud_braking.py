"""S12: a base that sees by a tilted camera never touches what stands there."""

import math

import numpy as np
from clouds import cloud_of
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.mount import Mount

RADIUS = 0.18
STEP = 0.1


def camera_pose(pitch, yaw, height):
    """A camera on a mast, turned and then tilted."""
    turn = np.array([0.0, 0.0, math.sin(yaw / 2), math.cos(yaw / 2)])
    tilt = math.sin(pitch / 2), math.cos(pitch / 2)
    # the product of both, written out
    quaternion = (
        -turn[2] * tilt[0],
        turn[3] * tilt[0],
        turn[2] * tilt[1],
        turn[3] * tilt[1],
    )
    return Mount.of_pose((0.05, -0.02, height), quaternion)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    pitch=st.floats(-0.8, 0.8),
    yaw=st.floats(-math.pi, math.pi),
    commands=st.lists(
        st.tuples(st.floats(-0.5, 0.5), st.floats(-1.0, 1.0)), min_size=2, max_size=6
    ),
)
def test_the_base_never_touches_what_the_cloud_shows(bench, seed, pitch, yaw, commands):
    rng = np.random.default_rng(seed)
    rig = bench(points__enabled=True, points__frame='camera', points__view='around')
    mount = camera_pose(pitch, yaw, 0.4)
    angles, reach = rng.uniform(-math.pi, math.pi, 40), rng.uniform(0.4, 2.0, 40)
    world = np.column_stack((reach * np.cos(angles), reach * np.sin(angles)))
    heights = rng.uniform(0.1, 1.4, 40)
    pose = np.zeros(3)
    others = rig.sense

    def sense():
        others()
        away, heading = world - pose[:2], pose[2]
        forward = np.array([math.cos(heading), math.sin(heading)])
        left = np.array([-forward[1], forward[0]])
        seen = np.column_stack((away @ forward, away @ left, heights))
        held = (seen - mount.translation) @ mount.rotation  # the inverse of a rotation
        cloud = cloud_of(held, rig.now_ns, frame='camera', kind='f8', point_step=24)
        assert rig.controller.take_cloud(cloud, rig.now_ns, rig.steady_s, mount)

    rig.sense = sense
    rig.start()
    for v, w in commands:
        for _ in range(15):
            rig.tick(v, w)
            sent_v, sent_w = rig.sent()
            for _ in range(10):
                pose += np.array(
                    [sent_v * math.cos(pose[2]), sent_v * math.sin(pose[2]), sent_w]
                ) * (STEP / 10)
            assert np.hypot(*(world - pose[:2]).T).min() > RADIUS
