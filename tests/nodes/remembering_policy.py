"""A policy in a process of its own that lives by its memory, to be killed, stopped and started.

Each process fetches what the bank has of the running episode, says so in its log, and goes on
from there: it stores one step after another until the one that the variable UNTIL names. With
ASK it only asks for all, again and again.
"""

import os

import numpy as np
from rclpy.clock import Clock, ClockType
from rclpy.node import Node

from policy_nodes.memory.entry import Entry
from policy_nodes.nodes.memory_client import Fetched, MemoryClient
from policy_nodes.nodes.runner import main_of

UNTIL = int(os.environ.get('UNTIL', '0'))
ASK = 'ASK' in os.environ


class RememberingPolicy(Node):
    """Counts up through its memory."""

    def __init__(self) -> None:
        super().__init__('policy')
        self.memory = MemoryClient(self, os.environ['BANK'])
        self.steps: list[int] = []
        self.memory.fetch(self.begin, last=0 if ASK else 9, timeout=60.0)

    def begin(self, fetched: Fetched) -> None:
        self.steps = [entry.step for entry in fetched.entries]
        print(f'fetched {self.steps} of {fetched.episode!r} {fetched.problem}', flush=True)
        if ASK:
            self.memory.fetch(self.begin, timeout=60.0)
            return
        self.create_timer(0.01, self.store, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def store(self) -> None:
        step = self.steps[-1] + 1 if self.steps else 0
        if step > UNTIL:
            return
        self.steps.append(step)
        token = np.full(1000, step, np.float32)
        self.memory.store(Entry('episode-0', 'front', step, {'token': token}))
        if step == UNTIL:
            print(f'stored {step}', flush=True)


if __name__ == '__main__':
    main_of(RememberingPolicy)
