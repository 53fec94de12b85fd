"""The generated pages are what the code says, and the generator says what it should."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import pytest
import typer

import policy_nodes  # noqa: F401 from here on rclpy is there, even without ROS 2

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope='module')
def generator():
    name = 'generate_reference'
    spec = importlib.util.spec_from_file_location(name, ROOT / 'docs' / f'{name}.py')
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_every_committed_page_is_what_the_code_says(generator):
    for path, text in generator.pages().items():
        committed = path.read_text(encoding='utf-8')
        assert committed == text.rstrip() + '\n', f'{path.name} is old: run `make docs`'


def test_every_node_that_is_installed_has_a_section_with_its_heartbeat_or_its_purpose(generator):
    page = generator.nodes_page()
    names = generator.known_nodes()
    assert names[:4] == [
        'crowd_simulator',
        'people_tracker',
        'navigation_policy',
        'safety_controller',
    ]
    for name in names:
        assert f'\n## {name}\n' in page


def test_a_topic_is_told_with_type_and_qos(generator):
    page = generator.nodes_page()
    expected = '| `~/cmd_vel` | geometry_msgs/msg/TwistStamped | reliable, last 1 | '
    assert expected in page
    assert 'reliable, kept for late subscribers, last 1' in page
    assert 'deadline 0.25 s, lease 0.5 s' in page


def test_a_parameter_is_told_with_default_unit_and_range(generator):
    page = generator.nodes_page()
    assert '| `v_min` | `-0.5` |  | m/s | -2 to 0 | ' in page
    assert '| `policy` | `height` |  |  | height, orca, dwa, straight, remote | ' in page
    assert '0 to 2147483647' in page


def test_every_definition_file_has_a_section_with_all_its_fields(generator):
    page = generator.messages_page()
    for kind in ('msg', 'srv', 'action'):
        for file in (ROOT / kind).glob(f'*.{kind}'):
            assert f'## policy_stack/{kind}/{file.stem}\n' in page
    state = page.partition('## policy_stack/msg/SafetyState\n')[2].partition('\n## ')[0]
    assert '| `STOPPED=4` | uint8 | latched; only an explicit reset leads out |' in state
    assert '| `scale` | float32 | sent / proposed along the proposed direction |' in state
    reset = page.partition('## policy_stack/srv/ResetSafety\n')[2].partition('\n## ')[0]
    assert reset.index('Request:') < reset.index('`operator`') < reset.index('Response:')


def test_a_command_is_told_with_example_arguments_and_options(generator):
    app, group = typer.Typer(), typer.Typer(name='inner')

    @app.command('drive')
    def drive(
        robot: Annotated[str, typer.Argument(help='which | one')],
        speed: Annotated[float, typer.Option(help='how fast', min=0.0, max=2.5)] = 0.5,
        times: Annotated[int | None, typer.Option('--times', '-t', min=1)] = None,
        loud: Annotated[bool, typer.Option(help='say so')] = False,
    ) -> None:
        """Drive a robot.

        It may take
        a while.

        Example: policy-stack drive turtlebot
        """

    @group.command()
    def look_up(context: typer.Context) -> None:
        """Look up."""

    app.add_typer(group)
    page = generator.commands_page(app)
    assert '## policy-stack drive\n\nDrive a robot.\n\nIt may take a while.\n' in page
    assert '```sh\npolicy-stack drive turtlebot\n```' in page
    assert '| `ROBOT` | text | required | which \\| one |' in page
    assert '| `--speed` | number, 0 to 2.5 | `0.5` | how fast |' in page
    assert '| `--times`, `-t` | whole number, at least 1 |  |  |' in page
    assert '| `--loud` |  |  | say so |' in page
    assert '## policy-stack inner look-up\n\nLook up.\n' in page


def test_every_name_of_rclpy_is_served_or_has_a_reason_why_not(generator):
    api = generator.neighbour('ros2_embedded_api')
    missing = api.missing()
    reasons = [name for entry in api.public_names()['not_served'] for name in entry['names']]
    assert sorted(missing) == sorted(reasons)
    assert len(api.all_names()) > 600
    assert len(missing) < 0.05 * len(api.all_names())


def test_a_name_of_rclpy_is_told_with_its_members_and_its_file(generator):
    page = generator.neighbour('ros2_embedded_api').api_page()
    node = page.partition('\n## rclpy.node\n')[2].partition('\n## ')[0]
    assert '[rclpy/node.py](../../ros2_embedded/served/rclpy/node.py)' in node
    assert '| `Node` | `PARAM_REL_TOL`, `add_on_set_parameters_callback`, ' in node
    assert '`create_timer`' in node
