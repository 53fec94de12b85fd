"""A robot's link to its server: late, lost, lying and changed answers, and coming back."""

from __future__ import annotations

import re
import socket
import threading
import time

import numpy as np
import pytest
import torch
from hand_made import TOKEN, Counting, contract_of, served_by, view
from proxy import Proxy
from websockets.sync.server import serve

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.serving.frames import pack
from policy_nodes.serving.metadata import Metadata
from policy_nodes.serving.remote_navigation import RemoteNavigation

PATIENCE = 30.0


@pytest.fixture
def proxied():
    proxies = []

    def between(server):
        proxies.append(Proxy(server.address))
        return proxies[-1]

    yield between
    for each in proxies:
        each.close()


def until(condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, 'what was waited for did not come'
        time.sleep(0.02)


def driven(link, wait=PATIENCE, oldest=PATIENCE):
    link.open()
    policy = RemoteNavigation(link, wait=wait, oldest=oldest)
    policy.reset(torch.ones(1, dtype=torch.bool))
    return policy


def answers_again(policy):
    """Asks until an answer comes, as a node does at every scan."""

    def one():
        try:
            policy.act(view())
        except NoAnswerError:
            return False
        return True

    until(one)


def test_each_step_is_answered_by_its_own_question(serving, linked):
    policy = driven(linked(serving(served_by(Counting())).address))
    twists = [policy.act(view(people)) for people in (0, 1, 3)]
    assert [float(twist[0, 0]) for twist in twists] == pytest.approx([0.01, 0.02, 0.03])
    assert policy.queue.cut == policy.queue.refused == 0


def test_nothing_is_slower_than_the_robot_may_drive(serving, linked):
    run = Counting()
    run.act = lambda observation: {'base': np.array([-0.4, 0.0])}
    policy = driven(linked(serving(served_by(run)).address))
    seen = view()
    seen.v_min[0] = -0.1
    assert float(policy.act(seen)[0, 0]) == pytest.approx(-0.1)


def test_while_an_answer_is_thought_of_the_chunk_before_is_played_and_then_cut(serving, linked):
    """S19: three rows go out meanwhile, so the late answer begins with its fourth."""
    run = Counting(horizon=8)
    link = linked(serving(served_by(run, horizon=8)).address)
    policy = driven(link)

    def play(steps):
        return [tuple(policy.act(view())[0].tolist()) for _ in range(steps)]

    assert play(1) == [pytest.approx((0.01, 0.0))]
    run.hold.clear()
    assert play(1) == [pytest.approx((0.01, 0.001))]
    until(lambda: link._asked is None)  # the second question is on its way
    assert play(2) == [pytest.approx((0.01, 0.001 * row)) for row in (2, 3)]
    run.hold.set()
    # the third question was overtaken by the fourth before it could be sent
    until(lambda: [each.question.sequence for each in link._answers] == [2, 4])
    run.hold.clear()
    assert play(1) == [pytest.approx((0.03, 0.001))]
    assert policy.queue.cut == 3 + 1
    run.hold.set()


def test_a_slow_answer_is_not_waited_for_and_one_that_is_too_old_is_not_played(serving, linked):
    run = Counting()
    link = linked(serving(served_by(run)).address)
    policy = driven(link, wait=0.02, oldest=0.2)
    run.hold.clear()
    with pytest.raises(NoAnswerError, match='did not answer in time'):
        policy.act(view())
    time.sleep(0.3)  # the answer has to be older than 0.2 s, and nothing else says when
    run.hold.set()
    until(lambda: link._answers)
    assert policy._take_in(link.answers()) == 1
    assert 'too late' in policy._why
    assert len(policy.queue) == 0
    answers_again(policy)


def test_an_answer_to_the_episode_before_is_not_played(serving, linked):
    run = Counting()
    link = linked(serving(served_by(run)).address)
    policy = driven(link, wait=0.02)
    run.hold.clear()
    with pytest.raises(NoAnswerError):
        policy.act(view())
    policy.reset(torch.ones(1, dtype=torch.bool))
    run.hold.set()
    until(lambda: link._answers)
    policy._take_in(link.answers())
    assert len(policy.queue) == 0


def test_a_broken_connection_is_made_anew(serving, linked, proxied):
    proxy = proxied(serving(served_by(Counting())))
    policy = driven(linked(proxy.address))
    policy.act(view())
    proxy.cut()
    answers_again(policy)


def test_a_network_that_swallows_everything_is_given_up_and_found_again(serving, linked, proxied):
    proxy = proxied(serving(served_by(Counting())))
    link = linked(proxy.address, patience=0.3)
    policy = driven(link, wait=0.02)
    answers_again(policy)
    proxy.dropping = True
    with pytest.raises(NoAnswerError, match='did not answer in time'):
        policy.act(view())
    until(lambda: link.problem)
    with pytest.raises(NoAnswerError, match='did not answer in time'):
        policy.act(view())
    proxy.cut()
    proxy.dropping = False
    answers_again(policy)


def test_no_step_waits_longer_than_it_is_told_to(serving, linked, proxied):
    """Neither a dead network nor a full socket holds the node up."""
    proxy = proxied(serving(served_by(Counting())))
    policy = driven(linked(proxy.address, patience=4 * PATIENCE), wait=0.05)
    answers_again(policy)
    proxy.dropping = True
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            policy.act(view())
        # the machine may be busy; the link itself would wait for two minutes
        assert time.monotonic() - began < PATIENCE


def test_a_server_that_comes_back_goes_on_and_one_with_another_policy_does_not(
    serving, linked, proxied
):
    server = serving(served_by(Counting()))
    proxy = proxied(server)
    link = linked(proxy.address)
    policy = driven(link, wait=0.05)
    answers_again(policy)
    server.close()
    other = serving(served_by(Counting(horizon=4), horizon=4))
    proxy._target = ('127.0.0.1', int(other.address.rsplit(':', 1)[1]))
    until(lambda: 'now serves hand made' in link.problem)
    with pytest.raises(NoAnswerError, match='configure the policy node anew'):
        policy.act(view())
    third = serving(served_by(Counting()))
    proxy._target = ('127.0.0.1', int(third.address.rsplit(':', 1)[1]))
    answers_again(policy)


def test_no_server_is_a_refusal_with_a_remedy(linked):
    with socket.create_server(('127.0.0.1', 0)) as end:
        port = end.getsockname()[1]
    with pytest.raises(
        ContractError, match=r'no policy server answers .*\(policy-stack serve POLICY\)'
    ):
        linked(f'ws://127.0.0.1:{port}').open()


class Liar:
    """A server that knows the token and answers as it is told to."""

    def __init__(self, hello=None, answer=b''):
        self.hello = {} if hello is None else hello
        self.answer, self.visits = answer, 0
        self._server = serve(self._visit, '127.0.0.1', 0, compression=None)
        self.address = f'ws://127.0.0.1:{self._server.socket.getsockname()[1]}'
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def _visit(self, connection):
        self.visits += 1
        metadata = Metadata.of('liar', contract_of(1)).fields()
        connection.send(pack('hello', **(metadata | self.hello)))
        connection.recv()
        connection.send(pack('ready'))
        for _ in connection:
            for frame in self.answer if isinstance(self.answer, list) else [self.answer]:
                connection.send(frame)

    def close(self):
        self._server.shutdown()
        self._thread.join(10.0)


@pytest.mark.parametrize(
    ('hello', 'words'),
    [
        ({'version': 2}, 'speaks version 2'),
        ({'sha256': '0' * 64}, 'does not have the SHA-256'),
        ({'contract': 'robot: turtlebot'}, 'does not have the SHA-256'),
    ],
)
def test_a_server_that_lies_about_its_contract_is_refused(linked, hello, words):
    liar = Liar(hello)
    try:
        with pytest.raises(ContractError, match=words):
            linked(liar.address).open()
    finally:
        liar.close()


def answer_of(**changes):
    fields = {
        'sequence': 1,
        'generation': 1,
        'arrays': {'base': np.array([0.1, 0.0])},
        'inference_ms': 1.0,
    }
    return pack('answer', **(fields | changes))


@pytest.mark.parametrize(
    ('answer', 'words'),
    [
        (b'\xc1', 'cannot be read'),
        (answer_of(sequence=2), 'which nobody asked'),
        (answer_of(generation=9), 'which nobody asked'),
        (answer_of(arrays={'base': np.zeros(3)}), 'has the shape'),
        (answer_of(arrays={'base': np.full(2, np.inf)}), 'not finite'),
        (answer_of(arrays={'other': np.zeros(2)}), 'lacks base'),
        (bytes(2 << 20), '1009'),
    ],
)
def test_a_lying_answer_moves_nothing_and_is_told(linked, answer, words):
    liar = Liar(answer=answer)
    try:
        link = linked(liar.address)
        policy = driven(link, wait=1.0)

        def told():
            with pytest.raises(NoAnswerError) as caught:
                policy.act(view())
            return re.search(words, str(caught.value))

        until(told)
        assert policy.queue.consumed == 0
    finally:
        liar.close()


def test_a_flood_of_answers_ends_the_connection_and_moves_nothing_more(linked):
    """The first one answers; of the others the next question finds one that nobody asked."""
    liar = Liar(answer=[answer_of()] * 500)
    try:
        link = linked(liar.address)
        policy = driven(link)
        policy.act(view())
        with pytest.raises(NoAnswerError):
            policy.act(view())
        assert policy.queue.consumed == 1
        until(lambda: liar.visits > 1)
    finally:
        liar.close()


def test_the_token_is_not_in_what_is_said(linked):
    link = linked('ws://127.0.0.1:9')
    with pytest.raises(ContractError) as caught:
        link.open()
    assert TOKEN not in str(caught.value)
