"""The bank against a plain list, its bounds, its order, and what it refuses."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_bank import PlainBank
from small_entries import entry, facts, key

from policy_nodes.memory.entry import ENTRY_OVERHEAD, TENSOR_OVERHEAD, Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.memory_bank import MemoryBank

EPISODES, STREAMS = ('one', 'two', 'three', 'four'), ('front', 'left', 'wrist')
SMALL = ENTRY_OVERHEAD + TENSOR_OVERHEAD  # of an entry with an empty array


def any_store(draw: Random, episodes: Sequence[str]) -> Entry:
    """Small numbers of everything, so that entries meet."""
    return entry(
        draw.choice(episodes),
        draw.choice(STREAMS),
        draw.randrange(8),
        floats=draw.choice([0, 1, 300, 900]),
        value=draw.random(),
        position=tuple(draw.choice([0.0, 0.5]) for _ in range(3)),
    )


QUERIES = [
    (episode, stream, last, (0.5, 0.0, 0.0), radius)
    for episode in ('', 'one', 'two')
    for stream in ('', 'left')
    for last in (0, 1, 2)
    for radius in (0.0, 0.5, 1.2)
]


# a random generator fills the bank: lists that hypothesis draws stay too short for that
@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([('one',), EPISODES]))
def test_after_any_calls_the_bank_holds_and_gives_what_a_plain_list_does(seed, episodes):
    draw = Random(seed)
    max_bytes = draw.choice([draw.randrange(SMALL + 4, 12 * SMALL), 1 << 20])
    bounds = (max_bytes, draw.randrange(1, 16), draw.randrange(1, 4))
    bank, plain = MemoryBank(*bounds), PlainBank(*bounds)
    begins = draw.choice([0.0, 0.1])
    for _ in range(draw.randrange(40)):
        if draw.random() < begins:
            episode = draw.choice(episodes)
            bank.begin(episode)
            plain.begin(episode)
            continue
        call = any_store(draw, episodes)
        if plain.takes(call):
            bank.store(call)
            plain.store(call)
        else:
            with pytest.raises(MemoryBankError):
                bank.store(call)
        held = bank.contents()
        assert sorted(map(facts, held.entries)) == sorted(map(facts, plain.entries))
        assert (list(held.episodes), held.announced) == (plain.episodes, plain.announced)
        assert bank.size == sum(each.size for each in plain.entries) <= bounds[0]
        assert len(bank) == len(plain.entries) <= bounds[1]
    for episode, stream, last, near, radius in QUERIES:
        if episode and episode not in plain.episodes:
            with pytest.raises(MemoryBankError, match='is not held'):
                bank.query(episode)
            continue
        found = bank.query(episode, stream, last=last, near=near, radius=radius)
        expected = plain.query(episode, stream, last, near, radius)
        assert [facts(each) for each in found] == [facts(each) for each in expected]


def test_entries_come_oldest_first_whatever_the_order_of_arrival():
    bank = MemoryBank()
    for step in (3, 1, 2, 0):
        for stream in ('right', 'left'):
            bank.store(entry(stream=stream, step=step))
    assert [key(each)[1:] for each in bank.query(last=2)] == [
        ('left', 2),
        ('right', 2),
        ('left', 3),
        ('right', 3),
    ]


def test_an_entry_of_the_same_step_replaces_the_one_before():
    bank = MemoryBank()
    bank.store(entry(value=1.0, floats=50))
    bank.store(entry(value=2.0))
    (kept,) = bank.query()
    assert kept.tensors['token'].tolist() == [2.0]
    assert bank.size == kept.size


def test_of_the_entries_near_a_point_the_newest_are_taken():
    bank = MemoryBank()
    for step in range(6):
        bank.store(entry(step=step, position=(0.1 * step, 0.0, 0.0), frame='base'))
    found = bank.query(last=2, near=(0.0, 0.0, 0.0), radius=0.31)
    assert [each.step for each in found] == [2, 3]
    assert [each.step for each in bank.query(near=(0.5, 0, 0), radius=0.05, frame='base')] == [5]


def test_of_a_full_bank_the_older_episode_goes_whole_before_a_step_of_the_running_one():
    bank = MemoryBank(max_entries=4)
    for step in range(3):
        bank.store(entry('one', step=step))
    for step in range(2):
        bank.store(entry('two', step=step))
    assert bank.episodes == ('two',)
    assert (len(bank), bank.evicted) == (2, 3)


def test_of_one_episode_the_oldest_step_of_the_largest_stream_goes():
    bank = MemoryBank(max_bytes=4 * SMALL + 4000)
    bank.store(entry(stream='thin', step=0, floats=0))
    for step in range(1, 4):
        bank.store(entry(stream='wide', step=step, floats=400))
    assert [key(each)[1:] for each in bank.query()] == [('thin', 0), ('wide', 2), ('wide', 3)]


def test_an_episode_that_begins_again_begins_empty():
    bank = MemoryBank()
    bank.store(entry('one'))
    bank.begin('one')
    assert bank.query() == []
    assert bank.running == 'one'


def test_a_straggler_of_a_forgotten_episode_is_refused_and_one_of_a_held_one_is_kept():
    bank = MemoryBank(max_episodes=2)
    for name in ('one', 'two', 'three'):
        bank.begin(name)
    with pytest.raises(
        MemoryBankError, match=r"episode 'one', held are 'two', 'three'; announce the episode"
    ):
        bank.store(entry('one'))
    bank.store(entry('two'))
    assert bank.running == 'three'
    assert len(bank.query('two')) == 1


def test_an_empty_bank_answers_for_the_running_episode_with_nothing():
    assert MemoryBank().query() == []


@pytest.mark.parametrize(
    ('asked', 'said'),
    [
        ({'episode': 'zero'}, "episode 'zero' is not held; held are 'one'; leave the name empty"),
        ({'radius': -1.0, 'near': (0, 0, 0)}, 'a radius of -1.0 m makes no sense; use a positive'),
        ({'radius': float('nan'), 'near': (0, 0, 0)}, 'a radius of nan m makes no sense'),
        (
            {'radius': 1.0, 'near': (0.0, float('inf'), 0.0)},
            r'\[0.0, inf, 0.0\] is no point; give',
        ),
        ({'radius': 1.0}, r'\[\] is no point'),
        (
            {'radius': 1.0, 'near': (0, 0, 0), 'frame': 'map'},
            "positions of stream front are in 'base', the point is in 'map'; ask in the frame",
        ),
        (
            {'stream': 'mixed', 'radius': 1.0, 'near': (0, 0, 0)},
            "positions of stream mixed are in 'base', 'map', the point names none",
        ),
    ],
)
def test_questions_that_make_no_sense_are_refused_in_words(asked, said):
    bank = MemoryBank()
    bank.store(entry(frame='base'))
    bank.store(entry(stream='mixed', step=0, frame='base'))
    bank.store(entry(stream='mixed', step=1, frame='map'))
    with pytest.raises(MemoryBankError, match=said):
        bank.query(**asked)


def test_an_entry_larger_than_the_bank_is_refused_and_nothing_is_lost():
    bank = MemoryBank(max_bytes=2 * SMALL)
    bank.store(entry())
    with pytest.raises(
        MemoryBankError, match=r'counts for .* bytes, the whole bank for .*; raise'
    ):
        bank.store(entry(step=1, floats=1000))
    assert len(bank) == 1


def test_restored_contents_replace_what_was_held_and_the_bank_goes_on_from_there():
    before, bank = MemoryBank(), MemoryBank()
    before.store(entry('two', step=1))
    before.begin('three')
    before.store(entry('three', step=5))
    bank.store(entry('nine'))
    bank.restore(before.contents())
    assert bank.contents() == before.contents()
    assert bank.running == 'three'
    with pytest.raises(MemoryBankError, match='announce the episode'):
        bank.store(entry('nine'))


@pytest.mark.parametrize(
    ('bounds', 'said'),
    [
        ({'max_bytes': 2 * SMALL}, 'a snapshot needs max_bytes 2828, it is 2816; raise max_bytes'),
        ({'max_entries': 1}, 'a snapshot needs max_entries 2, it is 1'),
        ({'max_episodes': 1}, 'a snapshot needs max_episodes 2, it is 1'),
    ],
)
def test_contents_that_do_not_fit_are_refused_and_what_is_held_stays(bounds, said):
    before = MemoryBank()
    before.store(entry('one', floats=1))
    before.store(entry('two', floats=2))
    bank = MemoryBank(**bounds)
    bank.store(entry('nine', floats=0))
    with pytest.raises(MemoryBankError, match=said):
        bank.restore(before.contents())
    assert bank.episodes == ('nine',)
    assert len(bank) == 1


@pytest.mark.parametrize('floats', [1, 1000])
def test_ten_thousand_entries_take_no_more_memory_than_the_bank_may_have(floats):
    bound = 4 << 20
    bank = MemoryBank(max_bytes=bound)
    tracemalloc.start()
    try:
        for step in range(10_000):
            # texts of their own for each, as messages bring them
            name = bytes(np.frombuffer(b'front', np.uint8)).decode()
            bank.store(entry(stream=name, step=step, floats=floats, position=(step * 0.1, 0, 0)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 100 < len(bank) < 10_000
    assert held <= bound
    assert bank.evicted == 10_000 - len(bank)
