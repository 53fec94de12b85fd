"""The lifecycle commands show and change states as the ros2 command does."""

from __future__ import annotations

ARM = '/robot/arm'


def test_lifecycle_nodes_are_listed(ros_robot, settled):
    assert settled(ros_robot, ARM, 'lifecycle', 'nodes')[:2] == (0, f'{ARM}\n')
    assert settled(ros_robot, '1\n', 'lifecycle', 'nodes', '-c')[1] == '1\n'


def test_a_node_goes_through_its_states(ros_robot, settled):
    assert ros_robot('lifecycle', 'get', ARM)[:2] == (0, 'unconfigured [1]\n')
    code, _, err = ros_robot('lifecycle', 'set', ARM, 'activate')
    assert (code, err) == (
        1,
        'Unknown transition requested, available ones are:\n- configure [1]\n- shutdown [5]\n',
    )
    success = (0, 'Transitioning successful\n')
    assert ros_robot('lifecycle', 'set', ARM, 'configure')[:2] == success
    assert ros_robot('lifecycle', 'set', ARM, '3')[:2] == success  # activate, by its id
    assert settled(ros_robot, ARM, 'lifecycle', 'get')[1] == f'{ARM}: active [3]\n'
    _, out, _ = ros_robot('lifecycle', 'list', ARM)
    assert out == (
        '- deactivate [4]\n\tStart: active\n\tGoal: deactivating\n'
        '- shutdown [7]\n\tStart: active\n\tGoal: shuttingdown\n'
    )
    assert len(ros_robot('lifecycle', 'list', ARM, '-a')[1]) > len(out)
    for transition in ('deactivate', 'cleanup'):
        assert ros_robot('lifecycle', 'set', ARM, transition)[:2] == success
    assert ros_robot('lifecycle', 'get', ARM)[1] == 'unconfigured [1]\n'


def test_a_node_without_states_is_refused(ros_robot, monkeypatch):
    monkeypatch.setattr('ros2_embedded.cli.asking.SERVICE_TIMEOUT', 0.2)
    code, _, err = ros_robot('lifecycle', 'get', '/robot/base')
    assert (code, err) == (
        1,
        'Wait for service timed out waiting for /robot/base/get_state\n',
    )
