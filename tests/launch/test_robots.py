"""Two robots in one domain, and a robot without the simulator."""

from __future__ import annotations

from lifecycle_msgs.msg import State
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import LaserScan

ROBOTS = ('robot1', 'robot2')


def test_two_robots_in_namespaces_do_not_hear_each_other(launch, station):
    graphs = [
        launch(namespace=name, policy='straight', episodes=0, record='false') for name in ROBOTS
    ]
    for graph in graphs:
        graph.says('5 nodes are active')

    def publishers(topic):
        return {
            (info.node_namespace, info.node_name)
            for info in station.node.get_publishers_info_by_topic(topic)
        }

    for name in ROBOTS:
        space = f'/{name}'
        for topic in ('clock', 'tf', 'scan', 'odom', 'goal'):
            station.until(lambda topic=f'{space}/{topic}': publishers(topic))
            assert publishers(f'{space}/{topic}') == {(space, 'crowd_simulator')}
        assert publishers(f'{space}/cmd_vel') == {(space, 'safety_controller')}
    for topic in ('/clock', '/tf', '/cmd_vel'):
        assert publishers(topic) == set()
    for graph in graphs:
        graph.interrupt()
    for graph in graphs:
        assert graph.wait() == 0, graph.text
        assert graph.processes() == []


def test_the_end_of_the_safety_controller_of_a_real_robot_ends_everything(launch, station):
    graph = launch(
        simulator='none', namespace='robot3', policy='straight', record='false', episodes=0
    )
    graph.says('4 nodes are active')
    name = '/robot3/safety_controller'
    assert station.state_of(name) == State.PRIMARY_STATE_ACTIVE
    assert not station.get_parameter(name, 'use_sim_time').bool_value
    driver = station.node.create_publisher(LaserScan, '/robot3/scan', qos_profile_sensor_data)
    # the policy, the safety controller and the scorer hear a driver of best effort
    station.until(lambda: driver.get_subscription_count() == 3)
    graph.kill('safety_controller')
    assert graph.wait() == 1
    assert 'safety_controller ended with code -9' in graph.text
    assert graph.text.count('[safety_controller-3]: process started') == 1
    assert graph.processes() == []
