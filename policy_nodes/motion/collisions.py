"""Whether an arm touches itself or what stands around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.scene import subtree

Floats = NDArray[np.float64]
Pair = tuple[int, int]

LOOKS = 200  # random configurations that tell which links always touch
ALWAYS = 0.95  # share of them
SAME = 1e-4  # [m] so much nearer than at the start is not nearer


class Permit(NamedTuple):
    """What a way may touch.

    Attributes:
        hand: the hand may touch the scene.
        least: distances of pairs of shapes that are too near where the way starts [m]; they may
            not come nearer still.
    """

    hand: bool
    least: Mapping[Pair, float]


NOTHING = Permit(False, {})


class Collisions:
    """Checks configurations of an arm.

    Links next to one another do not count, nor shapes that touch in nearly every configuration,
    such as the lowest link and what it stands on, nor parts of the hand among themselves. Things
    on joints that are not the arm's do not count either.
    """

    def __init__(
        self, arm: Arm, limits: MotionLimits, *, hand: str = '', clearance: float = 0.005
    ) -> None:
        """Find out which pairs of shapes count.

        Args:
            arm: with everything around it in its model.
            limits: of its joints.
            hand: body that begins the hand; empty for an arm without.
            clearance: shapes nearer than this collide [m]; above zero.

        Raises:
            ValueError: there is no such body, or no clearance.
        """
        if clearance <= 0.0:
            raise ValueError(f'a clearance of {clearance:g} m leaves ways unchecked; raise it')
        self.arm, self.clearance = arm, clearance
        self.model = arm.model
        self._data = mujoco.MjData(self.model)
        first = int(self.model.jnt_bodyid[arm.joint_ids[0]])
        foot = int(self.model.body_parentid[first])
        own = subtree(self.model, foot or first)
        self._hand = np.zeros(self.model.nbody, dtype=np.bool_)
        if hand:
            found = mujoco.mj_name2id(self.model, mujoco.mjtObj.mjOBJ_BODY, hand)
            if found < 0:
                known = ', '.join(self.model.body(i).name for i in np.flatnonzero(own))
                raise ValueError(f'the arm has no body {hand!r}; its bodies: {known}')
            self._hand = subtree(self.model, found)
        self._own = own
        self._watch_own_and_still()
        self._radii = self._sweeps()
        self._ignored = self._neighbours()
        self._ignored |= self._always_touching(limits)

    def _sweeps(self) -> Floats:
        """No point of the arm is farther than this (n,) from the joint that moves it [m]."""
        model, radii = self.model, []
        reach = np.linalg.norm(model.geom_pos, axis=1) + model.geom_rbound
        for joint in self.arm.joint_ids:
            body = int(model.jnt_bodyid[joint])
            length = np.zeros(model.nbody)
            moved = subtree(model, body)
            for part in np.flatnonzero(moved)[1:]:
                before = model.body_parentid[part]
                length[part] = length[before] + np.linalg.norm(model.body_pos[part])
            geoms = moved[model.geom_bodyid]
            far = length[model.geom_bodyid[geoms]] + reach[geoms]
            radii.append(float(far.max(initial=length.max())))
        return np.array(radii)

    def _watch_own_and_still(self) -> None:
        model = self.model
        body = model.geom_bodyid
        solid = (model.geom_contype != 0) | (model.geom_conaffinity != 0)
        own = self._own[body] & solid
        still = ~self._own[body] & (model.body_weldid[body] == 0) & solid
        model.geom_contype[:] = np.where(own, 1, np.where(still, 2, 0))
        model.geom_conaffinity[:] = np.where(own, 3, np.where(still, 1, 0))
        model.geom_margin[:] = self.clearance
        model.geom_gap[:] = 0.0
        for index in range(model.nbody):
            geoms = body == index
            model.body_contype[index] = np.bitwise_or.reduce(model.geom_contype[geoms], initial=0)
            model.body_conaffinity[index] = np.bitwise_or.reduce(
                model.geom_conaffinity[geoms], initial=0
            )
            model.body_margin[index] = self.clearance if geoms.any() else 0.0

    def _neighbours(self) -> NDArray[np.bool_]:
        """Pairs of shapes (shapes, shapes) on both sides of a joint, and of the hand."""
        model = self.model
        group = np.array(model.body_weldid)
        parents = group[model.body_parentid[group]]
        near = group[:, None] == group[None, :]
        near |= parents[:, None] == group[None, :]
        near |= parents[None, :] == group[:, None]
        near &= self._own[:, None] & self._own[None, :]
        near |= self._hand[:, None] & self._hand[None, :]
        body = model.geom_bodyid
        return np.asarray(near[body[:, None], body[None, :]], dtype=np.bool_)

    def _always_touching(self, limits: MotionLimits) -> NDArray[np.bool_]:
        touched = np.zeros((self.model.ngeom, self.model.ngeom))
        random = np.random.default_rng(0)
        for _ in range(LOOKS):
            for one, two in self._near(random.uniform(limits.lower, limits.upper)):
                touched[one, two] += 1
                touched[two, one] += 1
        return np.asarray(touched >= ALWAYS * LOOKS, dtype=np.bool_)

    def _near(self, configuration: Floats) -> dict[Pair, float]:
        """Distances of pairs of shapes that are too near [m]."""
        data = self._data
        data.qpos[:] = self.arm.whole(configuration)
        mujoco.mj_kinematics(self.model, data)
        mujoco.mj_comPos(self.model, data)
        mujoco.mj_collision(self.model, data)
        count = data.ncon
        if not count:
            return {}
        geoms = data.contact.geom[:count]
        distances = data.contact.dist[:count]
        counts = ~self._ignored[geoms[:, 0], geoms[:, 1]] & (distances < self.clearance)
        found: dict[Pair, float] = {}
        for (one, two), distance in zip(geoms[counts], distances[counts], strict=True):
            pair = int(one), int(two)
            found[pair] = min(float(distance), found.get(pair, np.inf))
        return found

    def permit(self, start: Floats, *, hand: bool) -> Permit:
        """What a way that begins at a configuration (n,) may touch."""
        return Permit(hand, self._near(start))

    def first(self, configuration: Floats, permit: Permit = NOTHING) -> str:
        """Name two parts that collide at a configuration (n,); empty if none do."""
        for pair, distance in self._near(configuration).items():
            one, two = self.model.geom_bodyid[list(pair)]
            outside = self._own[one] != self._own[two]
            if permit.hand and outside and (self._hand[one] or self._hand[two]):
                continue
            if distance >= permit.least.get(pair, np.inf) - SAME:
                continue
            return f'{self._name(pair[0])} and {self._name(pair[1])}'
        return ''

    def free(self, configuration: Floats, permit: Permit = NOTHING) -> bool:
        """Whether nothing collides at a configuration (n,)."""
        return not self.first(configuration, permit)

    def free_between(self, start: Floats, end: Floats, permit: Permit = NOTHING) -> bool:
        """Whether nothing collides on the line between two configurations, its start left out.

        No point of the arm moves by more than two clearances from one look to the next, so what
        is farther than the clearance at both cannot be met in between.

        Args:
            start: (n,) known to be free.
            end: (n,).
            permit: what may be touched.
        """
        way = end - start
        count = max(1, int(np.ceil(np.abs(way) @ self._radii / (2.0 * self.clearance))))
        return all(self.free(start + share * way, permit) for share in _spread(count))

    def _name(self, geom: int) -> str:
        body = self.model.body(self.model.geom_bodyid[geom]).name
        own = self._own[self.model.geom_bodyid[geom]]
        return str(body if own else self.model.geom(geom).name or body)


def _spread(count: int) -> Floats:
    """The shares 1 / count to 1, in an order that looks everywhere soon; the end first."""
    places = np.arange(1, count + 1)
    # by the bits read backward, the lowest first: halves, then quarters, and so on
    width = count.bit_length()
    backward = np.zeros_like(places)
    for bit in range(width):
        backward |= ((places >> bit) & 1) << (width - 1 - bit)
    order: Floats = places[np.argsort(backward)] / count
    return order[np.argsort(order != 1.0, kind='stable')]
