"""The command `policy-stack`."""

import sys
from importlib.util import find_spec

import typer

from policy_nodes.commands.checkpoints import check, import_weights, list_checkpoints
from policy_nodes.commands.demonstrations import demonstrations
from policy_nodes.commands.doctor import doctor
from policy_nodes.commands.evaluate import evaluate
from policy_nodes.commands.export import export
from policy_nodes.commands.faults import faults
from policy_nodes.commands.import_episodes import import_episodes
from policy_nodes.commands.launch import launch
from policy_nodes.commands.record import record
from policy_nodes.commands.refusals import REFUSALS
from policy_nodes.commands.replay import replay
from policy_nodes.commands.score import score
from policy_nodes.commands.selftest import selftest
from policy_nodes.commands.serve import serve
from policy_nodes.commands.train import train
from policy_nodes.commands.view import view

app = typer.Typer(
    name='policy-stack',
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode='rich',
    pretty_exceptions_enable=False,
    help='Transformer policies on real robots, between real sensors and a safety controller.',
)
app.command('launch', context_settings={'ignore_unknown_options': True})(launch)
app.command('eval')(evaluate)
app.command('train')(train)
app.add_typer(demonstrations)
app.command('check')(check)
app.command('list')(list_checkpoints)
app.command('import')(import_weights)
app.command('view')(view)
app.command('record')(record)
app.command('replay')(replay)
app.add_typer(score)
app.command('export')(export)
app.command('import-episodes')(import_episodes)
app.command('serve')(serve)
app.command('faults')(faults)
app.command('doctor')(doctor)
app.command('selftest')(selftest)
if find_spec('ros2_embedded') is not None:  # absent from a colcon workspace, which has `ros2`
    from ros2_embedded.cli import app as ros_app

    app.add_typer(ros_app, name='ros')


def main() -> None:
    """Run the command; what is refused is said in one sentence, without a traceback."""
    try:
        app()
    except REFUSALS as error:
        typer.secho(f'policy-stack: {error}', err=True, fg=typer.colors.RED)
        sys.exit(2)


if __name__ == '__main__':
    main()
