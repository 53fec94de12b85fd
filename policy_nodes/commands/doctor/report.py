"""The report as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from policy_nodes.commands.doctor.finding import Finding, Status, worst

_STYLES = {Status.OK: 'green', Status.WARNING: 'yellow', Status.FAILED: 'bold red'}


def report_table(
    findings: Sequence[tuple[str, Finding]], title: str = 'policy-stack doctor'
) -> Table:
    """Show one row for each finding."""
    table = Table(title=title, title_justify='left', box=SIMPLE_HEAD)
    for column in ('area', 'what', 'status', 'found, and what to do'):
        table.add_column(column, overflow='fold')
    before = ''
    for area, finding in findings:
        found = Text(finding.found)
        if finding.remedy:
            found.append(f'\n-> {finding.remedy}', style='bold')
        table.add_row(
            '' if area == before else area,
            Text(finding.name),
            Text(finding.status.value, style=_STYLES[finding.status]),
            found,
        )
        before = area
    return table


def conclusion(findings: Sequence[tuple[str, Finding]], goal: str = 'make run') -> Text:
    """Say in one sentence whether what somebody is up to works."""
    counts = {status: sum(each.status is status for _, each in findings) for status in Status}
    if counts[Status.FAILED]:
        text = f'{counts[Status.FAILED]} failed: put that in order before `{goal}`.'
    elif counts[Status.WARNING]:
        noun = 'warning' if counts[Status.WARNING] == 1 else 'warnings'
        text = f'`{goal}` will work; {counts[Status.WARNING]} {noun}.'
    else:
        text = 'All in order.'
    return Text(text, style=_STYLES[worst(each for _, each in findings)])


def report_json(findings: Sequence[tuple[str, Finding]]) -> str:
    """Return the report as JSON: status, and findings with area, what, status, found, remedy."""
    return json.dumps(
        {
            'status': worst(each for _, each in findings).value,
            'findings': [
                {
                    'area': area,
                    'what': each.name,
                    'status': each.status.value,
                    'found': each.found,
                    'remedy': each.remedy,
                }
                for area, each in findings
            ],
        },
        indent=2,
    )
