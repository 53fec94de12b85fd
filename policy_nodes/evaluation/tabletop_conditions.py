"""How a table top may look other than usual when a policy is tested for robustness.

Source of the idea: Pumacay et al., THE COLOSSEUM: A Benchmark for Evaluating Generalization for
Robotic Manipulation (arXiv 2402.08191). The sizes are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

import numpy as np

from policy_nodes.simulation.tabletop.randomisation import Randomisation

USUAL = 'usual'
TWO_DEGREES = float(np.deg2rad(2.0))

_NOISE = {'rgb_noise': 8.0, 'depth_noise': 0.003}
_COLOURS = {'background': 0.5, 'tint': 0.1}
_LIGHT = {'light': 0.5}
_CAMERAS = {'camera_position': 0.02, 'camera_angle': TWO_DEGREES}
_DISTRACTORS = {'distractors': 3}

CONDITIONS: Mapping[str, Randomisation] = MappingProxyType(
    {
        USUAL: Randomisation(),
        'camera noise': Randomisation(**_NOISE),
        'colours': Randomisation(**_COLOURS),
        'light': Randomisation(**_LIGHT),
        'cameras moved, known': Randomisation(**_CAMERAS),
        'cameras moved, unknown': Randomisation(**_CAMERAS, camera_known=False),
        'distractors': Randomisation(**_DISTRACTORS),
        'all together': Randomisation(
            **_NOISE, **_COLOURS, **_LIGHT, **_CAMERAS, **_DISTRACTORS, camera_known=False
        ),
    }
)
"""Every condition by name; the usual one comes first."""


def changes_of(condition: str) -> dict[str, float]:
    """Say what a condition changes: the values of `Randomisation` that are not the usual ones."""
    usual = asdict(CONDITIONS[USUAL])
    given = asdict(CONDITIONS[condition])
    return {name: value for name, value in given.items() if value != usual[name]}
