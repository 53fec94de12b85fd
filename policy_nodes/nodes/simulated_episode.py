"""The episode that a name, a seed and an index stand for."""

from pathlib import Path

from policy_nodes.evaluation.crowd_scenarios import KNOWN, RECORDED, draw_episodes
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.recorded import read_recording


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
    if scenario not in KNOWN:
        raise ValueError(f'unknown scenario {scenario!r}; known: {", ".join(KNOWN)}')
    if scenario != RECORDED:
        return draw_episodes(scenario, seed, index, 1)
    if people == Path():
        raise ValueError('scenario recorded needs people:=FOLDER with an obsmat.txt')
    return draw_episodes(scenario, seed, index, 1, read_recording(people))
