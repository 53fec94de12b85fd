"""A real memory bank: stored over DDS, killed, restored, asked by the slow and by the wrong."""

from __future__ import annotations

import signal
import threading
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import Point
from lifecycle_msgs.msg import State, Transition
from memory_rig import MemoryRig, entry
from station import Station

from policy_nodes.memory.entry import Entry
from policy_nodes.nodes.memory_client import Fetched, MemoryClient
from policy_nodes.nodes.translate_memory import entry_message
from policy_stack.msg import Tensor

POLICY = str(Path(__file__).with_name('remembering_policy.py'))


@pytest.fixture
def bank(processes, station, tmp_path, request):
    """Brings up a bank with parameters of its own."""
    rigs = []

    def start(**parameters: object) -> MemoryRig:
        name = f'bank_{abs(hash(request.node.name)) % 10**9}_{len(rigs)}'
        given = {'folder': tmp_path, **parameters}
        rigs.append(MemoryRig(processes, station, name, **given))
        return rigs[-1]

    yield start
    for rig in rigs:
        rig.silence()
        rig.process.end()


def test_an_entry_comes_back_over_the_wire_as_it_was_stored(bank):
    rig = bank()
    tensors = {
        'float32': np.array([[1.5, np.nan], [-np.inf, 0.0]], np.float32),
        'float64': np.array(2.5),
        'uint8': np.arange(256, dtype=np.uint8).reshape(4, 8, 8),
        'int32': np.array([-(2**31)], np.int32),
        'int64': np.array([2**62]),
        'bool': np.array([True, False]),
        'empty': np.zeros((0, 3), np.float32),
    }
    sent = Entry(
        'evening',
        'wrist',
        2**64 - 1,
        tensors,
        stamp_ns=1_700_000_000_123_456_789,
        frame='base',
        position=(0.1, -0.2, 0.3),
        quaternion=(0.0, 0.6, 0.0, 0.8),
    )
    rig.store(sent)
    (got,) = rig.query('evening', 'wrist')
    for name in ('episode', 'stream', 'step', 'stamp_ns', 'frame', 'position', 'quaternion'):
        assert getattr(got, name) == getattr(sent, name)
    assert list(got.tensors) == list(tensors)
    for name, values in tensors.items():
        assert got.tensors[name].dtype == values.dtype
        np.testing.assert_array_equal(got.tensors[name], values)


def test_questions_are_answered_by_step_stream_and_place_and_refused_in_words(bank):
    rig = bank(max_answer_bytes=20_000)
    rig.store(*(entry('left', step, frame='base', position=(step, 0, 0)) for step in range(5)))
    rig.store(entry('right', 9, frame='base'))
    assert [(kept.step, kept.stream) for kept in rig.query(last=2)] == [
        (3, 'left'),
        (4, 'left'),
        (9, 'right'),
    ]
    near = {'near': Point(x=2.0), 'radius': 1.0, 'frame': 'base'}
    assert [kept.step for kept in rig.query('one', 'left', **near)] == [1, 2, 3]
    assert rig.ask().episode == 'one'

    unknown = rig.ask(episode='two')
    assert not unknown.success
    assert "episode 'two' is not held; held are 'one'" in unknown.message
    assert rig.ask(radius=1.0, frame='base').success
    assert "the point is in 'map'" in rig.ask(radius=1.0, frame='map').message
    assert 'makes no sense' in rig.ask(radius=-1.0).message
    rig.store(entry('wide', 0, floats=4_000))
    large = rig.ask()
    assert not large.success
    assert 'too much for one answer; ask for fewer by stream or last, or raise' in large.message
    assert len(rig.query(stream='left')) == 5


def test_an_episode_is_forgotten_by_its_reset_and_stragglers_do_not_bring_it_back(bank):
    rig = bank(max_episodes=1)
    rig.store(entry(step=1))
    assert rig.reset('two').success
    assert rig.ask().episode == 'two'
    assert rig.query() == []
    rig.publishers[-1].publish(entry_message(entry(step=2)))
    rig.until(lambda: "episode 'one', held are 'two'; announce the episode" in rig.process.said())
    refused = rig.reset('')
    assert not refused.success
    assert 'is no usable name' in refused.message


def test_malformed_entries_are_told_and_counted_and_the_bank_goes_on(bank, station):
    rig = bank()
    kept = station.keep(DiagnosticArray, '/diagnostics')
    wrong = [entry_message(entry(step=step)) for step in range(4)]
    wrong[0].tensors[0].shape = [2**32 - 1] * 8
    wrong[1].tensors[0].dtype = 77
    wrong[2].tensors = [*wrong[2].tensors, *wrong[2].tensors]
    wrong[3].pose.position.x = float('nan')
    publisher = rig.publisher()
    for message in wrong:
        publisher.publish(message)
    rig.store(entry(step=9))
    assert [each.step for each in rig.query()] == [9]

    def facts() -> dict[str, str]:
        mine = [m.status[0] for _, m in kept if m.status[0].name == f'{rig.name}: memory']
        return {pair.key: pair.value for pair in mine[-1].values} if mine else {}

    rig.until(lambda: facts().get('refused') == '4')
    rig.until(lambda: facts()['entries'] == '1')
    assert 'bytes do not fill the shape' in rig.process.said()


def test_a_boolean_of_another_byte_is_true(bank):
    rig = bank()
    message = entry_message(entry())
    message.tensors = [Tensor(name='mask', dtype=Tensor.BOOL, shape=[3], data=[0, 1, 7])]
    rig.publisher().publish(message)
    (kept,) = rig.until(rig.query)
    assert kept.tensors['mask'].tolist() == [False, True, True]


def test_two_streams_at_once_are_kept_whole_and_in_order(bank, module_domain_id):
    rig = bank()
    others = [Station(f'writer_{number}') for number in range(2)]
    try:
        clients = [MemoryClient(other.node, rig.name) for other in others]
        rig.until(
            lambda: len(rig.station.node.get_publishers_info_by_topic(f'/{rig.name}/entries')) == 2
        )

        def write(number: int) -> None:
            for first in range(0, 150, 50):  # no more under way than the middleware keeps
                for step in range(first, first + 50):
                    clients[number].store(entry(f'stream_{number}', step, floats=2_000))
                others[number].until(partial(reached, number, first + 49))

        def reached(number: int, step: int) -> bool:
            answers: list[Fetched] = []
            clients[number].fetch(answers.append, stream=f'stream_{number}', last=1)
            others[number].until(answers.copy)
            return [kept.step for kept in answers[0].entries] == [step]

        threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60.0)
        for number in range(2):
            kept = rig.whole(f'stream_{number}', 150)
            assert [each.step for each in kept] == list(range(150))
            assert [each.tensors['token'][-1] for each in kept] == list(range(150))
    finally:
        for other in others:
            other.close()


def test_a_bank_that_is_killed_comes_back_with_what_it_had(bank):
    rig = bank()
    rig.reset('one')
    rig.store(*(entry('front', step, floats=500) for step in range(5)))
    rig.store(*(entry('left', step, position=(step, 0, 0)) for step in range(5)))
    before = rig.query()
    rig.until(lambda: rig.on_disk() == 10)
    rig.silence()  # nobody else remembers anything
    rig.kill()
    rig.come_back()
    after = rig.query()
    assert [(kept.step, kept.stream, kept.position) for kept in after] == [
        (kept.step, kept.stream, kept.position) for kept in before
    ]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old.tensors['token'], new.tensors['token'])
    assert rig.ask().episode == 'one'


def test_a_reset_is_on_disk_when_it_is_answered(bank):
    rig = bank(snapshot_entries=0, snapshot_period=3000.0)
    rig.store(entry())
    rig.reset('two')
    rig.silence()
    rig.kill()
    rig.come_back()
    assert rig.ask().episode == 'two'
    assert len(rig.query('one')) == 1


def test_a_bank_that_keeps_nothing_on_disk_hears_it_again_from_who_stored_it(bank):
    rig = bank(snapshot_entries=0, restore=False)
    rig.store(*(entry(step=step) for step in range(30)))
    rig.kill()
    assert not rig.file.exists()
    rig.come_back()
    rig.until(lambda: [kept.step for kept in rig.query()] == list(range(30)))


def test_what_was_stored_before_an_episode_began_again_is_not_heard_again(bank, station):
    rig = bank(snapshot_entries=0, restore=False)
    client = MemoryClient(station.node, rig.name)
    client.store(entry(step=1))
    rig.until(rig.query)
    client.begin()
    client.store(entry(step=5))
    rig.until(lambda: len(rig.query()) == 2)
    rig.kill()
    rig.come_back()
    rig.until(rig.query)
    assert [kept.step for kept in rig.query()] == [5]


def test_a_question_that_a_dead_bank_took_along_is_asked_again(bank, station):
    rig = bank()
    rig.store(entry(step=3))
    rig.until(lambda: rig.on_disk() == 1)
    client = MemoryClient(station.node, rig.name, patience=0.3)
    rig.process.signal(signal.SIGSTOP)
    answers: list[Fetched] = []
    client.fetch(answers.append, last=1, timeout=60.0)
    rig.until(lambda: client.waiting)
    rig.silence()
    rig.kill()
    rig.come_back()
    (answer,) = rig.until(lambda: answers)
    assert ([kept.step for kept in answer.entries], answer.problem) == ([3], '')


def test_a_question_to_nobody_ends_in_words(station):
    client = MemoryClient(station.node, 'no_such_bank')
    answers: list[Fetched] = []
    client.fetch(answers.append, timeout=0.2)
    (answer,) = station.until(lambda: answers)
    assert answer.entries == ()
    assert 'no_such_bank/query did not answer in time' in answer.problem


def test_a_policy_that_is_killed_goes_on_with_its_memory(bank, processes):
    rig = bank()
    policy = processes(POLICY, BANK=rig.name, UNTIL='6')
    rig.until(lambda: 'stored 6' in policy.said())
    rig.until(lambda: len(rig.query()) == 7)
    policy.signal(signal.SIGKILL)
    policy.wait()
    policy._environment['UNTIL'] = '12'
    policy.start_again()
    rig.until(lambda: 'stored 12' in policy.said())
    assert "fetched [] of ''" in policy.said()
    assert "fetched [0, 1, 2, 3, 4, 5, 6] of 'episode-0'" in policy.said()
    rig.until(lambda: [kept.step for kept in rig.query()] == list(range(13)))
    policy.end()


def test_a_client_that_stands_still_holds_nobody_else_up(bank, processes):
    rig = bank(max_entries=3000)
    rig.store(*(entry(step=step, floats=100_000) for step in range(25)))  # 10 MB an answer
    slow = processes(POLICY, BANK=rig.name, ASK='1')
    rig.until(lambda: 'fetched [0, 1' in slow.said())
    slow.signal(signal.SIGSTOP)
    said = slow.said().count('fetched')
    for step in range(100, 120):
        rig.store(entry('left', step))
        assert [kept.step for kept in rig.query(stream='left', last=1)] == [step]
    slow.signal(signal.SIGCONT)
    rig.until(lambda: slow.said().count('fetched') > said + 1)
    slow.end()


def test_ten_thousand_entries_take_no_more_memory_than_the_bank_may_have(bank):
    bound = 8 << 20
    rig = bank(max_bytes=bound, snapshot_entries=0)
    process = psutil.Process(rig.process.process.pid)

    def fill(begin: int, end: int) -> int:
        for first in range(begin, end, 100):
            rig.store(*(entry('front', step, 500) for step in range(first, first + 100)))
        return process.memory_info().rss

    full = fill(0, 3_000)  # so that the bound was reached
    after = fill(3_000, 10_000)  # nearly three times as much again
    assert after - full < bound
    kept = [each.step for each in rig.query()]
    assert kept == list(range(10_000 - len(kept), 10_000))
    assert sum(each.size for each in rig.query()) <= bound


def test_snapshots_lie_below_the_folder_and_come_back_on_request(bank, tmp_path):
    rig = bank(snapshot_entries=0, folder=tmp_path / 'snapshots')
    rig.store(entry(step=1))
    written = rig.snapshot('evening/first.safetensors')
    assert written.success
    assert (tmp_path / 'snapshots' / 'evening' / 'first.safetensors').is_file()
    rig.store(entry(step=2))
    restored = rig.snapshot('evening/first.safetensors', restore=True)
    assert (restored.success, restored.entries) == (True, 1)
    assert [kept.step for kept in rig.query()] == [1]
    for path, said in (
        ('../out.safetensors', 'leads out of the folder of snapshots'),
        ('/tmp/out.safetensors', 'use a relative path'),
        ('evening/second.safetensors', 'it cannot be read'),
    ):
        answer = rig.snapshot(path, restore=True)
        assert not answer.success
        assert said in answer.message
    (tmp_path / 'snapshots' / 'bad.safetensors').write_bytes(b'\x80\x04.')
    assert 'it is a pickle' in rig.snapshot('bad.safetensors', restore=True).message
    assert [kept.step for kept in rig.query()] == [1]


def test_a_damaged_snapshot_is_refused_before_the_bank_begins(processes, station, tmp_path):
    (tmp_path / 'memory_bank.safetensors').write_bytes(b'torn')
    process = processes('memory_bank', '-r', '__node:=torn', '-p', f'folder:={tmp_path}')
    assert station.state_of('torn') == State.PRIMARY_STATE_UNCONFIGURED
    assert not station.change('torn', Transition.TRANSITION_CONFIGURE)
    assert station.state_of('torn') == State.PRIMARY_STATE_UNCONFIGURED
    assert 'remove the file to begin without memory' in process.said()
    assert station.set_parameter('torn', 'restore', False).successful
    assert station.change('torn', Transition.TRANSITION_CONFIGURE)
    process.end()


def test_a_disk_that_does_not_take_it_is_told_and_the_bank_goes_on(bank, station, tmp_path):
    (tmp_path / 'taken').write_text('no folder')
    rig = bank(folder=tmp_path / 'taken' / 'below')
    kept = station.keep(DiagnosticArray, '/diagnostics')
    rig.store(entry())
    rig.until(lambda: any('cannot be written' in m.status[0].message for _, m in kept))
    assert len(rig.query()) == 1


def test_a_bank_that_is_cleaned_up_begins_again_with_what_it_had(bank, station):
    rig = bank(snapshot_entries=50)
    rig.store(entry(step=4))
    rig.silence()
    station.bring_down(rig.name)
    station.bring_up(rig.name)
    assert [kept.step for kept in rig.query()] == [4]
    rig.process.signal(signal.SIGTERM)
    assert rig.process.wait() == 0
