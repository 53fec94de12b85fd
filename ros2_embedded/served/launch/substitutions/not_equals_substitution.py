"""NotEqualsSubstitution substitution."""

from ..launch_context import LaunchContext
from .equals_substitution import EqualsSubstitution


class NotEqualsSubstitution(EqualsSubstitution):
    """`true` whenever `EqualsSubstitution` is false."""

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return 'false' if self._are_equal(context) else 'true'
