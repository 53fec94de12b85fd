"""Scores many bags with many policies, in this process or in several; the figures are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from policy_nodes.evaluation.replay.score_bag import score_bag
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.evaluation.workers import Finished, OnDone, Workers

PERCENT = 100  # steps that a job is told to have been done in

OnAdvance = Callable[[Job, int], None]


class ReplayDriver:
    """Scores one job after another."""

    def drive(self, job: Job, on_done: OnDone) -> dict[str, Any]:
        """Score a job; `on_done` is told each per cent of the bag."""
        told = 0

        def tell(share: float) -> None:
            nonlocal told
            steps = int(share * PERCENT) - told
            if steps > 0:
                told += steps
                on_done(steps, 0)

        found = score_bag(job, tell)
        tell(1.0)
        return found


def score_jobs(
    jobs: Sequence[Job], workers: int, on_advance: OnAdvance = lambda job, steps: None
) -> list[dict[str, Any]]:
    """Score jobs.

    Args:
        jobs: of which each takes a process of its own in turn.
        workers: processes; with 1 everything happens in this one.
        on_advance: is told how many hundredths of a job were done.

    Returns:
        What `score_bag` gave, in the order of the jobs.

    Raises:
        WorkerError: a worker was killed.
    """
    if workers == 1:
        return _here(jobs, on_advance)
    found: dict[int, dict[str, Any]] = {}
    numbered = [_Numbered(number, job) for number, job in enumerate(jobs)]
    with Workers(_NumberedDriver, min(workers, len(jobs))) as pool:
        for event in pool.run(numbered):
            if isinstance(event, Finished):
                found[event.block.number] = event.result
            else:
                on_advance(event.block.job, event.done)
    return [found[number] for number in range(len(jobs))]


class _Numbered:
    """A job with its place among all."""

    def __init__(self, number: int, job: Job) -> None:
        self.number, self.job = number, job

    @property
    def place(self) -> str:
        """Which it is, for people."""
        return self.job.place


class _NumberedDriver(ReplayDriver):
    """Scores jobs that know their place."""

    def drive(self, job: Any, on_done: OnDone) -> dict[str, Any]:
        """Score the job."""
        return super().drive(job.job, on_done)


def _here(jobs: Sequence[Job], on_advance: OnAdvance) -> list[dict[str, Any]]:
    # torch takes a while to come
    import torch

    before, driver = torch.get_num_threads(), ReplayDriver()
    torch.set_num_threads(1)  # as workers have it: other numbers of threads round differently
    try:
        return [driver.drive(job, _advance(on_advance, job)) for job in jobs]
    finally:
        torch.set_num_threads(before)


def _advance(on_advance: OnAdvance, job: Job) -> OnDone:
    def tell(done: int, succeeded: int) -> None:
        on_advance(job, done)

    return tell
