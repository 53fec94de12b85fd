"""The threads of an executor: how they end."""

from __future__ import annotations

import threading

import pytest
from rclpy.impl.thread_pool import ThreadPool


def test_a_callback_in_a_pool_comes_to_its_end_before_the_process_does(start):
    program = start("""
import threading, time
import rclpy
from rclpy.executors import MultiThreadedExecutor
rclpy.init()
node = rclpy.create_node('node')
begun = threading.Event()
def work():
    timer.cancel()
    begun.set()
    time.sleep(0.3)
    print('worked', flush=True)
timer = node.create_timer(0.01, work)
executor = MultiThreadedExecutor(2)
executor.add_node(node)
while not begun.is_set():
    executor.spin_once(timeout_sec=0.01)
print('up', flush=True)
""")
    output, errors = program.communicate(timeout=20)
    assert (output, program.returncode) == ('worked\n', 0), errors


def test_threads_of_a_pool_that_is_forgotten_end():
    pool, threads = ThreadPool(2), []
    ran = threading.Event()
    pool.submit(lambda: threads.append(threading.current_thread()) or ran.set())
    assert ran.wait(10.0)
    del pool
    threads[0].join(10.0)
    assert not threads[0].is_alive()


def test_a_pool_that_was_shut_down_takes_no_work():
    pool = ThreadPool(1)
    pool.shutdown()
    with pytest.raises(RuntimeError, match='shut down'):
        pool.submit(lambda: None)
    with pytest.raises(ValueError, match='max_workers'):
        ThreadPool(0)
