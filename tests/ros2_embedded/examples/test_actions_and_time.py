"""The examples of actions, lifecycle, tf2, executors, filters, QoS and launch, as processes."""

from __future__ import annotations

import pytest


@pytest.fixture
def fibonacci(example):
    return example('fibonacci_server.py', '--ros-args', '-p', 'period:=0.02')


def test_an_action_gives_feedback_and_a_result(fibonacci, example):
    client = example('fibonacci_client.py', 6)
    client.says(r'Feedback: \[0, 1, 1, 2, 3\]')
    client.says(r'The goal succeeded: \[0, 1, 1, 2, 3, 5, 8\]')
    assert client.end() == 0
    fibonacci.says('Goal of 6: accepted')
    assert fibonacci.interrupt() == 0


def test_a_goal_is_canceled_on_its_way(example):
    server = example('fibonacci_server.py', '--ros-args', '-p', 'period:=0.25')
    client = example('fibonacci_client.py', 40, '--cancel-after', 4)
    sequence = client.says(r'The goal canceled: \[(.*)\]')[1].split(', ')
    assert 4 <= len(sequence) < 41
    assert client.end() == 1
    server.says('Asked to cancel')


def test_a_goal_is_rejected(fibonacci, example):
    client = example('fibonacci_client.py', 99)
    client.says('The goal was rejected')
    assert client.end() == 1


def test_a_lifecycle_node_is_led_through_its_states(example):
    talker, steps = example('lifecycle_talker.py'), example('lifecycle_steps.py')
    assert steps.end() == 0, steps.text
    assert [line.partition('[steps]: ')[2] for line in steps.lines] == [
        'done: inactive',
        'done: active',
        'heard: lifecycle',
        'done: inactive',
        'done: unconfigured',
        'done: finalized',
    ]
    talker.says('Shut down, after unconfigured')
    said = [line.partition('[lifecycle_talker]: ')[2] for line in talker.lines]
    assert said[:4] == ['Configured, after unconfigured', 'Active', 'Inactive', 'Cleaned up']
    assert talker.interrupt() == 0


def test_frames_of_two_processes_are_looked_up_in_a_third(example):
    listener = example('frame_listener.py')
    example('static_frame_broadcaster.py', 'turtle', 1, 0, 0, 1.57).says('turtle stands')
    example('frame_broadcaster.py')
    listener.says(r'carrot at 2\.00 m from the turtle, tip at 0\.50 m')
    assert listener.interrupt() == 0


def test_a_service_is_called_in_a_callback_without_a_deadlock(example):
    nodes = example('call_in_callback.py')
    nodes.says(r'\[asker\]: called: 3')
    nodes.says(r'\[asker\]: awaited: 10[1-9]')
    assert nodes.interrupt() == 0


def test_messages_of_two_topics_are_paired_by_their_stamps(example):
    nodes = example('approximate_sync.py')
    for _ in range(3):
        temperature, pressure = nodes.says(r'\[weather\]: pair (\d+) (\d+)').groups()
        assert int(temperature) % 10 == int(pressure) % 10
        nodes.lines.clear()
    assert nodes.interrupt() == 0


def test_a_missed_deadline_and_qualities_that_do_not_fit_are_told(example):
    watcher = example('qos_events.py')
    watcher.says('a subscription wants more than is offered: RELIABILITY')
    watcher.says('a publisher does not offer what is wanted: RELIABILITY')
    watcher.says('heard 5')
    watcher.says('deadline missed')
    assert 'this cannot come' not in watcher.text
    assert watcher.interrupt() == 0


def test_a_rate_keeps_its_pace_and_a_message_is_waited_for(example):
    loop = example('rate_loop.py')
    assert loop.end() == 0, loop.text
    assert [line.partition('[rate_loop]: ')[2] for line in loop.lines] == [
        '10 turns in at least 0.4 s: True',
        'first message: 99',
    ]


def test_a_node_lives_by_a_clock_that_runs_faster(example):
    example('simulated_clock.py', '--ros-args', '-p', 'speed:=5000.0')
    arguments = '--ros-args', '-p', 'use_sim_time:=true', '-p', 'period:=1000.0'
    talker = example('talker.py', *arguments)
    # 3000 s of simulated time: nobody waits for as many of the other kind.
    talker.says(r"\[talker\]: Publishing: 'Hello, world! 3'")
    assert talker.interrupt() == 0


def test_images_are_arrays_on_both_sides(example):
    nodes = example('camera.py')
    left, right = map(int, nodes.says(r'\[finder\]: red from column (\d+) to (\d+)').groups())
    assert left % 10 == 0
    assert right == left + 9
    assert nodes.interrupt() == 0


def test_a_launch_file_starts_plain_scripts_with_parameters_and_remaps(example):
    launched = example('talker_listener.launch.py', 'period:=0.05', 'namespace:=band')
    launched.says(r"\[band\.speaker\]: Publishing: 'Hello, world! \d+'")
    launched.says(r"\[band\.listener\]: I heard: 'Hello, world! \d+'")
    launched.says('the talker has ended')
    assert launched.end() == 0
    assert len([line for line in launched.lines if 'finished cleanly' in line]) == 2
