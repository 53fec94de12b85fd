"""The examples of topics, services, parameters and nodes, as real processes."""

from __future__ import annotations


def test_a_listener_hears_a_talker_and_both_end_by_ctrl_c(example):
    talker, listener = example('talker.py'), example('listener.py')
    count = int(listener.says(r"\[listener\]: I heard: 'Hello, world! (\d+)'")[1])
    listener.says(f"I heard: 'Hello, world! {count + 1}'")
    talker.says(rf"\[talker\]: Publishing: 'Hello, world! {count + 1}'")
    assert (talker.interrupt(), listener.interrupt()) == (0, 0)
    assert 'Traceback' not in talker.text + listener.text


def test_remaps_node_name_and_parameters_come_from_the_command_line(example):
    ros = '--ros-args', '-r', 'chatter:=/robot/words'
    example('talker.py', *ros, '-r', '__node:=speaker', '-p', 'period:=0.1').says(
        r'\[speaker\]: Publishing'
    )
    example('listener.py', *ros, '-r', '__ns:=/ears').says(r'\[ears\.listener\]: I heard')


def test_a_service_answers_a_client(example):
    server, client = example('add_two_ints_server.py'), example('add_two_ints_client.py', 2, 40)
    client.says(r'\[customer\]: 2 \+ 40 = 42')
    assert client.end() == 0
    server.says(r'\[adder\]: 2 \+ 40 = 42')
    assert server.interrupt() == 0


def test_asyncio_awaits_what_rclpy_returns(example):
    example('add_two_ints_server.py')
    client = example('asyncio_client.py', 2, 40)
    client.says(r'\[asyncio_client\]: sums: \[42, 4, 80\]')
    assert client.end() == 0


def test_a_topic_is_recorded_into_a_bag_and_read_again(example, tmp_path):
    recorder = example('bag_recorder.py', tmp_path / 'bag', 2)
    talker = example('talker.py', '--ros-args', '-p', 'period:=0.1')
    recorder.says(r'\[bag_recorder\]: recorded')
    assert recorder.end() == 0, recorder.text
    assert talker.interrupt() == 0
    reader = example('bag_reader.py', tmp_path / 'bag')
    assert reader.end() == 0, reader.text
    found = [int(line.partition('/chatter data: Hello, world! ')[2]) for line in reader.lines]
    assert found == [found[0], found[0] + 1]


def test_a_client_says_how_it_is_called(example):
    client = example('add_two_ints_client.py', 2)
    assert client.end() == 1
    assert client.lines == ['usage: add_two_ints_client.py A B']


def test_parameters_are_read_set_and_refused_from_another_process(example):
    thermostat, client = example('thermostat.py'), example('parameter_client.py')
    assert client.end() == 0, client.text
    said = [line.partition('[visitor]: ')[2] for line in client.lines]
    assert said == [
        "{'target': 20.0, 'night': False, 'serial_number': 'T-1'}",
        'target set',
        'serial_number refused: Trying to set a read-only parameter: serial_number.',
        'target refused: Parameter target out of range Min: 5.0, Max: 30.0, value: 60.0',
        'night set',
        'target refused: at night 18 is the limit',
        "{'target': 17.5, 'night': True, 'serial_number': 'T-1'}",
    ]
    thermostat.says('target is now 17.5')
    thermostat.says('night is now True')
    assert 'is now 60' not in thermostat.text


def test_a_counter_is_made_of_parameters_and_reset_by_the_command_line(example, embedded):
    arguments = '--ros-args', '-p', 'start:=100', '-p', 'step:=-5', '-r', '__node:=down'
    counter = example('counter.py', *arguments)
    counter.says(r'\[down\]: 9[05]')
    call = embedded('service', 'call', '/down/reset', 'std_srvs/srv/Trigger')
    assert call.end() == 0, call.text
    call.says(r"message='was -?\d+'")
    assert counter.interrupt() == 0


def test_nodes_composed_in_one_process_pass_messages_on(example):
    nodes = example('several_nodes.py')
    first = int(nodes.says(r'\[sink\]: square: (\d+)')[1])
    number = round(first**0.5)
    assert number**2 == first
    nodes.says(f'square: {(number + 1) ** 2}$')
    assert nodes.interrupt() == 0


def test_interfaces_of_ones_own_lie_beside_the_script(example):
    route = example('follow_route.py')
    assert route.end() == 0, route.text
    said = [line.partition('[driver]: ')[2] for line in route.lines]
    # Feedback goes by a topic of its own, which may be a little later than the result.
    assert said[0] == 'The route has 17.0 m'
    assert [line for line in said if 'reached' in line] == [
        f'reached {place}' for place in ('door', 'shelf', 'dock')
    ][: len(said) - 2]
    assert '2 stops' in said
