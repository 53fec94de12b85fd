"""Fifty nodes of ten processes find each other; one process too many is refused with a sentence.

How long that takes is measured by `benchmarks/ros2_robustness.py join`.
"""

from __future__ import annotations

import os
import subprocess
import sys

PROCESSES, NODES = 10, 5

MEMBER = """
import sys, time
import ros2_embedded

ros2_embedded.install()
import rclpy

count, everyone = int(sys.argv[1]), int(sys.argv[2])
rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
nodes = [rclpy.create_node(f'node_{sys.argv[3]}_{number}') for number in range(count)]
patience = time.monotonic() + 120
while len(nodes[0].get_node_names()) < everyone and time.monotonic() < patience:
    time.sleep(0.05)
print(len(set(nodes[0].get_node_names())), flush=True)
sys.stdin.read()  # the others need this one until all are done
"""


def test_every_process_finds_all_fifty_nodes(domain_id):
    members = [
        subprocess.Popen(
            [sys.executable, '-c', MEMBER, str(NODES), str(PROCESSES * NODES), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
        )
        for number in range(PROCESSES)
    ]
    try:
        found = [int(each.stdout.readline()) for each in members]
    finally:
        for each in members:
            each.stdin.close()
        for each in members:
            each.wait(60.0)
            each.stdout.close()
    assert found == [PROCESSES * NODES] * PROCESSES


ONE_PROCESS = """
<CycloneDDS><Domain>
<General><Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>
<AllowMulticast>false</AllowMulticast></General>
<Discovery><ParticipantIndex>auto</ParticipantIndex>
<MaxAutoParticipantIndex>1</MaxAutoParticipantIndex></Discovery>
</Domain></CycloneDDS>
"""


def test_a_process_for_which_there_is_no_room_is_told_so(domain_id, monkeypatch, request):
    # Room for one, where the default has room for 32: Cyclone DDS does not use the last index.
    monkeypatch.setenv('CYCLONEDDS_URI', ONE_PROCESS)
    ros = request.getfixturevalue('ros')
    ros.node('first')
    second = subprocess.run(
        [sys.executable, '-c', MEMBER, '1', '1', '2'],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
    )
    assert second.returncode == 1
    assert 'On one machine a domain has room for 32 processes' in second.stderr
