"""What tests of perception share: samples of a robot in a square room, and the figures."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from policy_nodes.contract.samples import (
    BaseSample,
    DetectionsSample,
    LaserSample,
    PeopleSample,
)
from policy_nodes.geometry.frames import quaternion_from_yaw

NANO = 1_000_000_000
TENTH = NANO // 10


class Samples:
    """Builds samples; every one can be spoilt by naming what shall be different."""

    def base(self, stamp_ns=NANO, x=0.0, y=0.0, yaw=0.0, v=0.0, w=0.0, **changes) -> BaseSample:
        """Odometry."""
        values = {
            'stamp_ns': stamp_ns,
            'frame': 'odom',
            'child_frame': 'base_link',
            'position': np.array([x, y, 0.0]),
            'quaternion': quaternion_from_yaw(yaw),
            'v': v,
            'w': w,
        }
        return BaseSample(**(values | changes))

    def sweep(self, positions, stamp_ns=NANO, frame='base_link') -> DetectionsSample:
        """Detections."""
        return DetectionsSample(stamp_ns, frame, np.array(positions, dtype=float).reshape(-1, 2))

    def people(
        self, positions=(), velocities=None, stamp_ns=NANO, radius=0.3, **changes
    ) -> PeopleSample:
        """Tracked people."""
        at = np.array(positions, dtype=float).reshape(-1, 2)
        moving = np.zeros_like(at) if velocities is None else np.array(velocities, dtype=float)
        values = {
            'stamp_ns': stamp_ns,
            'frame': 'odom',
            'ids': np.arange(1, len(at) + 1),
            'positions': at,
            'velocities': moving,
            'radii': np.full(len(at), radius),
        }
        return PeopleSample(**(values | changes))

    def room(
        self,
        stamp_ns=NANO,
        pose=(0.0, 0.0, 0.0),
        people=(),
        half=4.0,
        rays=720,
        angle_min=-math.pi,
        angle_increment=None,
        radius=0.3,
        **changes,
    ) -> LaserSample:
        """Exact scan of a square room around the origin with people in it."""
        step = 2 * math.pi / rays if angle_increment is None else angle_increment
        ranges = self.room_ranges(pose, angle_min + step * np.arange(rays), people, half, radius)
        values = {
            'stamp_ns': stamp_ns,
            'frame': 'base_link',
            'angle_min': angle_min,
            'angle_increment': step,
            'range_min': 0.05,
            'range_max': 25.0,
            'ranges': ranges.astype(np.float32),
        }
        return LaserSample(**(values | changes))

    def room_ranges(self, pose, angles, people=(), half=4.0, radius=0.3) -> np.ndarray:
        """Ranges (rays,) in the square room, at angles from the heading."""
        x, y, yaw = pose
        ux, uy = np.cos(angles + yaw), np.sin(angles + yaw)
        with np.errstate(divide='ignore', over='ignore'):
            to_x = (np.copysign(half, ux) - x) / ux
            to_y = (np.copysign(half, uy) - y) / uy
        ranges = np.minimum(to_x, to_y)
        for px, py in np.array(people, dtype=float).reshape(-1, 2):
            along = (px - x) * ux + (py - y) * uy
            under = along**2 - ((px - x) ** 2 + (py - y) ** 2 - radius**2)
            hit = (under >= 0) & (along > 0)
            near = along - np.sqrt(np.maximum(under, 0))
            ranges = np.where(hit, np.minimum(ranges, near), ranges)
        return ranges

    def truth(self, pose=(0.0, 0.0, 0.0), half=4.0) -> np.ndarray:
        """Ranges (180,) of the empty room, as HEIGHT wants them."""
        return self.room_ranges(pose, np.arange(180) * math.pi / 90, half=half)


@pytest.fixture(scope='session')
def samples() -> Samples:
    return Samples()


@pytest.fixture(scope='session')
def measure() -> ModuleType:
    """The script measure.py beside this file, as a module."""
    name = 'policy_stack_perception_measure'
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name('measure.py'))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
