"""`ros param delete`."""

from __future__ import annotations

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime, ParameterName
from ros2_embedded.cli.session import cli_node


@command
def param_delete(
    node_name: NodeName, parameter_name: ParameterName, spin_time: NodeTime = SPIN_TIME
) -> None:
    """Delete a parameter; the exit code is 1 where the node refuses.

    Example: `ros param delete /talker gain`
    """
    from rcl_interfaces.msg import Parameter

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        # A value without a type deletes.
        asked = client.set_parameters([Parameter(name=parameter_name)])
        (result,) = answer(node, asked, other).results
        reason = f': {result.reason}' if result.reason else ''
        if not result.successful:
            raise CommandError(f'Deleting parameter failed{reason}')
        print(f'Deleted parameter successfully{reason}')
