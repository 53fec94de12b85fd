"""The JSON file of a comparison."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.run_files import write_text


def comparison_mapping(comparison: Comparison) -> dict[str, Any]:
    """Return rows and what they were measured with as plain values.

    The keys are described in docs/reference/run_files.md.
    """
    setup = comparison.setup
    return {
        'rows': comparison.rows(),
        'complete': comparison.complete,
        'missing': [
            {'policy': policy, 'scenario': scenario} for policy, scenario in comparison.missing
        ],
        'robot': 'turtlebot',
        'seed': setup.seed,
        'episodes': setup.episodes,
        'through': setup.through,
        'safety': setup.through == 'robot' and setup.safety,
        'people': setup.people.name if setup.people is not None else None,
        'device': setup.device,
        'checkpoints': _checkpoints(comparison),
        'version': version_of_stack(),
    }


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the file, whole or not at all; what is not known is null."""
    text = json.dumps(comparison_mapping(comparison), indent=1, allow_nan=False)
    write_text(path, f'{text}\n')


def _checkpoints(comparison: Comparison) -> list[dict[str, Any]]:
    listed: dict[tuple[str, str, str], list[str]] = {}
    for (policy, scenario), checkpoint in comparison.checkpoints.items():
        weights = checkpoint.contract.weights
        sha256 = weights.sha256 if weights is not None else ''
        listed.setdefault((policy, checkpoint.name, sha256), []).append(scenario)
    return [
        {'policy': policy, 'name': name, 'sha256': sha256, 'scenarios': scenarios}
        for (policy, name, sha256), scenarios in listed.items()
    ]


def version_of_stack() -> str:
    """Version of this package; empty for a checkout that is not installed."""
    try:
        return version('policy_stack')
    except PackageNotFoundError:
        return ''
