"""`ros doctor`: looks for what keeps nodes from talking."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.doctor_checks import (
    CATEGORIES,
    Finding,
    check_environment,
    check_graph,
    check_network,
    discovery_range,
)
from ros2_embedded.cli.doctor_report import sections
from ros2_embedded.cli.errors import command
from ros2_embedded.cli.graph_survey import Survey, survey
from ros2_embedded.cli.network_interfaces import interfaces
from ros2_embedded.cli.options import SpinTime
from ros2_embedded.cli.session import cli_node, settle

SPIN_TIME = 1.0  # for everybody to be known, not only the first [s]


@command
def doctor(
    report: Annotated[
        bool, typer.Option('--report', '-r', help='Print all that is known instead of checks.')
    ] = False,
    report_failed: Annotated[
        bool, typer.Option('--report-failed', '-rf', help='Print it for failed checks as well.')
    ] = False,
    exclude_packages: Annotated[
        bool, typer.Option('--exclude-packages', '-ep', help='Leave out versions of packages.')
    ] = False,
    include_warnings: Annotated[
        bool, typer.Option('--include-warnings', '-iw', help='Let warnings fail a check.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Check settings, network, nodes, topics, types and QoS; the exit code is 1 if a check fails.

    It shows which publishers and subscriptions do not match by their QoS, and why.

    Example: `ros doctor --include-warnings`
    """
    reach = discovery_range()
    found = interfaces()
    findings = [*check_environment(), *check_network(found, reach)]
    graph = None
    if not any(each.is_error for each in findings):
        # Else there would be an exception in place of the finding.
        graph = _survey(spin_time)
        findings += check_graph(graph, reach)
    failed = {each.category for each in findings if each.is_error or include_warnings}
    if report:
        wanted = None
    else:
        _print_findings(findings, failed)
        wanted = failed if report_failed else set()
    for title, categories, lines in sections(found, graph):
        if wanted is not None and not wanted.intersection(categories):
            continue
        if exclude_packages and 'package' in categories:
            continue
        _print_section(title, lines)
    if failed and not report:
        raise typer.Exit(1)


def _survey(spin_time: float) -> Survey:
    with cli_node() as node:
        settle(node, spin_time)
        return survey(node)


def _print_findings(findings: list[Finding], failed: set[str]) -> None:
    for each in findings:
        print(each)
    if failed:
        names = ' '.join(name for name in CATEGORIES if name in failed)
        print(f'\n{len(failed)}/{len(CATEGORIES)} check(s) failed\n\nFailed modules: {names}')
    else:
        print(f'\nAll {len(CATEGORIES)} checks passed\n')


def _print_section(title: str, lines: list[tuple[str, object]]) -> None:
    print(f'\n   {title}')
    width = max((len(name) for name, _ in lines), default=0)
    for name, value in lines:
        print(f'{name:<{width}} : {value}')
