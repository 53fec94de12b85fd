"""Tables for the terminal: what `policy-stack list` and `policy-stack check` show."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from policy_nodes.contract.agreement import Agreement, Disagreement, shown
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import Listed
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.first_difference import Difference
from policy_nodes.contract.plain import plain_shape
from policy_nodes.contract.trained import Trained


def checkpoints_table(listed: Sequence[Listed]) -> Table:
    """Show one row for each checkpoint; an unusable one says why."""
    table = _table('Checkpoints', 'name', 'drives', 'trained', 'figures')
    table.columns[0].no_wrap = True
    for found in listed:
        if found.checkpoint is None:
            reason = Text(found.problem, style='red')
            table.add_row(_plain(found.folder.name), '-', 'not usable', reason)
            continue
        contract = found.checkpoint.contract
        table.add_row(
            _plain(found.folder.name),
            _plain('\n'.join((contract.robot, contract.policy, _rate(contract.rate_hz)))),
            _plain('\n'.join(_origin(contract.trained))),
            _plain('\n'.join(_figures(contract.trained))),
        )
    return table


def contract_tables(contract: Contract) -> Group:
    """Show the terms of a contract: what the policy reads, proposes and may be asked for."""
    observations = _table(
        'Observations', 'term', 'source', 'frame', 'unit', 'shape', 'entries', 'history', 'age'
    )
    for term in contract.observations:
        history = f'{term.history} {term.order}' if term.history > 1 else '1'
        observations.add_row(
            term.name,
            term.source,
            term.frame or '-',
            _compact(term.unit),
            _plain(' x '.join(map(str, plain_shape(term.shape))) or 'scalar'),
            _compact(term.names),
            history,
            '-' if term.stale_after_s is None else f'{term.stale_after_s:g} s',
        )
    actions = _table('Actions', 'term', 'kind', 'frame', 'entries and limits', 'rate', 'horizon')
    for action in contract.actions:
        units = action.unit * len(action.names) if len(action.unit) == 1 else action.unit
        rows = [
            f'{name} {low:g} to {high:g} {unit}'
            for name, (low, high), unit in zip(action.names, action.limits, units, strict=True)
        ]
        actions.add_row(
            action.name,
            action.kind,
            action.frame or '-',
            _plain('\n'.join(rows)),
            _rate(action.rate_hz),
            str(action.horizon),
        )
    tables: list[RenderableType] = [observations, actions]
    if contract.commands:
        commands = _table('Commands', 'axis', 'from', 'to', 'unit')
        for command in contract.commands:
            name = _plain(command.name)
            commands.add_row(name, f'{command.low:g}', f'{command.high:g}', command.unit)
        tables.append(commands)
    return Group(*tables)


def agreement_table(agreement: Agreement) -> Table:
    """Show term by term whether policy and robot agree, and what to do where they do not."""
    table = _table(
        f'Policy and robot {agreement.robot}', 'term', 'field', 'contract', 'robot', 'what to do'
    )
    others = [found for found in agreement.disagreements if found.term not in agreement.terms]
    for found in others:
        _add_disagreement(table, found.term, found)
    for term in agreement.terms:
        disagreements = agreement.of(term)
        for found in disagreements:
            _add_disagreement(table, term, found)
        if not disagreements:
            order = 'entries are taken by name' if term in agreement.permutation else ''
            table.add_row(term, Text('agrees', style='green'), '', '', order)
    return table


def replay_line(steps: int, difference: Difference | None) -> Text:
    """Say in one line how the replay of the golden trace of so many steps went."""
    if difference is None:
        return Text(f'golden trace: {steps} steps, all within tolerance', style='green')
    return Text(f'golden trace: {difference}', style='red')


def check_report(
    checkpoint: Checkpoint,
    agreement: Agreement | None,
    steps: int | None,
    difference: Difference | None,
) -> Group:
    """Put together what a check of one checkpoint shows.

    Args:
        checkpoint: what was checked.
        agreement: outcome against a robot; None where none was asked.
        steps: steps of the golden trace that was replayed.
        difference: where it first differed; None where it did not.
    """
    parts: list[RenderableType] = [
        Text(
            f'{checkpoint.name} ({", ".join(_origin(checkpoint.contract.trained))})', style='bold'
        ),
        contract_tables(checkpoint.contract),
    ]
    if agreement is not None:
        parts.append(agreement_table(agreement))
    if steps is None:
        parts.append(Text('golden trace: not replayed, the weights are others', style='red'))
    else:
        parts.append(replay_line(steps, difference))
    return Group(*parts)


def _add_disagreement(table: Table, term: str, found: Disagreement) -> None:
    table.add_row(
        term,
        Text(found.field, style='red'),
        _plain(shown(found.contract_value)),
        _plain(shown(found.robot_value)),
        _plain(found.remedy),
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify='left', expand=False)
    for column in columns:
        table.add_column(column, overflow='fold')
    return table


def _plain(text: str) -> Text:
    # Names come from files; rich would read brackets in them as markup.
    return Text(text)


def _compact(values: Sequence[str]) -> Text:
    return _plain(', '.join(values) or '-')


def _rate(rate_hz: float | None) -> str:
    return 'on demand' if rate_hz is None else f'{rate_hz:g} Hz'


def _origin(trained: Trained | None) -> list[str]:
    if trained is None:
        return ['origin unknown']
    parts = [trained.recipe, trained.source, trained.revision[:7]]
    if trained.steps is not None:
        parts.append(f'{trained.steps:,} steps')
    if trained.hours is not None:
        parts.append(f'{trained.hours:g} h')
    return [part for part in (*parts, trained.hardware) if part]


def _figures(trained: Trained | None) -> list[str]:
    """Write rates of success where there are some, else everything; the card has it all."""
    metrics = trained.metrics if trained else ()
    successes = [metric for metric in metrics if metric.name.startswith('success')]
    lines = []
    for metric in successes or metrics:
        interval = f' [{metric.ci95[0]:.3g}, {metric.ci95[1]:.3g}]' if metric.ci95 else ''
        lines.append(f'{metric.name} {metric.value:g}{interval}')
    return lines
