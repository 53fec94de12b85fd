"""A policy server answers those who know the token and speak its language, and outlives others."""

from __future__ import annotations

import threading
from pathlib import Path

import msgpack
import numpy as np
import pytest
from hand_made import CONTRACT, TOKEN, Counting, served_by
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.policies.no_answer import NoAnswerError
from policy_nodes.serving.frames import pack, unpack
from policy_nodes.serving.link import PolicyLink
from policy_nodes.serving.remote_run import RemoteRun
from policy_nodes.serving.served import blank, find_served

CHECKPOINTS = Path(__file__).resolve().parents[2] / 'checkpoints'
PATIENCE = 30.0


def stranger(server, token=TOKEN, **options):
    """A connection of somebody who does what a robot would not do."""
    headers = {'Authorization': f'Bearer {token}'}
    opening = connect(
        server.address,
        additional_headers=headers,
        compression=None,
        proxy=None,
        max_size=None,
        close_timeout=1.0,
        **options,
    )
    return opening.__enter__()


def begun(server, client='stranger'):
    """A stranger who has got as far as asking."""
    connection = stranger(server)
    connection.recv(PATIENCE)
    digest = server.metadata.sha256
    connection.send(pack('begin', version=1, client=client, robot='stranger', sha256=digest))
    unpack(connection.recv(PATIENCE), 'ready')
    return connection


def end_of(connection):
    """The code and the words that a connection ends with."""
    try:
        while True:
            connection.recv(PATIENCE)
    except ConnectionClosed as error:
        return error.rcvd.code, error.rcvd.reason


def still_serves(server, linked):
    link = linked(server.address)
    link.open()
    run = RemoteRun(link, PATIENCE)
    run.reset()
    assert run.act(blank(CONTRACT))['base'][0] == pytest.approx(0.01)
    link.close()


def test_a_checkpoint_gives_over_the_wire_what_it_gives_here(serving, linked):
    """The golden trace of a shipped checkpoint, through server and link."""
    checkpoint = Checkpoint.open(CHECKPOINTS / 'height_street')
    server = serving(find_served('height', 'recorded'))
    link = linked(server.address)
    metadata = link.open()
    assert metadata.contract == checkpoint.contract
    trace = checkpoint.golden()
    # a server answers with the actions of the contract alone
    actions = {'base': trace.actions['base']}
    known = type(trace)(trace.observations, actions, trace.resets, {'base': 1e-6})
    assert first_difference(known, RemoteRun(link, PATIENCE)) is None


def test_a_link_that_is_not_open_says_so(linked):
    with pytest.raises(NoAnswerError, match='is not connected yet'):
        RemoteRun(linked('ws://127.0.0.1:9')).act(blank(CONTRACT))


@pytest.mark.parametrize('name', ['orca', 'dwa', 'straight'])
def test_policies_without_weights_have_a_contract_too(serving, linked, name):
    link = linked(serving(find_served(name)).address)
    assert link.open().contract.policy == name
    run = RemoteRun(link, PATIENCE)
    run.reset()
    assert np.isfinite(run.act(blank(CONTRACT))['base']).all()


def test_what_cannot_be_served_is_refused_by_name():
    with pytest.raises(ContractError, match='no_such_policy'):
        find_served('no_such_policy')


def test_a_generation_begins_an_episode(serving, linked):
    policy = Counting()
    run = RemoteRun(linked_to(serving(served_by(policy)), linked), PATIENCE)
    run.reset()
    before = policy.resets
    values = [run.act(blank(CONTRACT))['base'][0] for _ in range(3)]
    run.reset()
    values.append(run.act(blank(CONTRACT))['base'][0])
    assert values == pytest.approx([0.01, 0.02, 0.03, 0.01])
    assert policy.resets == before + 2


def linked_to(server, linked) -> PolicyLink:
    link = linked(server.address)
    link.open()
    return link


@pytest.mark.parametrize('token', ['', 'another-token-of-a-fine-length', TOKEN + 'x', TOKEN[:-1]])
def test_whoever_does_not_know_the_token_is_not_let_in(serving, linked, token):
    server = serving(served_by(Counting()))
    with pytest.raises(InvalidStatus) as caught:
        stranger(server, token)
    assert caught.value.response.status_code == 401
    link = linked(server.address, token=token)
    with pytest.raises(ContractError, match='it refuses with 401: the token is wrong'):
        link.open()
    assert 'refused, it does not know the token' in server.said[-1]
    still_serves(server, linked)


def test_a_page_of_a_browser_is_not_let_in(serving):
    server = serving(served_by(Counting()))
    with pytest.raises(InvalidStatus) as caught:
        stranger(server, origin='http://127.0.0.1')
    assert caught.value.response.status_code == 403


def test_by_default_only_this_machine_is_listened_to(serving):
    assert serving(served_by(Counting())).address.startswith('ws://127.0.0.1:')


@pytest.mark.parametrize(
    'change', [{'version': 2}, {'sha256': '0' * 64}, {'client': 3}, {'extra': 1}]
)
def test_another_version_or_contract_ends_the_connection(serving, linked, change):
    server = serving(served_by(Counting()))
    connection = stranger(server)
    connection.recv(PATIENCE)
    digest = server.metadata.sha256
    begin = {'kind': 'begin', 'version': 1, 'client': 'x', 'robot': 'x', 'sha256': digest}
    connection.send(msgpack.packb(begin | change))
    code, _ = end_of(connection)
    assert code == 1007
    still_serves(server, linked)


@pytest.mark.parametrize(
    'frame',
    [
        b'\xc1damaged',
        pack('ask', sequence=1, generation=1, arrays={}),
        pack('ask', sequence=1, generation=1, arrays=blank(CONTRACT))[:-3],
        pack('ask', sequence=1, generation=1, arrays=blank(CONTRACT) | {'goal': np.zeros(3)}),
        pack(
            'ask', sequence=1, generation=1, arrays=blank(CONTRACT) | {'goal': np.full(2, np.nan)}
        ),
        'a text',
    ],
)
def test_a_damaged_frame_ends_its_connection_and_no_other(serving, linked, frame):
    server = serving(served_by(Counting()), robots=2)
    other = RemoteRun(linked_to(server, linked), PATIENCE)
    connection = begun(server)
    connection.send(frame)
    code, words = end_of(connection)
    assert code == 1007
    assert words
    other.act(blank(CONTRACT))
    assert any('sent what is no question' in each for each in server.said)


def test_an_oversize_frame_is_not_even_read(serving, linked):
    server = serving(served_by(Counting()))
    connection = begun(server)
    connection.send(bytes(2 << 20))
    assert end_of(connection)[0] == 1009
    connection.close()
    still_serves(server, linked)


def test_a_flood_holds_up_only_whoever_sends_it(serving, linked):
    """Questions wait with their sender: the server keeps a few frames, and serves others."""
    flooded, other = Counting(), Counting()
    policies = iter((flooded, other))
    served = served_by(None)
    served = type(served)(served.title, served.contract, lambda: next(policies), served.example)
    server = serving(served, robots=2)
    connection = begun(server)
    flooded.hold.clear()
    sent, frame = [], pack('ask', sequence=1, generation=1, arrays=blank(CONTRACT))

    def flood():
        try:
            while len(sent) < 20_000:
                connection.send(frame)
                sent.append(1)
        except ConnectionClosed:
            pass

    thread = threading.Thread(target=flood)
    thread.start()
    calm = RemoteRun(linked_to(server, linked), PATIENCE)
    for _ in range(20):
        calm.act(blank(CONTRACT))
    # 20 000 frames of 5 kB would be 100 MB; sockets and queue hold far less
    assert len(sent) < 10_000
    flooded.hold.set()
    connection.close()
    thread.join(PATIENCE)
    still = RemoteRun(linked_to(server, linked), PATIENCE)
    still.act(blank(CONTRACT))


def test_whoever_connects_and_is_silent_is_shown_out(serving, linked, monkeypatch):
    monkeypatch.setattr('policy_nodes.serving.server.BEGIN', 0.3)
    server = serving(served_by(Counting()))
    connection = stranger(server)
    assert end_of(connection) == (1008, 'it did not say who it is')
    still_serves(server, linked)


def test_a_second_robot_has_to_wait_and_the_same_one_may_come_again(serving, linked, monkeypatch):
    monkeypatch.setattr('policy_nodes.serving.server.PLACE', 0.3)
    server = serving(served_by(Counting()))
    first = begun(server, 'one')
    with pytest.raises(ContractError, match='another robot is served'):
        linked(server.address).open()
    monkeypatch.setattr('policy_nodes.serving.server.PLACE', PATIENCE)
    again = begun(server, 'one')
    assert end_of(first) == (1008, 'this robot has connected anew')
    again.send(pack('ask', sequence=1, generation=1, arrays=blank(CONTRACT)))
    unpack(again.recv(PATIENCE), 'answer')
    again.close()
    still_serves(server, linked)


def test_what_a_policy_raises_is_its_answer_and_the_next_question_is_answered(serving, linked):
    policy = Counting()
    run = RemoteRun(linked_to(serving(served_by(policy)), linked), PATIENCE)
    policy.broken = True
    with pytest.raises(NoAnswerError, match='ValueError: the network has no answer to that'):
        run.act(blank(CONTRACT))
    policy.broken = False
    assert run.act(blank(CONTRACT))['base'].shape == (2,)


@pytest.mark.parametrize(
    'wrong', [np.zeros(3), np.full(2, np.nan), np.array(['a', 'b']), np.zeros((2, 2))]
)
def test_an_answer_that_is_none_of_the_contract_does_not_leave_the_server(serving, linked, wrong):
    policy = Counting()
    run = RemoteRun(linked_to(serving(served_by(policy)), linked), PATIENCE)
    policy.act = lambda observation: {'base': wrong}
    with pytest.raises(NoAnswerError):
        run.act(blank(CONTRACT))


def test_a_port_that_is_taken_is_refused(serving):
    server = serving(served_by(Counting()))
    port = int(server.address.rsplit(':', 1)[1])
    with pytest.raises(OSError, match='in use'):
        serving(served_by(Counting()), port=port)
