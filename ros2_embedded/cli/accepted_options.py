"""Options of the ros2 command that have nothing to do here, and are taken all the same."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

NO_DAEMON = frozenset(('--no-daemon',))  # there is none
USE_SIM_TIME = frozenset(('-s', '--use-sim-time'))  # the command looks at no clock
HIDDEN_NODES = frozenset(('--include-hidden-nodes',))  # a node that is named is found anyway


def accepting(*options: frozenset[str]) -> type[TyperCommand]:
    """Return a kind of command that takes these options as well, where it has none of the name.

    Scripts written for the ros2 command run unchanged; the help does not show them.
    """

    class AcceptingCommand(TyperCommand):
        """Command that takes options for which there is nothing to do."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            own = {name for each in self.params for name in each.opts}
            idle = {name for names in options if not own & names for name in names}
            # What stands behind `--` is no option.
            end = args.index('--') if '--' in args else len(args)
            rest = [each for each in args[:end] if each not in idle]
            return super().parse_args(ctx, [*rest, *args[end:]])

    return AcceptingCommand
