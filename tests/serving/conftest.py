"""Servers and robots of the tests of this folder; helper modules are imported by name."""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from hand_made import TOKEN

from policy_nodes.serving.link import PolicyLink
from policy_nodes.serving.server import PolicyServer

PATIENCE = 120.0  # [s]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def serving():
    """Serves policies at free ports of this machine until the test ends."""
    with ExitStack() as stack:

        def serve(served, **options):
            said: list[str] = []
            server = PolicyServer(served, TOKEN, **{'port': 0, 'say': said.append} | options)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            stack.callback(thread.join, 10.0)
            stack.callback(server.close)
            server.said = said
            return server

        yield serve


@pytest.fixture
def linked():
    """Robots that connect, and wait long for a busy machine; they leave with the test."""
    links: list[PolicyLink] = []

    def link(address, token=TOKEN, patience=PATIENCE):
        links.append(PolicyLink(address, token, robot='turtlebot', patience=patience))
        return links[-1]

    yield link
    for each in links:
        each.close()
