"""Checks of limits, rates and gains, shared by what a policy proposes and what a robot takes."""

from __future__ import annotations

from policy_nodes.contract.checks import (
    check_bounds,
    check_finite,
    check_length,
    check_positive,
)
from policy_nodes.contract.errors import ContractError, inside
from policy_nodes.contract.plain import pairs
from policy_nodes.contract.section import Section


def limits_by_name(section: Section, names: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """Read a mapping of names to [low, high], in the order of the names."""
    rows = section.by_name('limits', names, 'limits')
    return pairs('limits', rows)


def check_limits(names: tuple[str, ...], limits: tuple[tuple[float, float], ...]) -> None:
    """Refuse a value without limits and limits that are not finite or reversed."""
    if len(limits) != len(names):
        raise ContractError(
            f'{len(limits)} limits for {len(names)} names',
            remedy='give [low, high] for every name',
            path='limits',
        )
    for name, (low, high) in zip(names, limits, strict=True):
        with inside('limits'):
            check_bounds(name, low, high)


def check_rate(kind: str, rate_hz: float | None) -> None:
    """Refuse a rate that is no rate, and an action without one unless it is a key pose."""
    if rate_hz is not None:
        check_positive('rate_hz', rate_hz)
    elif kind != 'key_pose':
        raise ContractError(
            f'a {kind} action needs a rate', remedy='add `rate_hz:`', path='rate_hz'
        )


def check_gains(names: tuple[str, ...], kp: tuple[float, ...], kd: tuple[float, ...]) -> None:
    """Refuse gains that are negative or not finite, or of which one half is missing."""
    if bool(kp) != bool(kd):
        raise ContractError('one of the gains is missing', remedy='give both', path='kp, kd')
    for field, gains in (('kp', kp), ('kd', kd)):
        check_finite(field, gains)
        if gains:
            check_length(field, gains, len(names))
        for gain in gains:
            if gain < 0.0:
                raise ContractError(
                    f'{gain:g} is negative', remedy='write zero or more', path=field
                )
