"""Kinematics of one arm of a MuJoCo model."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.poses import Pose

Floats = NDArray[np.float64]


class Arm:
    """A chain of hinges with a tip, in a model of its own.

    Every other joint of the model stays as it is in the model's first configuration.

    Attributes:
        model: copy that nobody else has.
        data: of the configuration that was looked at last.
        joints: names from the base on.
        joint_ids: (n,) of the joints.
        addresses: (n,) of their positions in qpos.
        dofs: (n,) of their velocities in qvel.
        tip: id of the site.
    """

    def __init__(self, model: mujoco.MjModel, joints: Sequence[str], *, tip: str = 'tip') -> None:
        """Find joints and tip.

        Args:
            model: of the arm, and of what stands around it.
            joints: names of hinges from the base on.
            tip: name of a site.

        Raises:
            ValueError: the model has no such joint or site, or a joint is no hinge.
        """
        self.model = copy.copy(model)
        self.data = mujoco.MjData(self.model)
        self.joints = tuple(joints)
        known = [self.model.joint(index).name for index in range(self.model.njnt)]
        absent = [name for name in joints if name not in known]
        if absent or not joints:
            words = ', '.join(absent) or 'no joint at all'
            raise ValueError(f'the model lacks {words}; its joints: {", ".join(known)}')
        self.joint_ids = np.array([known.index(name) for name in joints])
        if (self.model.jnt_type[self.joint_ids] != mujoco.mjtJoint.mjJNT_HINGE).any():
            raise ValueError(f'not every one of the joints {", ".join(joints)} is a hinge')
        self.addresses = self.model.jnt_qposadr[self.joint_ids]
        self.dofs = self.model.jnt_dofadr[self.joint_ids]
        sites = [self.model.site(index).name for index in range(self.model.nsite)]
        if tip not in sites:
            raise ValueError(f'the model has no site {tip!r}; its sites: {", ".join(sites)}')
        self.tip = sites.index(tip)
        self._first = int(self.model.jnt_bodyid[self.joint_ids[0]])

    def whole(self, configuration: Floats) -> Floats:
        """Positions of all joints of the model, with the arm at a configuration (n,)."""
        positions: Floats = self.model.qpos0.copy()
        positions[self.addresses] = configuration
        return positions

    def pose(self, configuration: Floats) -> Pose:
        """Where the tip is at a configuration (n,)."""
        self.data.qpos[:] = self.whole(configuration)
        mujoco.mj_kinematics(self.model, self.data)
        quaternion = np.empty(4)
        mujoco.mju_mat2Quat(quaternion, self.data.site_xmat[self.tip])
        return Pose(self.data.site_xpos[self.tip].copy(), np.roll(quaternion, -1))

    def manipulability(self, configuration: Floats) -> float:
        """Root of det(J J^T): 0 where the tip cannot move every way.

        With fewer than six joints that of J^T J. Source: T. Yoshikawa, Manipulability of Robotic
        Mechanisms, IJRR 4(2), 1985.
        """
        self.data.qpos[:] = self.whole(configuration)
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        whole = np.empty((6, self.model.nv))
        mujoco.mj_jacSite(self.model, self.data, whole[:3], whole[3:], self.tip)
        jacobian = whole[:, self.dofs]
        square = jacobian.T @ jacobian if len(self.joints) < 6 else jacobian @ jacobian.T
        return float(np.sqrt(max(0.0, float(np.linalg.det(square)))))

    def reach(self) -> float:
        """No tip is farther than this from the first joint [m]: the lengths between joints."""
        chain = [int(self.model.site_bodyid[self.tip])]
        length = float(np.linalg.norm(self.model.site_pos[self.tip]))
        while chain[-1] not in (self._first, 0):
            length += float(np.linalg.norm(self.model.body_pos[chain[-1]]))
            chain.append(int(self.model.body_parentid[chain[-1]]))
        return length

    def foot(self) -> Floats:
        """Place of the first joint (3,), where it stays [m]."""
        self.data.qpos[:] = self.model.qpos0
        mujoco.mj_kinematics(self.model, self.data)
        place: Floats = self.data.xpos[self._first].copy()
        return place
