"""Figures by name: of single episodes, and of a policy over all its bags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from policy_nodes.evaluation.replay.action import KEY_POSE
from policy_nodes.evaluation.replay.latencies import Latencies

# of one value of the action each, then of the whole action
BY_VALUE = ('error', 'rms_error', 'largest_error', 'seam', 'largest_seam', 'jerk', 'recorded_jerk')
OF_POSES = ('position_error', 'rotation_error', 'wrong_gripper', 'wrong_ignore_collisions')
WORST = {'time_to_stop_s': max, 'held_share': min, 'time_to_resume_s': max}


def episode_values(result: Mapping[str, Any], episode: Mapping[str, Any]) -> dict[str, float]:
    """Name the figures of an episode; what is not known is left out.

    Args:
        result: of the bag and the policy.
        episode: one of it.
    """
    action = result['action']
    names, alike = action['names'], len(set(action['units'])) == 1
    found: dict[str, float] = {}
    for figure in BY_VALUE:
        values = episode[figure]
        if values is None:
            continue
        found |= {f'{figure}.{name}': value for name, value in zip(names, values, strict=True)}
        if alike and action['kind'] != KEY_POSE:
            found[figure] = sum(values) / len(values)
    for row, values in enumerate(episode['step_error'][1:], start=1):
        for name, value in zip(names, values or (), strict=False):
            found[f'error.{name}@{row}'] = value
    for figure in OF_POSES:
        if episode.get(figure) is not None:
            found[figure] = episode[figure]
    if episode['answers']:
        found['asked_share'] = episode['asked'] / episode['answers']
    return found


def safety_of(results: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Add up what the safety controller did in several bags; None where it was not scored."""
    found = [each['safety'] for each in results if each['safety'] is not None]
    if not found:
        return None
    seconds = sum(each['seconds'] for each in found)
    onsets: Counter[str] = Counter()
    stood: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for each in found:
        for level, share in each['levels'].items():
            levels[level] += share * each['seconds']
        for code, row in each['reasons'].items():
            onsets[code] += row['onsets']
            stood[code] += row['seconds']
    length = max(seconds, 1e-9)
    result: dict[str, Any] = {
        'seconds': seconds,
        'levels': {level: total / length for level, total in levels.items()},
        'interventions': {
            code: {
                'onsets': onsets[code],
                'seconds': stood[code],
                'share': stood[code] / length,
            }
            for code in sorted(stood, key=lambda code: (-stood[code], code))
        },
        'latched_bags': sum(each['latched_at_s'] is not None for each in found),
    }
    bases = [each for each in found if 'free_s' in each]
    if bases:
        free = sum(each['free_s'] for each in bases)
        false = sum(each['false_stop_s'] for each in bases)
        result |= {name: _worst(bases, name) for name in WORST}
        result['false_stop_share'] = false / free if free > 0 else None
        result['windows'] = sum(len(each['windows']) for each in bases)
    return result


def _worst(bases: Sequence[Mapping[str, Any]], name: str) -> float | None:
    """The worst of all windows; None where none was judged, or one saw nothing of the kind."""
    rows = [row for each in bases for row in each['windows']]
    if name == 'time_to_resume_s':
        rows = [row for row in rows if row['asked_after']]
    values = [row[name] for row in rows]
    return WORST[name](values) if values and None not in values else None


def measured_of(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join what was measured on this machine."""
    found = [each['measured'] for each in results]
    joined = Latencies()
    deadline = None
    for each in found:
        if each['latency_ms'] is not None:
            joined.merge(each['latency_ms'])
            deadline = each['latency_ms']['deadline']
    latency = joined.to_mapping() | {'deadline': deadline}
    del latency['bins']
    return {
        'latency_ms': latency if joined.count else None,
        'weights_mb': max(each['weights_mb'] for each in found),
        'memory_mb': max(each['memory_mb'] for each in found),
        'memory_growth_mb': max(each['memory_growth_mb'] for each in found),
        'seconds': sum(each['seconds'] for each in found),
    }


def judged_values(entry: Mapping[str, Any]) -> dict[str, float | None]:
    """Name everything of a policy that a threshold can be set for, but means over episodes."""
    measured, safety = entry['measured'], entry['safety']
    latency = measured['latency_ms'] or {}
    count = latency.get('count', 0)
    found: dict[str, float | None] = {
        'latency_p50_ms': latency.get('p50'),
        'latency_p99_ms': latency.get('p99'),
        'latency_max_ms': latency.get('max'),
        'deadline_misses': latency.get('missed'),
        'deadline_miss_share': latency['missed'] / count if count else None,
        'memory_mb': measured['memory_mb'],
        'memory_growth_mb': measured['memory_growth_mb'],
        'weights_mb': measured['weights_mb'],
        'unscored_bags': entry['unscored'],
    }
    if safety is not None:
        found['interventions'] = sum(row['onsets'] for row in safety['interventions'].values())
        for code, row in safety['interventions'].items():
            found[f'interventions.{code}'] = row['onsets']
        for name in (*WORST, 'false_stop_share', 'latched_bags'):
            if name in safety:
                found[name] = safety[name]
    return found
