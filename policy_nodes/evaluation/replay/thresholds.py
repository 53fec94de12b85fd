"""Thresholds from yaml: bounds on figures, and which of them a replay missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_nodes.contract.errors import ContractError, in_file, inside, suggest
from policy_nodes.contract.section import Section
from policy_nodes.contract.yaml_file import read_yaml
from policy_nodes.evaluation.replay.score_values import judged_values

EVERY = 'every'
"""Section whose thresholds hold for every policy that was given."""
AGAINST = 'against_baseline'
"""Section of the differences from the baseline."""


@dataclass(frozen=True)
class Threshold:
    """A bound on a figure.

    Attributes:
        section: policy, `EVERY` or `AGAINST`.
        figure: its name.
        least: it may not be below; -inf bounds nothing.
        most: it may not be above; inf bounds nothing.
        surely: the whole interval has to keep the bound, not only the mean.
    """

    section: str
    figure: str
    least: float
    most: float
    surely: bool


@dataclass(frozen=True)
class Judged:
    """A threshold held against a policy.

    Attributes:
        policy: which.
        figure: as the threshold names it.
        value: that counts; None where there is none, which misses.
        bound: in words.
        kept: whether it is kept.
    """

    policy: str
    figure: str
    value: float | None
    bound: str
    kept: bool

    def line(self) -> str:
        """Say it in one line."""
        found = 'there is nothing to judge' if self.value is None else f'{self.value:.6g}'
        return f'{self.policy}: {self.figure} is {found}, {self.bound}'


def read_thresholds(path: Path, policies: Sequence[str]) -> list[Threshold]:
    """Read a file.

    Args:
        path: of it.
        policies: that can be named in it.

    Raises:
        ContractError: absent, no plain yaml, an unknown policy, or a bound that cannot be meant.
    """
    values = read_yaml(path)
    with in_file(path):
        if not values:
            raise ContractError(
                'it holds no threshold', remedy=f'write `{EVERY}: {{error: {{most: 0.1}}}}`'
            )
        found = []
        for section, entries in values.items():
            known = (EVERY, AGAINST, *policies)
            if section not in known:
                raise ContractError(
                    f'there is no policy {section!r}', remedy=suggest(str(section), known)
                )
            with inside(str(section)):
                figures = Section(entries, 'thresholds')
                for figure in entries:
                    each = figures.section(figure, 'a threshold')
                    found.append(_threshold(str(section), str(figure), each))
        return found


def _threshold(section: str, figure: str, bounds: Section) -> Threshold:
    with inside(figure):
        least, most = bounds.optional_number('least'), bounds.optional_number('most')
        surely = bounds.text('of', 'mean')
        bounds.close()
        if surely not in ('mean', 'interval'):
            raise ContractError(
                f'nothing {surely!r} can be judged',
                remedy='write `of: mean` or `of: interval`',
                path='of',
            )
        if least is None and most is None:
            raise ContractError('there is no bound', remedy='give `most`, `least` or both')
        return Threshold(
            section,
            figure,
            -math.inf if least is None else least,
            math.inf if most is None else most,
            surely == 'interval',
        )


def judge(thresholds: Sequence[Threshold], summary: Mapping[str, Any]) -> list[Judged]:
    """Hold thresholds against the figures of a summary.

    Raises:
        ContractError: a figure that no policy here has; known ones are listed.
    """
    found = []
    for each in thresholds:
        if each.section == AGAINST:
            rows = [(it['policy'], dict(it['figures'])) for it in summary['differences']]
            if summary['baseline'] is None:
                raise ContractError(
                    'there is no baseline to compare with', remedy='add --baseline', path=AGAINST
                )
        else:
            entries = [it for it in summary['policies'] if it['measured'] is not None]
            rows = [
                (it['policy'], _figures(it))
                for it in entries
                if each.section in (EVERY, it['policy'])
            ]
        known = {name for _, figures in rows for name in figures}
        counted = each.figure.startswith('interventions.')
        if rows and each.figure not in known and not counted:
            raise ContractError(
                f'there is no figure {each.figure!r}',
                remedy=suggest(each.figure, sorted(known)),
                path=each.section,
            )
        none = {'mean': 0.0 if counted else None, 'ci95': None}
        found += [_judged(each, name, figures.get(each.figure, none)) for name, figures in rows]
        if not rows:
            found.append(Judged(each.section, each.figure, None, _words(each), False))
    return found


def _figures(entry: Mapping[str, Any]) -> dict[str, Any]:
    others = judged_values(entry)
    return dict(entry['figures']) | {
        name: {'mean': value, 'ci95': None} for name, value in others.items()
    }


def _judged(threshold: Threshold, policy: str, figure: Mapping[str, Any]) -> Judged:
    value = figure['mean']
    if threshold.surely:
        interval = figure['ci95']
        value = None
        if interval is not None:
            value = interval[1] if math.isfinite(threshold.most) else interval[0]
            if math.isfinite(threshold.most) and interval[0] < threshold.least:
                value = interval[0]
    kept = value is not None and threshold.least <= value <= threshold.most
    return Judged(policy, threshold.figure, value, _words(threshold), kept)


def _words(threshold: Threshold) -> str:
    bounds = []
    if math.isfinite(threshold.least):
        bounds.append(f'at least {threshold.least:g}')
    if math.isfinite(threshold.most):
        bounds.append(f'at most {threshold.most:g}')
    whole = ', by its whole interval' if threshold.surely else ''
    return f'allowed is {" and ".join(bounds)}{whole}'
