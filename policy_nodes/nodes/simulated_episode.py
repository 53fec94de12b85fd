"""The episode that a name, a seed and an index stand for."""

from pathlib import Path

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.recorded import read_recording, recorded_episodes
from policy_nodes.simulation.crowd.scenario import SCENARIOS

RECORDED = 'recorded'


def episode_of(scenario: str, people: Path, seed: int, index: int) -> Episodes:
    """Draw one episode; the same arguments give the same one in every process.

    Args:
        scenario: name; `recorded` lets recorded people walk.
        people: folder of the recording, used by `recorded` alone.
        seed: of the run.
        index: of the episode within the run.

    Raises:
        ValueError: unknown scenario, or a recording that cannot be read.
    """
    if scenario == RECORDED:
        if people == Path():
            raise ValueError('scenario recorded needs people:=FOLDER with an obsmat.txt')
        return recorded_episodes(read_recording(people), seed, 1, first=index).episodes
    if scenario not in SCENARIOS:
        known = ', '.join((*SCENARIOS, RECORDED))
        raise ValueError(f'unknown scenario {scenario!r}; known: {known}')
    return generate(SCENARIOS[scenario], episode_seeds(seed, index, 1, 'cpu'))
