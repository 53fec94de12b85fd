"""With faults:=true the safety controller hears its inputs through a fault campaign alone."""

from __future__ import annotations

import pytest

BEATS = {'panda': 'motion_executor', 'barkour': 'locomotion_policy'}
INPUTS = {
    'panda': ('joint_states', 'motion_executor/action_chunk', 'clock'),
    'barkour': ('imu', 'joint_states', 'locomotion_policy/joint_command', 'clock'),
}


@pytest.mark.parametrize('robot', ['panda', 'barkour'])
def test_inputs_come_by_faulty_topics_but_for_heartbeats_and_the_emergency_stop(
    launch, station, robot
):
    space = f'/{robot}'
    graph = launch(robot, faults='true', record='false', namespace=robot)
    graph.says('3 nodes are active')

    def hears(topic):
        found = station.node.get_subscriptions_info_by_topic(topic)
        return (space, 'safety_controller') in {(i.node_namespace, i.node_name) for i in found}

    for topic in INPUTS[robot]:
        station.until(lambda topic=topic: hears(f'{space}/faulty/{topic}'), what=topic)
        assert not hears(f'{space}/{topic}')
    assert not hears('/clock')
    station.until(lambda: hears(f'{space}/e_stop'))
    assert hears(f'{space}/{BEATS[robot]}/heartbeat')
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
