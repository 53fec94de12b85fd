"""Evaluation of a list of substitutions."""

from collections.abc import Iterable

from ..launch_context import LaunchContext
from ..substitution import Substitution


def perform_substitutions(context: LaunchContext, subs: Iterable[Substitution]) -> str:
    """Return the joined text of the substitutions."""
    return ''.join(context.perform_substitution(sub) for sub in subs)
