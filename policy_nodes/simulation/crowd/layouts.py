"""The two fixed floor plans of HEIGHT's evaluation, in metres of their own map frames.

Numbers: the published configuration files of the authors' hallway and lounge policies.
"""

from dataclasses import dataclass

Box = tuple[float, float, float, float]  # x_low, x_high, y_low, y_high
Route = tuple[float, ...]


@dataclass(frozen=True)
class Layout:
    """A floor plan and how people use it.

    Attributes:
        boxes: lower-left x, lower-left y, width, height of each obstacle [m].
        discs: x, y, radius of each round table [m]; their places vary a little per episode.
        regions: named rectangles that routes pass through.
        routes: each inner tuple lists the routes of the people of one episode (correlated), or
            one route to draw from (independent).
        correlated: whether one entry of `routes` sets all the people of an episode.
        standing: rectangles in which people stand.
        robot_start: rectangle.
        robot_goal: rectangle.
        crowding: index of the standing rectangle that blocks the way, at most one person in it.
        facing: routes beyond this many from the end are left out once one person walks towards
            the robot.
        waiting_region: people whose route starts here may first stand for a while.
    """

    boxes: tuple[tuple[float, float, float, float], ...]
    discs: tuple[tuple[float, float, float], ...]
    regions: dict[float, Box]
    routes: tuple[tuple[Route, ...], ...]
    correlated: bool
    standing: tuple[Box, ...]
    robot_start: Box
    robot_goal: Box
    crowding: int
    facing: int
    waiting_region: float | None


_LATE = (4.5,) * 24 + (5, 3, 1)
_SOON = (4.5,) * 12 + (5, 3, 1)
_HALLWAY_ROUTES: tuple[tuple[Route, ...], ...] = (
    ((4.5, 5, 3, 1),),
    ((5, 3, 1),),
    ((3.5, 1),),
    (_LATE,),
    ((5, 3, 1), (4.5, 5, 3, 1)),
    ((3.5, 1), (4.5, 5, 3, 1)),
    ((5, 3, 1), _SOON),
    ((3.5, 1), _SOON),
    ((5, 3, 1), _LATE),
    ((3.5, 1), _LATE),
    ((5, 3, 1), _LATE),
    ((3.5, 1), _LATE),
)

HALLWAY = Layout(
    boxes=(
        (-8.36, 0.0, 0.5, 8.08),
        (0.81, -2.5, 0.1, 9.92),
        (-7.96, 7.24, 6.99, 0.84),
        (-7.96, 3.2, 6.99, 1.68),
        (-7.96, 0.0, 6.99, 0.84),
        (-2.21, -2.5, 1.4, 2.5),
        (-8.56, 9.44, 2.8, 2.5),
        (-4.06, 9.44, 11.47, 2.5),
        (0.81, 7.42, 6.5, 0.1),
        (7.31, 7.42, 0.1, 2.02),
        (-8.56, 8.08, 0.1, 1.36),
        (-1.03, 0.0, 0.06, 1.45),
        (-1.03, 2.6, 0.06, 3.03),
        (-1.03, 6.64, 0.06, 1.44),
    ),
    discs=(),
    regions={
        1: (-0.6, 0.2, -4.0, -3.0),
        3: (-0.6, 0.2, 0.0, 2.6),
        3.5: (-0.6, 0.2, 3.0, 5.5),
        4.5: (-6.5, -5.0, 5.5, 6.6),
        5: (-0.6, 0.4, 5.63, 6.64),
    },
    routes=_HALLWAY_ROUTES,
    correlated=True,
    standing=(
        (-6.5, -2.5, 1.15, 1.65),
        (-6.5, -2.5, 2.4, 2.9),
        (-6.5, -2.5, 5.1, 5.5),
        (-6.5, -2.5, 6.5, 6.9),
    ),
    robot_start=(-0.2, 0.2, -0.3, 0.3),
    robot_goal=(-5.0, -4.0, 5.5, 6.5),
    crowding=2,
    facing=0,
    waiting_region=None,
)

LOUNGE = Layout(
    boxes=(
        (-1.585, -1.46, 6.0, 0.1),
        (-5.325, -1.36, 3.74, 4.74),
        (0.845, 0.485, 0.74, 2.42),
        (1.585, 0.0, 2.83, 3.39),
        (0.605, 5.09, 3.81, 6.46),
        (-5.295, 11.55, 5.9, 0.1),
        (-5.395, 5.09, 0.1, 6.46),
        (-5.295, 5.09, 1.16, 0.14),
        (-4.045, 11.0, 0.9, 0.55),
        (-3.145, 10.9, 0.9, 1.0),
        (-0.145, 6.54, 0.75, 1.82),
    ),
    discs=((-3.675, 8.82, 0.5), (-0.985, 9.75, 0.5), (-1.195, 6.35, 0.5)),
    regions={
        0: (3.0, 4.0, -1.0, 0.0),
        1: (-1.2, -0.2, -1.0, 0.0),
        2: (-7.0, -4.0, 3.6, 4.7),
        3: (-1.5, -0.2, 3.6, 4.7),
        3.5: (-1.5, -0.2, 3.6, 6.0),
        4: (4.0, 7.0, 3.6, 4.7),
        7: (-3.0, -1.5, 9.0, 10.0),
        8: (-3.0, -1.5, 5.0, 6.0),
    },
    routes=(
        ((2, 3, 4),),
        ((4, 3, 2),),
        ((7, 8, 2),),
        ((7, 8, 4),),
        ((7, 8, 3, 1),),
        ((7, 8, 3, 1, 0),),
        ((3, 1),),
        ((3, 1, 0),),
        ((3.5, 1),),
        ((3.5, 1, 0),),
    ),
    correlated=False,
    standing=(
        (-1.5, 0.6, 5.09, 11.55),
        (-5.2, -4.5, 5.09, 11.55),
        (0.74, 1.585, 2.905, 3.8),
        (-1.585, 1.585, -1.2, -0.6),
    ),
    robot_start=(-0.5, 0.5, -0.3, 0.3),
    robot_goal=(-1.5, -0.5, 7.5, 8.5),
    crowding=2,
    facing=4,
    waiting_region=7,
)
