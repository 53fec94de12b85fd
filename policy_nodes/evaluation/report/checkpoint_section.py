"""What a report says about the checkpoint that drove."""

from __future__ import annotations

from typing import Any

from policy_nodes.evaluation.report.page import Column, Html, facts, table, tag


def checkpoint_section(checkpoint: dict[str, Any] | None, named: str) -> Html:
    """Return the section about the checkpoint.

    Args:
        checkpoint: of the summary; None without a contract.
        named: its name in run.json, empty without one.
    """
    heading = tag('h2', 'Checkpoint')
    if checkpoint is None:
        words = f'{named}; its contract was not recorded.' if named else 'The run names none.'
        return tag('section', heading, tag('p', words))
    known = facts((name, text) for name, text in _facts(checkpoint) if text)
    metrics = checkpoint.get('trained', {}).get('metrics')
    if not metrics:
        return tag('section', heading, known)
    return tag('section', heading, tag('div', known, _metrics(metrics), cls='pair'))


def _facts(checkpoint: dict[str, Any]) -> list[tuple[str, str]]:
    trained = checkpoint.get('trained', {})
    rate = checkpoint['rate_hz']
    steps, hours = trained.get('steps'), trained.get('hours')
    return [
        ('name', checkpoint['name']),
        ('policy', checkpoint['policy']),
        ('network', checkpoint.get('network', 'none')),
        ('made for', checkpoint['robot']),
        ('rate', f'{rate:g} Hz' if rate else 'on demand'),
        ('reads', ', '.join(checkpoint['observations'])),
        ('proposes', ', '.join(checkpoint['actions'])),
        ('recipe', trained.get('recipe', '')),
        ('source', trained.get('source', '')),
        ('revision', trained.get('revision', '')),
        ('seed', str(trained.get('seed', ''))),
        ('steps', f'{steps:,}' if steps is not None else ''),
        ('hardware', trained.get('hardware', '')),
        ('hours', f'{hours:g}' if hours is not None else ''),
        ('SHA-256 of the weights', checkpoint.get('sha256', '')),
    ]


def _metrics(metrics: dict[str, Any]) -> Html:
    columns = (
        Column('figure', 'text'),
        Column('value'),
        Column('95 %'),
        Column('episodes'),
    )
    rows = []
    for name, values in metrics.items():
        bounds = values.get('ci95')
        told = f'{bounds[0]:g} to {bounds[1]:g}' if bounds else ''
        rows.append((name, f'{values["value"]:g}', told, str(values.get('episodes', ''))))
    return table(columns, rows, 'Measured by its trainer.')
