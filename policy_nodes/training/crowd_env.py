"""The crowd world as a training environment: endless episodes from a pool, for HEIGHT."""

from dataclasses import dataclass

import torch
from torch import Tensor

from policy_nodes.geometry.orca import Room
from policy_nodes.models.height import HeightInput
from policy_nodes.policies.height_observation import observe
from policy_nodes.policies.velocity_steps import accumulate
from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.reward import RUNNING, SUCCEEDED
from policy_nodes.simulation.crowd.world import CrowdWorld, State
from policy_nodes.training.perturbation import Perturbation

NEXT_ROW = 201


@dataclass(frozen=True)
class Shaping:
    """What training adds to the authors' reward.

    Attributes:
        collision: extra reward at a collision, negative to punish it more.
        timeout: extra reward when the time runs out.
        scale: of the total, to keep returns near one.
    """

    collision: float = 0.0
    timeout: float = 0.0
    scale: float = 1.0


@dataclass
class EnvState:
    """Worlds under way and what their policies asked for; one row a world.

    Attributes:
        world: state of the crowd world.
        twist: (worlds, 2) asked v [m/s], w [rad/s].
        mask: (worlds, 1) zero where an episode begins.
        clock: (worlds,) steps since training began, for random numbers.
    """

    world: State
    twist: Tensor
    mask: Tensor
    clock: Tensor


@dataclass(frozen=True)
class Transition:
    """What one step of all worlds led to.

    Attributes:
        observation: what the policy sees next.
        mask: (worlds, 1) zero where that is the first of an episode.
        reward: (worlds,) shaped and scaled.
        done: (worlds,) float, one where the episode ended.
        ended: (worlds,) outcome code where it ended, RUNNING elsewhere.
    """

    observation: HeightInput
    mask: Tensor
    reward: Tensor
    done: Tensor
    ended: Tensor


class CrowdEnv:
    """Many worlds; one that ends takes up a random episode of the pool."""

    def __init__(
        self,
        pool: Episodes,
        worlds: int,
        *,
        people: int = 11,
        edge_features: int = 4,
        shaping: Shaping | None = None,
        perturbation: Perturbation | None = None,
        seed: int = 0,
        room: Room | None = None,
    ) -> None:
        """Set up the worlds.

        Args:
            pool: episodes to draw from.
            worlds: run side by side.
            people: rows of HEIGHT's `spatial_edges`.
            edge_features: columns of them.
            shaping: of the reward.
            perturbation: of the observations.
            seed: which episodes are drawn.
            room: fixed sizes for ORCA where steps are captured in a CUDA graph.
        """
        self.world = CrowdWorld(pool, room=room)
        self.pool = len(pool)
        self.people, self.edge_features = people, edge_features
        self.shaping = shaping or Shaping()
        self.perturbation = perturbation
        self.key = counter_random.episode_seeds(seed, 0, worlds, pool.seed.device)

    def _rows(self, clock: Tensor) -> Tensor:
        return counter_random.bits(self.key, NEXT_ROW, clock, ()).remainder(self.pool)

    def start(self, clock: int = 0) -> EnvState:
        """Begin an episode in every world; another clock draws others."""
        ticks = torch.full_like(self.key, clock)
        world = self.world.start(self._rows(ticks))
        zeros = torch.zeros_like(world.pose[:, :2])
        return EnvState(world, zeros, zeros[:, :1].clone(), ticks)

    def observe(self, state: EnvState) -> HeightInput:
        """What the policy sees."""
        view = self.world.observe(state.world)
        if self.perturbation is not None:
            view = self.perturbation.apply(view, self.key, state.clock)
        return observe(view, self.people, self.edge_features)

    def step(self, state: EnvState, action: Tensor) -> tuple[EnvState, Transition]:
        """Act in every world.

        Args:
            state: of the worlds.
            action: (worlds,) 0..8.

        Returns:
            The state after, with ended worlds begun anew, and the transition.
        """
        episodes = self.world.episodes
        backward = episodes.backward[state.world.row]
        v_min = torch.where(backward, -0.5, 0.0)
        twist = accumulate(state.twist, action, v_min)
        world, feedback = self.world.step(state.world, twist)
        done = feedback.outcome != RUNNING
        shaping = self.shaping
        late = done & (feedback.outcome != SUCCEEDED) & (feedback.reward > -5.0)
        hit = done & (feedback.outcome != SUCCEEDED) & ~late
        reward = feedback.reward + shaping.collision * hit + shaping.timeout * late
        clock = state.clock + 1
        world = world.where(done, self.world.start(self._rows(clock)))
        twist = torch.where(done[:, None], 0.0, twist)
        mask = (~done).to(twist.dtype)[:, None]
        after = EnvState(world, twist, mask, clock)
        transition = Transition(
            observation=self.observe(after),
            mask=mask,
            reward=reward * shaping.scale,
            done=done.to(twist.dtype),
            ended=feedback.outcome,
        )
        return after, transition
