"""The reference table of parameters, written from their declarations."""

from __future__ import annotations

from collections.abc import Iterable

from policy_nodes.safety.parameters.parameter import Parameter

LOOSENED = {
    'raising': 'Raising it loosens: ',
    'lowering': 'Lowering it loosens: ',
    'changing': 'Changing it may loosen: ',
}


def parameters_table(parameters: Iterable[Parameter]) -> str:
    """Write a Markdown table of parameters with default, unit, range and risk."""
    lines = [
        '| parameter | type | default | unit | range | meaning | what loosening it risks |',
        '|---|---|---|---|---|---|---|',
    ]
    lines += [
        f'| `{known.name}` | {known.kind.replace("_", " ")} | {_default(known)} '
        f'| {known.unit} | {_range(known)} | {known.meaning} | {_risk(known)} |'
        for known in parameters
    ]
    return '\n'.join(lines) + '\n'


def _default(known: Parameter) -> str:
    if known.default is None:
        return 'required'
    if known.kind.endswith('_array'):
        return f'`[{", ".join(str(item) for item in known.default)}]`'
    if known.kind == 'bool':
        return 'true' if known.default else 'false'
    return f'{known.default:g}' if known.kind == 'float' else str(known.default)


def _range(known: Parameter) -> str:
    if known.choices:
        return ', '.join(known.choices)
    if known.low is None or known.high is None:
        return ''
    return f'{known.low:g} to {known.high:g}'


def _risk(known: Parameter) -> str:
    return LOOSENED[known.loosened_by] + known.risk if known.loosened_by else ''
