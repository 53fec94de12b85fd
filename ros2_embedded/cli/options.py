"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

SpinTime = Annotated[
    float,
    typer.Option(
        min=0.0,
        help='Time to wait for the graph to become known [s]; what is looked for by name is '
        'used as soon as it is there, and where nobody is known yet it is up to 2 s.',
    ),
]
UseSimTime = Annotated[
    bool, typer.Option('--use-sim-time', '-s', help='Take the time from /clock.')
]
IncludeHiddenTopics = Annotated[
    bool, typer.Option('--include-hidden-topics', help='Consider hidden topics as well.')
]
TopicName = Annotated[str, typer.Argument(help='Name of the topic, such as `/chatter`.')]
NodeName = Annotated[str, typer.Argument(help='Full name of the node, such as `/talker`.')]
ParameterName = Annotated[str, typer.Argument(help='Name of the parameter.')]
ServiceName = Annotated[str, typer.Argument(help='Name of the service, such as `/add`.')]
ActionName = Annotated[str, typer.Argument(help='Name of the action, such as `/fibonacci`.')]
NodeTime = Annotated[
    float,
    typer.Option('--spin-time', '--timeout', min=0.0, help='Time to wait for the node [s].'),
]
QosDepth = Annotated[int | None, typer.Option(min=0, help='Messages to keep.')]
QosHistory = Annotated[str | None, typer.Option(help='keep_last or keep_all.')]
QosReliability = Annotated[
    str | None, typer.Option(help='reliable or best_effort; echo does what suits the publishers.')
]
QosDurability = Annotated[
    str | None,
    typer.Option(help='transient_local or volatile; echo does what suits the publishers.'),
]
QosLiveliness = Annotated[str | None, typer.Option(help='automatic or manual_by_topic.')]
QosLease = Annotated[
    float | None, typer.Option(min=0.0, help='Lease duration of the liveliness [s].')
]
Stdin = Annotated[
    bool, typer.Option('--stdin', help='Read the values from standard input instead.')
]
Csv = Annotated[bool, typer.Option('--csv', help='Print a message as one line of values.')]
FullLength = Annotated[
    bool, typer.Option('--full-length', '-f', help='Do not shorten arrays and texts.')
]
TruncateLength = Annotated[
    int, typer.Option('--truncate-length', '-l', min=0, help='Items to shorten them to.')
]
NoArrays = Annotated[bool, typer.Option('--no-arr', help='Do not print arrays.')]
NoTexts = Annotated[bool, typer.Option('--no-str', help='Do not print texts.')]
FlowStyle = Annotated[bool, typer.Option('--flow-style', help='Print a message on one line.')]
MessageFilter = Annotated[
    str | None,
    typer.Option(
        '--filter',
        metavar='EXPRESSION',
        help='Only messages `m` for which this is true, such as `m.range > 1.5`.',
    ),
]

SPIN_TIME = 0.5
