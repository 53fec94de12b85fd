"""The tape of a recorder: the last seconds, contract and parameters, and reading back."""

from __future__ import annotations

import threading

import pytest
from small_recordings import TWIST, twist

from policy_nodes.evaluation.append_file import AppendFile
from policy_nodes.evaluation.recording_check import check_recording
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_ring import RecordingRing
from policy_nodes.evaluation.recording_tape import Tape
from policy_nodes.evaluation.recording_topics import Kept, read_topics

NANO = 10**9
START = 1_700_000_000 * NANO


def topic(name: str = '/cmd_vel', *, latched: bool = False, apart: float = 0.0) -> Kept:
    return Kept(name, TWIST, latched, apart)


def speeds(path, name='/cmd_vel'):
    return [each.decode().twist.linear.x for each in read_recording(path).messages(name)]


def filled(seconds: float, most: int = 10**9, latched: int = 0) -> RecordingRing:
    """A ring that was told ten numbered twists a second for twelve seconds."""
    ring = RecordingRing(seconds, most)
    if latched:
        ring.keep(topic('/goal', latched=True), twist(float(latched)), START)
    for number in range(120):
        ring.keep(topic(), twist(float(number)), START + number * NANO // 10)
    return ring


def test_a_ring_holds_the_last_seconds_and_what_was_latched_before(tmp_path):
    path = tmp_path / 'ring_000.mcap'
    assert filled(3.0, latched=7).save(path) == 32
    assert speeds(path) == [float(number) for number in range(89, 120)]
    assert speeds(path, '/goal') == [7.0]
    recording = read_recording(path)
    assert recording.complete
    # the latched message is played at the begin, not three minutes before it
    assert recording.span_ns == (START + 89 * NANO // 10, START + 119 * NANO // 10)


def test_a_ring_holds_no_more_bytes_than_it_may(tmp_path):
    size = len(twist(0.0))
    ring = filled(60.0, most=10 * size)
    assert ring.size == 10 * size
    ring.save(tmp_path / 'ring.mcap')
    assert speeds(tmp_path / 'ring.mcap') == [float(number) for number in range(110, 120)]


def test_a_clock_that_is_set_back_empties_a_ring_instead_of_filling_it():
    ring = filled(3.0)
    ring.keep(topic(), twist(0.0), START - 3600 * NANO)
    assert ring.size == len(twist(0.0))


def test_an_empty_ring_and_a_file_that_is_there_are_refused(tmp_path):
    with pytest.raises(RecordingError, match='nothing is kept'):
        RecordingRing(3.0, 1000).save(tmp_path / 'ring.mcap')
    ring = filled(3.0)
    ring.save(tmp_path / 'ring.mcap')
    with pytest.raises(RecordingError, match='choose another name'):
        ring.save(tmp_path / 'ring.mcap')


def test_a_ring_can_be_saved_while_messages_come(tmp_path):
    ring, ended = filled(3.0), threading.Event()

    def go_on() -> None:
        number = 120
        while not ended.is_set():
            ring.keep(topic(), twist(float(number)), START + number * NANO // 10)
            number += 1

    other = threading.Thread(target=go_on)
    other.start()
    try:
        for number in range(5):
            path = tmp_path / f'{number}.mcap'
            count = ring.save(path)
            found = speeds(path)
            assert len(found) == count
            assert found == [found[0] + step for step in range(count)]
    finally:
        ended.set()
        other.join()


def test_a_tape_keeps_files_with_parameters_and_contract_and_finds_them_whole(tmp_path):
    parameters, said = tmp_path / 'safety_controller.yaml', []
    parameters.write_text('/**: {ros__parameters: {}}\n')
    tape = Tape(said.append)
    for index in range(2):
        tape.begin(tmp_path / f'{index}.mcap', [parameters])
        for number in range(5):
            tape.keep(topic(), twist(float(number)))
        tape.take_checkpoint('height_arena')
    assert tape.counts == {'/cmd_vel': 5}
    tape.finish()
    assert tape.path is None
    assert said == []
    for index in range(2):
        recording = read_recording(tmp_path / f'{index}.mcap')
        assert recording.complete
        assert recording.topics['/cmd_vel'].count == 5
        assert recording.attachments['safety_controller.yaml'] == parameters.read_bytes()
        assert b'height_mirrored' in recording.attachments['contract.yaml']


def test_a_tape_thins_topics_and_says_that_a_checkpoint_is_unknown(tmp_path):
    said = []
    tape = Tape(said.append)
    tape.begin(tmp_path / 'a.mcap')
    thinned = topic('/slow', apart=3600.0)
    for number in range(5):
        tape.keep(thinned, twist(float(number)))
    tape.take_checkpoint('nobody')
    tape.take_checkpoint('nobody')
    tape.finish()
    assert speeds(tmp_path / 'a.mcap', '/slow') == [0.0]
    assert len(said) == 1
    assert 'goes without a contract' in said[0]


def test_what_is_missing_after_the_writing_is_said(tmp_path):
    path = tmp_path / 'a.mcap'
    with_loss = {'/cmd_vel': 9, '/goal': 1}
    tape = Tape(print, read_back=False)
    tape.begin(path)
    for number in range(5):
        tape.keep(topic(), twist(float(number)))
    tape.finish()
    assert check_recording(path, {'/cmd_vel': 5}) == ''
    words = check_recording(path, with_loss)
    assert '5 of 9 on /cmd_vel, 0 of 1 on /goal' in words
    raw = bytearray(path.read_bytes())
    place = raw.index(b'\x28\xb5\x2f\xfd') + 8  # in the first packed chunk
    raw[place] ^= 0xFF
    path.write_bytes(raw)
    assert 'read back' in check_recording(path, {'/cmd_vel': 5})
    path.write_bytes(b'')
    assert 'cannot be read back' in check_recording(path, {})


def test_a_full_disk_ends_a_file_with_one_sentence_and_the_next_one_begins(tmp_path, monkeypatch):
    said, flush = [], AppendFile.flush

    def full(self):
        if self.path.name == 'full.mcap' and self.size:
            monkeypatch.setattr('os.write', refuse)
            try:
                flush(self)
            finally:
                monkeypatch.undo()
                monkeypatch.setattr(AppendFile, 'flush', full)
            return
        flush(self)

    def refuse(handle, data):
        raise OSError(28, 'No space left on device')

    tape = Tape(said.append)
    monkeypatch.setattr(AppendFile, 'flush', full)
    tape.begin(tmp_path / 'full.mcap')
    tape.keep(topic(), twist(1.0))
    tape.close()
    tape.begin(tmp_path / 'next.mcap')
    tape.keep(topic(), twist(2.0))
    tape.finish()
    assert len(said) == 1
    assert 'free some space' in said[0]
    assert speeds(tmp_path / 'next.mcap') == [2.0]


def test_topics_are_read_from_lines_and_a_bad_one_is_named():
    lines = ['scan a/msg/B', '', 'goal a/msg/B latched', 'image a/msg/B every 0.5']
    found = read_topics(lines, lambda name: f'/robot/{name}')
    assert [(it.name, it.latched, it.apart) for it in found] == [
        ('/robot/scan', False, 0.0),
        ('/robot/goal', True, 0.0),
        ('/robot/image', False, 0.5),
    ]
    for line in ('scan', 'scan a/msg/B sometimes', 'scan a/msg/B every -1'):
        with pytest.raises(ValueError, match=line):
            read_topics([line], str)
