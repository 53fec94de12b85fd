"""How well people are tracked and removed from scans, on episodes of the crowd world.

    python tests/perception/measure.py --scenario rand --episodes 40 --seed 500

Prints one table for the tracker and one for the people-free scan. The robot heads for its goal
through the widest gap in sight; episodes end as the world says.
"""

import argparse
import math
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.static_scan import GUESSED, MEASURED, REMEMBERED, StaticScan
from policy_nodes.perception.tracked_people import CONFIRMED, TENTATIVE, TrackedPeople
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.scenario import find_scenario
from policy_nodes.simulation.crowd.sensors import CrowdSamples, CrowdSensors
from policy_nodes.simulation.crowd.world import CrowdWorld, Observation

PERIOD_NS = 100_000_000
NEAR = 0.5  # a track this near to a person is a track of that person [m]


@dataclass(frozen=True)
class Frame:
    """One step: what the sensors said and what was true."""

    samples: CrowdSamples
    visible: np.ndarray  # (slots,)
    ranges: np.ndarray  # (180,) without people
    hidden: np.ndarray  # (180,) rays that end on a person


def head_for_goal(view: Observation) -> torch.Tensor:
    """Twists (worlds, 2) toward the goal, along rays with room."""
    rays = view.ranges_with_people.shape[1]
    bearing = torch.arange(rays) * (2 * math.pi / rays)
    toward = view.goal - view.pose[:, :2]
    wanted = torch.atan2(toward[:, 1], toward[:, 0]) - view.pose[:, 2]
    off = torch.remainder(bearing - wanted[:, None] + math.pi, 2 * math.pi) - math.pi
    padded = torch.cat((view.ranges_with_people[:, -8:], view.ranges_with_people), dim=1)
    padded = torch.cat((padded, view.ranges_with_people[:, :8]), dim=1)
    room = -torch.nn.functional.max_pool1d(-padded[:, None], 17, stride=1)[:, 0]
    cost = off.abs() + 3.0 * (1.2 - room).clamp_min(0)
    best = torch.remainder(bearing[cost.argmin(1)] + math.pi, 2 * math.pi) - math.pi
    v = 0.4 * (1 - best.abs()).clamp_min(0) * (room[:, 0] > 0.35)
    return torch.stack((v, best.clamp(-1, 1)), dim=1)


@torch.inference_mode()
def record(
    scenario: str, episodes: int, seed: int, *, steps: int = 500, **sensors: object
) -> list[list[Frame]]:
    """Drive episodes and keep all samples."""
    torch.set_num_threads(1)
    world = CrowdWorld(generate(find_scenario(scenario), episode_seeds(seed, 0, episodes, 'cpu')))
    senses = CrowdSensors(world, **sensors)
    state = world.start(torch.arange(episodes))
    kept: list[list[Frame]] = [[] for _ in range(episodes)]
    alive = torch.ones(episodes, dtype=torch.bool)
    for step in range(steps):
        view = world.observe(state)
        hidden = view.ranges_with_people < view.ranges
        for row in alive.nonzero()[:, 0].tolist():
            samples = senses.read(state, view, row, (step + 1) * PERIOD_NS)
            kept[row].append(
                Frame(
                    samples,
                    view.visible[row].numpy(),
                    view.ranges[row].numpy(),
                    hidden[row].numpy(),
                )
            )
        state, feedback = world.step(state, head_for_goal(view))
        alive &= feedback.outcome == RUNNING
        if not alive.any():
            break
    return kept


@dataclass
class TrackingScore:
    """Sums over sweeps; `table` tells them."""

    max_range: float = 10.0
    sweeps: int = 0
    visible: int = 0
    visible_tracked: int = 0
    false_seen: int = 0
    false_all: int = 0
    switches: int = 0
    people: int = 0
    position: list[float] = field(default_factory=list)
    velocity: list[float] = field(default_factory=list)
    occluded: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)

    def add(self, frames: list[Frame], tracker: PeopleTracker) -> None:
        """Track one episode."""
        owner: dict[int, int] = {}  # who last had which track
        first: dict[int, int] = {}
        confirmed: set[int] = set()
        for step, frame in enumerate(frames):
            began = time.process_time()
            tracked = tracker.update(frame.samples.detections, frame.samples.base)
            self.cost.append(time.process_time() - began)
            assert not tracked.remarks, tracked.remarks
            matches, spare = match(frame, tracked, owner)
            self._count(frame, tracked, matches, spare)
            for person, row in matches.items():
                identity = int(tracked.ids[row])
                self.switches += owner.get(person, identity) != identity
                owner[person] = identity
            for person in self._in_sight(frame):
                first.setdefault(person, step)
                if person in matches and person not in confirmed:
                    confirmed.add(person)
                    self.delays.append(step - first[person])
        self.people += len(first)

    def _in_sight(self, frame: Frame) -> list[int]:
        truth = frame.samples.people
        away = np.linalg.norm(truth.positions - frame.samples.base.position[:2], axis=1)
        near = away <= self.max_range
        return [int(k) for k, ok in zip(truth.ids, near, strict=True) if ok and frame.visible[k]]

    def _count(
        self, frame: Frame, tracked: TrackedPeople, matches: dict[int, int], spare: list[int]
    ) -> None:
        truth = frame.samples.people
        slot = {int(k): i for i, k in enumerate(truth.ids)}
        sight = self._in_sight(frame)
        self.sweeps += 1
        self.visible += len(sight)
        self.visible_tracked += sum(person in matches for person in sight)
        self.false_all += len(spare)
        self.false_seen += sum(tracked.states[row] == CONFIRMED for row in spare)
        for person, row in matches.items():
            i = slot[person]
            error = float(np.linalg.norm(tracked.positions[row] - truth.positions[i]))
            if tracked.states[row] == CONFIRMED:
                self.position.append(error)
                drift = tracked.velocities[row] - truth.velocities[i]
                self.velocity.append(float(np.linalg.norm(drift)))
            else:
                self.occluded.append(error)

    def table(self) -> dict[str, float]:
        """Figures by name."""
        return {
            'sweeps': self.sweeps,
            'position RMSE, detected [m]': rms(self.position),
            'velocity RMSE, detected [m/s]': rms(self.velocity),
            'position RMSE, predicted [m]': rms(self.occluded),
            'predicted': len(self.occluded),
            'share of people in view that are tracked': self.visible_tracked / self.visible,
            'false tracks per sweep, detected': self.false_seen / self.sweeps,
            'false tracks per sweep, all': self.false_all / self.sweeps,
            'identity switches per person': self.switches / self.people,
            'delay to confirm, mean [sweeps]': float(np.mean(self.delays)),
            'delay to confirm, p95 [sweeps]': float(np.percentile(self.delays, 95)),
            'cost, median [ms]': 1e3 * float(np.median(self.cost)),
            'cost, p99 [ms]': 1e3 * float(np.percentile(self.cost, 99)),
        }


@dataclass
class StaticScore:
    """Errors of the people-free scan; `table` tells them."""

    hidden: list[np.ndarray] = field(default_factory=list)
    overall: list[np.ndarray] = field(default_factory=list)
    sources: list[np.ndarray] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)

    def add(self, frames: list[Frame], static: StaticScan, tracker: PeopleTracker) -> None:
        """Track people and remove them, through one episode."""
        for frame in frames:
            samples = frame.samples
            people = tracker.update(samples.detections, samples.base).people(tentative=True)
            began = time.process_time()
            seen = static.update(samples.laser, samples.base, people)
            self.cost.append(time.process_time() - began)
            assert not seen.remarks, seen.remarks
            error = np.abs(seen.ranges - frame.ranges)
            self.overall.append(error)
            self.hidden.append(error[frame.hidden])
            self.sources.append(seen.sources[frame.hidden])

    def table(self) -> dict[str, float]:
        """Figures by name."""
        sources = np.concatenate(self.sources)
        figures = {'hidden rays': float(len(sources))}
        for name, kept in (('hidden', self.hidden), ('all', self.overall)):
            error = np.concatenate(kept)
            figures |= {
                f'{name} rays, median error [m]': float(np.median(error)),
                f'{name} rays, mean error [m]': float(np.mean(error)),
                f'{name} rays, p95 error [m]': float(np.percentile(error, 95)),
                f'{name} rays, share within 0.2 m': float(np.mean(error <= 0.2)),
            }
        figures |= {
            f'hidden rays {name}': float(np.mean(sources == code))
            for name, code in (
                ('taken as static', MEASURED),
                ('remembered', REMEMBERED),
                ('guessed', GUESSED),
            )
        }
        return figures | {
            'cost, median [ms]': 1e3 * float(np.median(self.cost)),
            'cost, p99 [ms]': 1e3 * float(np.percentile(self.cost, 99)),
        }


def match(
    frame: Frame, tracked: TrackedPeople, owner: dict[int, int]
) -> tuple[dict[int, int], list[int]]:
    """Say which row of the confirmed tracks is on whom, and which is on nobody.

    Somebody keeps the track they had while it is near enough, as in CLEAR MOT.
    """
    truth = frame.samples.people
    rows = np.flatnonzero(tracked.states != TENTATIVE)
    apart = np.linalg.norm(truth.positions[:, None] - tracked.positions[rows], axis=2)
    kept = np.array([[owner.get(int(p)) == t for t in tracked.ids[rows]] for p in truth.ids])
    cost = np.where(apart <= NEAR, apart, 1e3)
    if kept.size:
        cost = np.where(kept & (apart <= NEAR), -1.0, cost)
    found: dict[int, int] = {}
    for i, j in zip(*linear_sum_assignment(cost), strict=True):
        if apart[i, j] <= NEAR:
            found[int(truth.ids[i])] = int(rows[j])
    return found, [int(row) for row in rows if row not in found.values()]


def rms(values: list[float]) -> float:
    """Root mean square; NaN of nothing."""
    return float(np.sqrt(np.mean(np.square(values)))) if values else math.nan


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument('--scenario', default='rand')
    asked.add_argument('--episodes', type=int, default=40)
    asked.add_argument('--seed', type=int, default=500)
    asked.add_argument('--perfect', action='store_true')
    given = asked.parse_args()
    detector = PersonDetector.perfect(10.0) if given.perfect else None
    recorded = record(given.scenario, given.episodes, given.seed, detector=detector)
    tracking = TrackingScore()
    for frames in recorded:
        tracking.add(frames, PeopleTracker())
    static = StaticScore()
    for frames in recorded:
        static.add(frames, StaticScan(), PeopleTracker())
    for name, value in (*tracking.table().items(), *static.table().items()):
        print(f'{name:45s} {value:10.4g}')


if __name__ == '__main__':
    main()
