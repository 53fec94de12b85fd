"""`policy-stack faults`: what is said and refused before anything is launched."""

from __future__ import annotations

from command_line import assert_refused, policy_stack


def test_the_faults_of_a_robot_are_listed_with_their_rows_and_sentences():
    ran = policy_stack('faults', 'turtlebot', '--list')
    assert ran.status == 0, ran
    assert 'scan_silent (S7) The lidar falls silent.' in ran.out


def test_an_unknown_robot_is_refused_with_the_known_ones():
    assert_refused(policy_stack('faults', 'teapot'), "'teapot'", 'turtlebot, panda, barkour')


def test_an_unknown_fault_is_refused_with_the_known_ones():
    ran = policy_stack('faults', 'turtlebot', '--only', 'rain')
    assert_refused(ran, "no fault 'rain'", 'scan_silent')


def test_a_file_that_cannot_be_written_is_refused_before_the_launch(tmp_path):
    file = tmp_path / 'no' / 'faults.json'
    assert_refused(policy_stack('faults', 'turtlebot', '--json', file), 'cannot be written')
