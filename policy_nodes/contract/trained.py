"""Who trained a checkpoint, and how well it did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from policy_nodes.contract.checks import check_count, check_finite, check_names
from policy_nodes.contract.errors import ContractError, inside
from policy_nodes.contract.plain import pairs
from policy_nodes.contract.section import Section

_REVISION = re.compile(r'[0-9a-f]{7,40}(-dirty)?')


@dataclass(frozen=True)
class Metric:
    """One measured figure.

    Attributes:
        name: what was measured, for example ``success_rand``.
        value: the figure, in the unit its name says.
        ci95: (low, high) of the 95 % interval; empty where none was taken.
        episodes: episodes behind it; 0 where the figure does not come from episodes.

    Raises:
        ContractError: not finite, or outside its own interval.
    """

    name: str
    value: float
    ci95: tuple[()] | tuple[float, float] = ()
    episodes: int = 0

    def __post_init__(self) -> None:
        with inside(self.name):
            check_names('name', (self.name,))
            check_finite('value', (self.value,))
            check_finite('ci95', self.ci95)
            check_count('episodes', self.episodes, 0, 10**12)
            if self.ci95 and not self.ci95[0] <= self.value <= self.ci95[1]:
                raise ContractError(
                    f'{self.value:g} is outside its own interval {list(self.ci95)}',
                    remedy='write [low, high] around the value',
                    path='ci95',
                )


@dataclass(frozen=True)
class Trained:
    """The training run that a checkpoint comes from.

    Attributes:
        recipe: recipe of `policy-stack train`, or ``import`` for an author's weights.
        source: where imported weights were taken from.
        revision: git revision of the code that trained; ``-dirty`` after it for uncommitted work.
        seed: seed of the run; None where unknown.
        steps: environment or gradient steps; None where unknown.
        hardware: what it ran on.
        hours: wall-clock time of the run [h]; None where unknown.
        metrics: how well it did.

    Raises:
        ContractError: any value that cannot be meant, by field.
    """

    recipe: str
    source: str = ''
    revision: str = ''
    seed: int | None = None
    steps: int | None = None
    hardware: str = ''
    hours: float | None = None
    metrics: tuple[Metric, ...] = ()

    def __post_init__(self) -> None:
        check_names('recipe', (self.recipe,))
        if self.revision and not _REVISION.fullmatch(self.revision):
            raise ContractError(
                f'{self.revision!r} is no git revision',
                remedy='write 7 to 40 hexadecimal digits, -dirty after them where it applies',
                path='revision',
            )
        if self.seed is not None:
            check_count('seed', self.seed, 0, 2**63 - 1)
        if self.steps is not None:
            check_count('steps', self.steps, 0, 10**15)
        if self.hours is not None:
            check_finite('hours', (self.hours,))
            if self.hours < 0.0:
                raise ContractError(
                    f'{self.hours:g} is negative', remedy='write zero or more', path='hours'
                )
        check_names('metrics', [metric.name for metric in self.metrics])

    @classmethod
    def from_section(cls, section: Section) -> Trained:
        """Read from the yaml mapping."""
        trained = cls(
            recipe=section.text('recipe'),
            source=section.text('source', ''),
            revision=section.text('revision', ''),
            seed=section.optional_integer('seed'),
            steps=section.optional_integer('steps'),
            hardware=section.text('hardware', ''),
            hours=section.optional_number('hours'),
            metrics=_read_metrics(section),
        )
        section.close()
        return trained

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values for yaml; what is not known is left out."""
        metrics: dict[str, dict[str, Any]] = {}
        for metric in self.metrics:
            metrics[metric.name] = {'value': metric.value}
            if metric.ci95:
                metrics[metric.name]['ci95'] = list(metric.ci95)
            if metric.episodes:
                metrics[metric.name]['episodes'] = metric.episodes
        values = {
            'recipe': self.recipe,
            'source': self.source,
            'revision': self.revision,
            'seed': self.seed,
            'steps': self.steps,
            'hardware': self.hardware,
            'hours': self.hours,
            'metrics': metrics,
        }
        unset: tuple[Any, ...] = (None, '', {})
        return {key: value for key, value in values.items() if value not in unset}


def _read_metrics(section: Section) -> tuple[Metric, ...]:
    metrics = []
    for name, entry in section.entries('metrics', 'a metric'):
        with inside('metrics'):
            with inside(name):
                value = entry.number('value')
                rows = pairs('ci95', entry.rows('ci95'))
                if len(rows) > 1:
                    raise ContractError(
                        'one interval is needed', remedy='write [low, high]', path='ci95'
                    )
                episodes = entry.integer('episodes', 0)
                entry.close()
            metrics.append(Metric(name, value, rows[0] if rows else (), episodes))
    return tuple(metrics)
