"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

SpinTime = Annotated[
    float,
    typer.Option(
        min=0.0,
        help='Time to wait for the graph to become known [s]; what is looked for by name is '
        'used as soon as it is there.',
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

SPIN_TIME = 0.5
