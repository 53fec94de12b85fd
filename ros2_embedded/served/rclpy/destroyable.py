"""What handles have in common, for annotations."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol


class DestroyableType(Protocol):
    """A handle: `with` keeps it alive, and it goes when its last user leaves."""

    def __enter__(self) -> None:
        """Keep it alive."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exctb: TracebackType | None,
    ) -> None:
        """Let go of it."""

    def destroy_when_not_in_use(self) -> None:
        """Destroy it now, or when the last user leaves."""
