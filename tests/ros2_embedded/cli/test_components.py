"""Components are listed, loaded and unloaded as the ros2 command does it."""

from __future__ import annotations

import pytest

CONTAINER = '/robot/_spare'
TALKER = ('demo', 'demo::Talker')


def test_a_component_is_loaded_listed_and_unloaded(ros_robot, settled):
    code, out, _ = ros_robot(
        *('component', 'load', CONTAINER, *TALKER, '-n', 'talker', '--node-namespace', '/ns'),
        *('-p', 'rate:=2', '-r', 'a:=b', '-e', 'use_intra_process_comms:=true'),
    )
    name = "/ns/talker{'rate': 2}"
    expected = f"Loaded component 1 into '{CONTAINER}' container node as '{name}'\n"
    assert (code, out) == (0, expected)
    _, out, _ = ros_robot('component', 'load', CONTAINER, *TALKER, '-n', 'b', '-q')
    assert out == '2  /b\n'
    assert ros_robot('component', 'list', CONTAINER)[1] == f'1  {name}\n2  /b\n'
    _, out, _ = settled(ros_robot, CONTAINER, 'component', 'list')
    assert out == f'{CONTAINER}\n  1  {name}\n  2  /b\n'
    _, out, _ = settled(ros_robot, CONTAINER, 'component', 'list', '--containers-only')
    assert out == f'{CONTAINER}\n'
    code, out, err = ros_robot('component', 'unload', CONTAINER, 1, 2, 3)
    assert (code, out.count('Unloaded component ')) == (1, 2)
    assert 'Failed to unload component 3' in err
    assert 'no such number' in err


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (('load', CONTAINER, 'demo', 'demo::Bad'), 'Failed to load component: no such class'),
        (('load', CONTAINER, *TALKER, '-p', 'rate=2'), "'rate=2' must be name:=value"),
        (('load', '/nope', *TALKER, '--spin-time', 0.1), "Unable to find container node '/nope'"),
        (('types', 'nope'), "package 'nope' has no components"),
    ],
)
def test_what_cannot_be_done_is_refused(ros_robot, arguments, reason):
    code, out, err = ros_robot('component', *arguments)
    assert (code, out) == (1, '')
    assert err.startswith(reason)


def test_the_components_of_this_machine_are_listed(tmp_path, monkeypatch, run_command):
    index = tmp_path / 'share' / 'ament_index' / 'resource_index' / 'rclcpp_components'
    index.mkdir(parents=True)
    (index / 'demo').write_text('demo::Talker;lib/libtalker.so\ndemo::Listener;lib/liblis.so\n')
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    assert run_command('component', 'types')[1] == 'demo\n  demo::Talker\n  demo::Listener\n'
    assert run_command('component', 'types', 'demo')[1] == 'demo::Talker\ndemo::Listener\n'
