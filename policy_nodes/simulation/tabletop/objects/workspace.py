"""Where things may stand: the table top and how far the arm comes on it."""

from __future__ import annotations

import numpy as np

from policy_nodes.simulation.tabletop.scene import FOOT, TABLE_TOP

CENTRE = np.array([0.25, 0.0, TABLE_TOP])  # of the workspace; the tasks' places are given from it
ARM_BASE = np.array(FOOT[:2])  # [m] axis of the first joint
# [m] how near and far from that axis the tip works while the fingers point down
NEAREST, FARTHEST = 0.30, 0.755
# [m] the ends of the fingers lie this far beyond the tip
BEYOND_TIP = 0.0095
