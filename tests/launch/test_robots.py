"""Two robots in one domain, and a robot without the simulator."""

from __future__ import annotations

import json

from lifecycle_msgs.msg import State


def test_two_robots_in_namespaces_do_not_hear_each_other(launch):
    graphs = [
        launch(
            namespace=f'robot{seed}',
            policy='straight',
            scenario='less_human',
            seed=seed,
            episodes=1,
            speed=20.0,
            record='true',
        )
        for seed in (1, 2)
    ]
    for seed, graph in enumerate(graphs, start=1):
        assert graph.wait(150.0) == 0, graph.text
        scored = json.loads((graph.run / 'run.json').read_text())['episodes']
        assert [episode['seed'] for episode in scored] == [seed]
        assert graph.processes() == []


def test_the_end_of_the_safety_controller_of_a_real_robot_ends_everything(launch, station):
    graph = launch(
        simulator='none', namespace='robot3', policy='straight', record='false', episodes=0
    )
    graph.says('4 nodes are active')
    name = '/robot3/safety_controller'
    assert station.state_of(name) == State.PRIMARY_STATE_ACTIVE
    assert not station.get_parameter(name, 'use_sim_time').bool_value
    graph.kill('safety_controller')
    assert graph.wait() == 1
    assert 'safety_controller ended with code -9' in graph.text
    assert graph.text.count('[safety_controller-3]: process started') == 1
    assert graph.processes() == []
