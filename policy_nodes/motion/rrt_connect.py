"""Ways round obstacles: RRT-Connect, and the shortening of what it finds.

Source: J. Kuffner and S. LaValle, RRT-Connect: An Efficient Approach to Single-Query Path
Planning, ICRA 2000.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FreeBetween = Callable[[Floats, Floats], bool]

STEP = 0.25  # [rad] length of a branch, Euclidean over joints
SHORTCUTS = 120


class Tree:
    """Configurations that are known to be reached from its roots."""

    def __init__(self, roots: Sequence[Floats], room: int) -> None:
        """Begin with roots (n,).

        Args:
            roots: there is at least one.
            room: most nodes to be added.
        """
        self._nodes = np.empty((len(roots) + room, len(roots[0])))
        self._nodes[: len(roots)] = roots
        self._parents = [-1] * len(roots)

    def nearest(self, point: Floats) -> int:
        """Number of the node next to a point (n,)."""
        apart = self._nodes[: len(self._parents)] - point
        return int(np.argmin(np.einsum('ij,ij->i', apart, apart)))

    def add(self, point: Floats, parent: int) -> int:
        """Add a node; returns its number."""
        self._nodes[len(self._parents)] = point
        self._parents.append(parent)
        return len(self._parents) - 1

    def node(self, number: int) -> Floats:
        """A node (n,)."""
        found: Floats = self._nodes[number]
        return found

    def back(self, number: int) -> list[Floats]:
        """Nodes from one to its root."""
        found = []
        while number >= 0:
            found.append(self._nodes[number].copy())
            number = self._parents[number]
        return found


def rrt_connect(
    start: Floats,
    goals: Sequence[Floats],
    free_between: FreeBetween,
    *,
    lower: Floats,
    upper: Floats,
    tries: int = 1500,
    seed: int = 0,
) -> Floats | None:
    """Find configurations (k, n) that lead round obstacles.

    Args:
        start: (n,) free.
        goals: (n,) each, free; any of them will do.
        free_between: whether nothing is in the way between two configurations.
        lower: (n,) bounds of the search.
        upper: (n,) bounds of the search.
        tries: branches before it is given up.
        seed: of the search; the same finds the same.

    Returns:
        From the start to one of the goals; None if no way was found.
    """
    random = np.random.default_rng(seed)
    trees = [Tree([start], tries), Tree(goals, tries)]
    growing, left = 0, tries
    while left > 0:
        left -= 1
        one, other = trees[growing], trees[1 - growing]
        tip = _branch(one, random.uniform(lower, upper), free_between)
        if tip is not None:
            target = one.node(tip)
            while left > 0:
                left -= 1
                met = _branch(other, target, free_between)
                if met is None:
                    break
                if np.array_equal(other.node(met), target):
                    ends = (tip, met) if growing == 0 else (met, tip)
                    there = trees[0].back(ends[0])[::-1]
                    return np.array(there + trees[1].back(ends[1])[1:])
        growing = 1 - growing
    return None


def _branch(tree: Tree, toward: Floats, free_between: FreeBetween) -> int | None:
    near = tree.nearest(toward)
    begin = tree.node(near)
    way = toward - begin
    length = float(np.linalg.norm(way))
    end = toward if length <= STEP else begin + way * (STEP / length)
    return tree.add(end, near) if free_between(begin, end) else None


def shorten(
    way: Floats, free_between: FreeBetween, *, tries: int = SHORTCUTS, seed: int = 0
) -> Floats:
    """Leave out what a straight line can replace.

    Args:
        way: (k, n).
        free_between: whether nothing is in the way between two configurations.
        tries: lines to look at.
        seed: of the choice; the same gives the same.

    Returns:
        (m, n) with the same ends.
    """
    random = np.random.default_rng(seed)
    points = list(way)
    for _ in range(tries):
        if len(points) < 3:
            break
        one, two = sorted(random.integers(0, len(points), 2))
        if two - one > 1 and free_between(points[one], points[two]):
            del points[one + 1 : two]
    return np.array(points)
