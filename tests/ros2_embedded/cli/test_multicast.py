"""A packet for many is sent and received."""

from __future__ import annotations

import re
import threading

import pytest

from ros2_embedded.cli.multicast import comes_back, send

GROUP = '225.0.0.77'


@pytest.mark.skipif(not comes_back(), reason='this machine has no interface with multicast')
def test_a_packet_is_received_with_where_it_is_from(run_command):
    over = threading.Event()

    def keep_sending():
        while not over.wait(0.05):  # until the command listens
            send(b'Hello World!', GROUP, 49151)

    thread = threading.Thread(target=keep_sending)
    thread.start()
    try:
        code, out, _ = run_command('multicast', 'receive', '--group', GROUP, '--port', 49151)
    finally:
        over.set()
        thread.join()
    assert code == 0
    assert re.fullmatch(
        r"Waiting for UDP multicast datagram...\nReceived from [\d.]+:\d+: 'Hello World!'\n", out
    )
    sent = run_command('multicast', 'send', '--group', GROUP, '--ttl', 1)
    assert sent[:2] == (0, 'Sending one UDP multicast datagram...\n')


def test_what_is_no_group_is_refused(run_command):
    code, _, err = run_command('multicast', 'receive', '--group', '192.0.2.300')
    assert (code, 'cannot listen to 192.0.2.300:49150' in err) == (1, True)
