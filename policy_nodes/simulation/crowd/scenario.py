"""The named scenarios and every number that tells them apart."""

from dataclasses import dataclass, replace

from policy_nodes.simulation.crowd.layouts import HALLWAY, LOUNGE, Layout

PEOPLE_MODELS = ('orca', 'social_force')


@dataclass(frozen=True)
class Scenario:
    """One kind of episode.

    Attributes:
        name: as users write it.
        time_limit: [s]; an episode times out one second earlier, as the authors' does.
        people: least and greatest number of walking people.
        standing: least and greatest number of standing people.
        boxes: least and greatest number of random boxes; a layout has its own.
        box_gap: free distance between random boxes [m].
        layout: fixed floor plan, or None for random boxes in the walled arena.
        reaction: share of walking people who avoid the robot.
        speed: greatest speed of people [m/s].
        margin: distance that people keep beyond touching [m].
        backward: whether the robot may drive backward.
        wall: half size of the arena's inner wall as the lidar sees it [m], None without wall.
        people_model: how people walk: orca or social_force.
    """

    name: str
    time_limit: float = 50.0
    people: tuple[int, int] = (5, 9)
    standing: tuple[int, int] = (0, 2)
    boxes: tuple[int, int] = (8, 12)
    box_gap: float = 1.0
    layout: Layout | None = None
    reaction: float = 0.2
    speed: float = 0.5
    margin: float = 0.1
    backward: bool = True
    wall: float | None = 6.24328
    people_model: str = 'orca'

    def __post_init__(self) -> None:
        """Refuse people models that do not exist."""
        if self.people_model not in PEOPLE_MODELS:
            known = ', '.join(PEOPLE_MODELS)
            raise ValueError(f'unknown people model {self.people_model!r}; known: {known}')

    @property
    def most_people(self) -> int:
        """Greatest number of people, walking and standing."""
        return self.people[1] + self.standing[1]


RAND = Scenario('rand')
HALLWAY_SCENARIO = Scenario(
    'hallway',
    time_limit=80.0,
    people=(1, 2),
    standing=(2, 2),
    layout=HALLWAY,
    reaction=1.0,
    speed=0.65,
    margin=0.0,
    backward=False,
    wall=None,
)
LOUNGE_SCENARIO = replace(
    HALLWAY_SCENARIO,
    name='lounge',
    time_limit=35.0,
    people=(3, 5),
    standing=(2, 4),
    layout=LOUNGE,
    reaction=0.2,
)

SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        RAND,
        replace(RAND, name='less_human', people=(0, 4)),
        replace(RAND, name='more_human', people=(10, 14)),
        replace(RAND, name='less_obstacles', boxes=(3, 7)),
        replace(RAND, name='more_obstacles', boxes=(13, 17), box_gap=0.5),
        HALLWAY_SCENARIO,
        LOUNGE_SCENARIO,
    )
}


def find_scenario(name: str) -> Scenario:
    """Look a scenario up by name; an unknown one lists the known ones."""
    if name not in SCENARIOS:
        raise ValueError(f'unknown scenario {name!r}; known: {", ".join(SCENARIOS)}')
    return SCENARIOS[name]
