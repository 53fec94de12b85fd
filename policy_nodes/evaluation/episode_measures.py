"""Figures that the recording of an episode gives beyond its score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_streams import Floats, Obstacles, People
from policy_nodes.safety.ladder import Level

LEVELS = tuple(level.name.capitalize() for level in Level)


@dataclass(frozen=True)
class Clearance:
    """Free distances of the robot over time; NaN where nobody or nothing is known.

    Attributes:
        time: (n,) [s].
        person: (n,) to the nearest person [m].
        obstacle: (n,) to the nearest obstacle or wall [m].
    """

    time: Floats
    person: Floats
    obstacle: Floats


@dataclass(frozen=True)
class Interval:
    """A stretch of time in which one reason of the safety controller stood.

    Attributes:
        reason: its code.
        start: [s].
        end: [s].
        source: what it named when it first was the strongest reason; empty if it never was.
    """

    reason: str
    start: float
    end: float
    source: str = ''


def clearance(episode: EpisodeData, radius: float) -> Clearance:
    """Measure how near the robot came to people and to what stands in the world.

    Args:
        episode: its pose is the one that the odometry reported.
        radius: of the robot [m].
    """
    motion = episode.motion
    spots = motion.pose[:, :2]
    person = np.full(len(spots), np.nan)
    for row, people in enumerate(at_times(episode.people, motion.time)):
        if people is not None and len(people.ids):
            apart = np.linalg.norm(people.positions - spots[row], axis=1)
            person[row] = (apart - people.radii).min() - radius
    return Clearance(motion.time, person, obstacle_distance(spots, episode.obstacles) - radius)


def at_times(people: list[People], times: Floats) -> list[People | None]:
    """Return, for each time, the newest list of people that is not newer; None before the first.

    Args:
        people: oldest first.
        times: (n,) [s].
    """
    if not people:
        return [None] * len(times)
    known = np.array([each.time for each in people])
    rows = np.searchsorted(known, times + 1e-6, side='right') - 1
    return [people[row] if row >= 0 else None for row in rows]


def obstacle_distance(spots: Floats, obstacles: Obstacles) -> Floats:
    """Return the distance of spots (n, 2) [m] to the nearest obstacle (n,); NaN without any.

    Within a box or disc it is zero or less.
    """
    nearest = np.full(len(spots), np.nan)
    for corners in obstacles.boxes:
        nearest = np.fmin(nearest, _to_box(spots, corners))
    for x, y, radius in obstacles.discs:
        nearest = np.fmin(nearest, np.linalg.norm(spots - (x, y), axis=1) - radius)
    for x1, y1, x2, y2 in obstacles.segments:
        nearest = np.fmin(nearest, _to_segment(spots, np.array([x1, y1]), np.array([x2, y2])))
    return nearest


def _to_box(spots: Floats, corners: Floats) -> Floats:
    edges = [
        _to_segment(spots, corner, following)
        for corner, following in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    along = np.roll(corners, -1, axis=0) - corners
    from_corner = spots[:, None] - corners
    side = along[:, 0] * from_corner[..., 1] - along[:, 1] * from_corner[..., 0]
    inside = (side >= 0).all(axis=1) | (side <= 0).all(axis=1)
    return np.where(inside, 0.0, np.min(edges, axis=0))


def _to_segment(spots: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    share = (spots - start) @ along / max(float(along @ along), 1e-12)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * along
    return np.linalg.norm(spots - nearest, axis=1)


def command_latency(episode: EpisodeData) -> Floats:
    """Return the time from an observation to the command that answers it [ms], for each command.

    Both are taken by the clock of the recorder, when the messages reached it. Commands that
    answer no recorded observation, such as stops of the watchdog, do not count.
    """
    if not len(episode.observed_ns):
        return np.zeros(0)
    received: dict[int, int] = {}
    for stamp, logged in episode.observed_ns:
        received.setdefault(int(stamp), int(logged))
    waits = [
        logged - received[int(stamp)]
        for stamp, logged in zip(episode.sent.stamp_ns, episode.sent.logged_ns, strict=True)
        if int(stamp) in received
    ]
    return np.array(waits, dtype=np.float64) / 1e6


def missed_steps(episode: EpisodeData) -> tuple[int, int]:
    """Return how many control steps went by without a proposal, and how many there were.

    The period is the median between proposals; only gaps between proposals count, so neither
    the start nor the end of an episode adds any.
    """
    stamps = np.unique(episode.proposed.stamp_ns)
    if len(stamps) < 3:
        return 0, len(stamps)
    gaps = np.diff(stamps)
    steps = np.rint(gaps / np.median(gaps)).astype(np.int64)
    missed = int(np.maximum(steps - 1, 0).sum())
    return missed, len(stamps) + missed


def interventions(episode: EpisodeData) -> Counter[str]:
    """Count how often each reason set in during the episode."""
    return Counter(interval.reason for interval in reason_intervals(episode))


def reason_intervals(episode: EpisodeData) -> list[Interval]:
    """Return when which reason stood, within the episode, in order of their start."""
    safety = episode.safety
    found: list[Interval] = []
    standing: dict[str, float] = {}
    named: dict[str, str] = {}

    def over(reason: str, end: float) -> Interval:
        start = max(standing.pop(reason), 0.0)
        return Interval(reason, start, end, named.pop(reason, ''))

    for time, reasons, source in zip(safety.time, safety.reasons, safety.sources, strict=True):
        if time > episode.end:
            break
        found += [over(each, float(time)) for each in list(standing) if each not in reasons]
        for reason in reasons:
            standing.setdefault(reason, float(time))
        if reasons:
            named.setdefault(reasons[0], source)
    found += [over(each, episode.end) for each in list(standing)]
    return sorted((each for each in found if each.end > 0), key=lambda each: each.start)


def level_spans(episode: EpisodeData) -> dict[int, list[tuple[float, float]]]:
    """Return when the safety controller stood on which level, within the episode [s]."""
    safety = episode.safety
    known = (safety.level >= 0) & (safety.level < len(LEVELS)) & (safety.time < episode.end)
    times, levels = safety.time[known], safety.level[known]
    changes = np.flatnonzero(np.diff(levels, prepend=-1))
    starts = np.clip(times[changes], 0.0, None)
    ends = np.append(starts, episode.end)[1:]
    spans: dict[int, list[tuple[float, float]]] = {}
    for start, end, level in zip(starts, ends, levels[changes], strict=True):
        if end > start:
            spans.setdefault(int(level), []).append((float(start), float(end)))
    return spans


def level_shares(episodes: Iterable[EpisodeData]) -> dict[str, float]:
    """Return the share of time that the safety controller spent on each level; empty if none."""
    spent = [0.0] * len(LEVELS)
    for episode in episodes:
        for level, spans in level_spans(episode).items():
            spent[level] += sum(end - start for start, end in spans)
    total = sum(spent)
    return dict(zip(LEVELS, (each / total for each in spent), strict=True)) if total else {}
