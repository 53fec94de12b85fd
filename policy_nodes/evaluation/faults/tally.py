"""The figures of a campaign, fault by fault."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from policy_nodes.evaluation.faults.outcome import Outcome
from policy_nodes.evaluation.faults.quiet import Quiet
from policy_nodes.evaluation.faults.robot import Robot
from policy_nodes.evaluation.runtime import runtime_name

FALSE_SHARE = 0.005  # of the time, at most


class Tally:
    """Collects outcomes.

    Attributes:
        quiet: of the drive without faults, if there was one.
        voids: injections that told nothing and were repeated.
        broken: why the campaign ended early; empty if it did not.
    """

    def __init__(self, robot: Robot, seed: int) -> None:
        """Begin without outcomes."""
        self.robot, self.seed = robot, seed
        self.outcomes: list[Outcome] = []
        self.quiet: Quiet | None = None
        self.voids = 0
        self.broken = ''

    def add(self, outcome: Outcome) -> None:
        """Take an outcome."""
        self.outcomes.append(outcome)

    def rows(self) -> list[dict[str, Any]]:
        """Figures of each fault, in the order of the robot's list."""
        found = []
        for fault in self.robot.faults:
            mine = [each for each in self.outcomes if each.fault.name == fault.name]
            if not mine:
                continue
            stops = [1e3 * each.to_stop_s for each in mine if each.to_stop_s is not None]
            stands = [1e3 * each.to_stand_s for each in mine if each.to_stand_s is not None]
            found.append(
                {
                    'fault': fault.name,
                    'behaviour': fault.behaviour,
                    'injections': len(mine),
                    'bound_ms': 1e3 * (fault.timeout + self.robot.period) if fault.stops else None,
                    'time_to_stop_ms_p50': round(median(stops), 1) if stops else None,
                    'time_to_stop_ms_max': round(max(stops), 1) if stops else None,
                    'time_to_stand_ms_max': round(max(stands), 1) if stands else None,
                    'late': sum(each.late(self.robot.period) for each in mine),
                    'limit_violations': sum(each.excess > 0 for each in mine),
                    'worst_excess': max(each.excess for each in mine),
                    'wrong_reason': sum(not each.right_reason for each in mine),
                    'moved_while_faulty': sum(each.moved_while_faulty for each in mine),
                    'resets': sum(each.resets for each in mine),
                    'reset_while_faulty': sum(each.reset_while_faulty for each in mine),
                    'moved_after_reset': sum(each.moved_after_reset for each in mine),
                    'false_stops': sum(len(each.false_stops) for each in mine),
                    'reasons': sorted({code for each in mine for code in each.reasons}),
                    'wrong_reasons': [each.reasons for each in mine if not each.right_reason],
                    'false_reasons': [why for each in mine for why in each.false_stops],
                }
            )
        return found

    @property
    def passed(self) -> bool:
        """Whether every target was met, by every injection."""
        bad = ('late', 'limit_violations', 'wrong_reason', 'moved_while_faulty')
        worse = ('reset_while_faulty', 'moved_after_reset')
        met = all(not row[name] for row in self.rows() for name in bad + worse)
        calm = self.quiet is None or self.quiet.false_share <= FALSE_SHARE
        return met and calm and not self.broken

    def words(self) -> list[str]:
        """What the table does not say."""
        said = [f'{len(self.outcomes)} injections, {self.voids} repeated: the world came between']
        if self.quiet is not None:
            drive = self.quiet
            why = ', '.join(f'{code} {spent:.2f} s' for code, spent in drive.reasons.items())
            said.append(
                f'without faults: {drive.seconds / 60:.1f} minutes, false stops '
                f'{drive.false_share:.3%} of the {drive.asked:.0f} s with proposals'
                f'{f" ({why})" if why else ""}, held by the world {drive.held:.1f} s'
            )
        if self.broken:
            said.append(f'the campaign ended early: {self.broken}')
        return said

    def table(self) -> Table:
        """The rows for a terminal; what misses its target is red."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in ('fault', 'row', 'n', 'bound', 'p50', 'max', 'stands'):
            left = heading in ('fault', 'row')
            table.add_column(heading, justify='left' if left else 'right', no_wrap=left)
        for heading in ('late', 'limits', 'reason', 'moved', 'after reset', 'false'):
            table.add_column(heading, justify='right')
        for row in self.rows():
            times = [
                '' if row[name] is None else f'{row[name]:.0f} ms'
                for name in (
                    *('bound_ms', 'time_to_stop_ms_p50'),
                    *('time_to_stop_ms_max', 'time_to_stand_ms_max'),
                )
            ]
            counts = [
                row[name]
                for name in (
                    *('late', 'limit_violations', 'wrong_reason', 'moved_while_faulty'),
                    *('moved_after_reset', 'false_stops'),
                )
            ]
            table.add_row(
                *(row['fault'], row['behaviour'], str(row['injections']), *times),
                *(f'[red]{count}[/]' if count else '0' for count in counts),
            )
        return table

    def write_json(self, file: Path) -> None:
        """Write the figures.

        Raises:
            OSError: the file cannot be written.
        """
        content = {
            'robot': self.robot.name,
            'seed': self.seed,
            'runtime': runtime_name(),
            'machine': platform.machine(),
            'injections': len(self.outcomes),
            'repeated': self.voids,
            'passed': self.passed,
            'broken': self.broken,
            'quiet': None
            if self.quiet is None
            else {**asdict(self.quiet), 'false_share': self.quiet.false_share},
            'rows': self.rows(),
        }
        file.write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
