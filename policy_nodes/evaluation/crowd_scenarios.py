"""Episodes of the crowd world by the name of a scenario, recorded people included."""

from __future__ import annotations

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.recorded import Recording, recorded_episodes
from policy_nodes.simulation.crowd.scenario import SCENARIOS, find_scenario

RECORDED = 'recorded'
KNOWN = (*SCENARIOS, RECORDED)


def draw_episodes(
    scenario: str, seed: int, first: int, count: int, recording: Recording | None = None
) -> Episodes:
    """Draw some of the episodes of a run; each depends on its number, not on its neighbours.

    Args:
        scenario: one of `KNOWN`.
        seed: of the run.
        first: number of the first episode.
        count: how many.
        recording: of the people; for `RECORDED` alone.

    Raises:
        ValueError: unknown scenario, or a recording that is missing or that nobody can cross.
    """
    if scenario != RECORDED:
        return generate(find_scenario(scenario), episode_seeds(seed, first, count, 'cpu'))
    if recording is None:
        raise ValueError(f'scenario {RECORDED} needs a recording of people')
    return recorded_episodes(recording, seed, count, first=first).episodes
