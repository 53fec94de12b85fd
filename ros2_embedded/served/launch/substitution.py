"""Substitution class, text that is only known while launching."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .launch_context import LaunchContext


class Substitution:
    """Text that is worked out while launching; derive and override `perform`."""

    def describe(self) -> str:
        """Return the substitution for people."""
        return repr(self)

    def perform(self, context: LaunchContext) -> str:
        """Return the text that stands for this substitution now."""
        raise NotImplementedError('perform() not implemented for Substitution base class.')
