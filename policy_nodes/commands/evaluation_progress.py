"""The progress display of `policy-stack eval`."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from policy_nodes.evaluation.workers import Advance


class Entry(Hashable, Protocol):
    """What is compared: one policy in one place."""

    @property
    def title(self) -> str:
        """Its name, for people."""


class Block(Protocol):
    """Some episodes of an entry."""

    @property
    def entry(self) -> Entry:
        """What it belongs to."""

    @property
    def count(self) -> int:
        """How many episodes."""

    @property
    def place(self) -> str:
        """Which it is, for people."""


class EvaluationProgress:
    """One line for each entry under way, and a line of text for each that ended."""

    def __init__(self, entries: Sequence[Entry], episodes: int, console: Console) -> None:
        """Prepare the display.

        Args:
            entries: to show.
            episodes: of each.
            console: to show it on.
        """
        self.episodes = episodes
        self._complete = dict.fromkeys(entries, 0)
        self._counts = {entry: [0, 0] for entry in entries}
        self._progress = Progress(
            TextColumn('{task.description}'),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn('{task.fields[success]}'),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._all = self._progress.add_task('all', total=len(entries) * episodes, success='')
        self._tasks = {
            entry: self._progress.add_task(
                entry.title, total=episodes, success='', visible=False, start=False
            )
            for entry in entries
        }

    def __enter__(self) -> EvaluationProgress:
        """Show it."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it away."""
        self._progress.stop()

    def advance(self, event: Advance[Block]) -> None:
        """Count episodes that ended."""
        entry = event.block.entry
        counts, task = self._counts[entry], self._tasks[entry]
        if not counts[0]:
            self._progress.start_task(task)
        counts[0] += event.done
        counts[1] += event.succeeded
        success = f'success {counts[1] / counts[0]:.1%}'
        self._progress.advance(self._all, event.done)
        self._progress.update(task, completed=counts[0], success=success, visible=True)

    def finish(self, block: Block) -> None:
        """Take in that a block is complete."""
        entry = block.entry
        self._complete[entry] += block.count
        if self._complete[entry] == self.episodes:
            succeeded = self._counts[entry][1]
            told = f'{entry.title}: success {succeeded / self.episodes:.1%}'
            self._progress.update(self._tasks[entry], visible=False)
            self._progress.console.print(Text(f'{told}, {self.episodes} episodes'))
