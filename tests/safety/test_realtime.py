"""The process goes before all ordinary ones, or says why it cannot."""

import os
import subprocess
import sys

import pytest

from policy_nodes.safety.realtime import REMEDY, take_priority

NOBODY = 65534

GRANTED = """
import os, subprocess, sys, threading
from policy_nodes.safety.realtime import take_priority
before = threading.Event()
waiting = threading.Thread(target=before.wait)
waiting.start()
print(repr(take_priority(7)))
print(os.sched_getscheduler(waiting.native_id))
before.set()
after = []
late = threading.Thread(target=lambda: after.append(os.sched_getscheduler(0)))
late.start()
late.join()
print(after[0])
ask = 'import os; print(os.sched_getscheduler(0), os.sched_getparam(0).sched_priority)'
subprocess.run([sys.executable, '-c', ask], check=True)
"""
DENIED = f"""
import os, resource
from policy_nodes.safety.realtime import take_priority
resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
if os.geteuid() == 0:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
print(take_priority(7))
print(os.sched_getscheduler(0))
"""


def lines_of(program: str) -> list[str]:
    """What a program prints in a process of its own."""
    command = [sys.executable, '-u', '-c', program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.splitlines()


def test_no_priority_is_taken_where_none_is_asked_for():
    before = os.sched_getscheduler(0)
    assert take_priority(0) == ''
    assert os.sched_getscheduler(0) == before


def test_every_thread_and_child_has_the_priority():
    said, *policies, child = lines_of(GRANTED)
    if REMEDY in said:
        pytest.skip(f'this machine permits no real-time priority: {said}')
    assert said == repr('')
    assert policies == [str(os.SCHED_FIFO)] * 2
    assert child == f'{os.SCHED_FIFO} 7'


def test_where_it_is_not_permitted_the_process_goes_on_and_says_what_to_do():
    said, policy = lines_of(DENIED)
    assert said.startswith('no real-time priority is given here')
    assert 'rtprio 99' in said
    assert policy == str(os.SCHED_OTHER)
