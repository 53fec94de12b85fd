"""The page on conformance accounts for every entry of the record, and names tests that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / 'docs' / 'reference' / 'ros2_conformance.md'
TESTS = ROOT / 'tests' / 'ros2_embedded'

LEDGER_ROW = re.compile(r'\| (\w+) \| ([^|]+) \| (\d+) \| (\d+) \| \[(\w+)\]\(([^)]+)\) \|')
TRAP_ROW = re.compile(r'\| (\d+) \| [^|]+ \| [^|]+ \| \[(\w+)\]\(([^)]+)\) \|')

#: What tells of the record, and is no entry of it.
ABOUT = {'versions', 'how', 'notes', 'helpers', 'count', 'source', 'files'}

TEXT = PAGE.read_text(encoding='utf-8')
LEDGER = [match.groups() for match in map(LEDGER_ROW.match, TEXT.splitlines()) if match]
TRAPS = [match.groups() for match in map(TRAP_ROW.match, TEXT.splitlines()) if match]


def recorded(capture):
    """How many entries each part of the record has."""
    found = {}
    for file in ('hashes', 'cdr_golden', 'wire', 'launch_behaviour'):
        for part, entries in capture(f'{file}.json').items():
            if part not in ABOUT:
                found[file, part] = len(entries)
    found['wire', 'ros_discovery_info'] = sum(
        len(each)
        for each in capture('wire.json')['ros_discovery_info'].values()
        if isinstance(each, list)
    )
    found['wire', 'topics'] = sum(
        len(each['samples']) for each in capture('wire.json')['topics'].values()
    )
    areas = Counter(each['area'] for each in capture('behaviour.json')['entries'])
    return {**found, **{('behaviour', area): count for area, count in areas.items()}}


def keys_of(path, name):
    """The keys of a dictionary that a test module has at its top."""
    for node in ast.parse(path.read_text(encoding='utf-8')).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == name:
            return [ast.literal_eval(key) for key in node.value.keys]
    raise LookupError(f'{path.name} has no {name}')


def test_every_entry_of_the_record_is_in_the_table(capture):
    assert {(file, part): int(count) for file, part, count, *_ in LEDGER} == recorded(capture)


def test_every_answer_that_differs_is_counted_where_its_test_names_it(capture):
    questions = [each for each in capture('behaviour.json')['entries'] if 'result' in each]
    differing = set(keys_of(TESTS / 'behaviour' / 'test_behaviour.py', 'DEVIATIONS'))
    crashed = {'ActionServer with a message class as the action type'}
    wanted = Counter(
        ('behaviour', each['area'])
        for each in questions
        if each['question'] in differing | crashed
    )
    for file, part, module, name in (
        (
            'behaviour',
            'remapping and parameter files',
            'behaviour/test_remapping.py',
            'DEVIATIONS',
        ),
        (
            'behaviour',
            'messages: serialising unchecked bad values',
            'behaviour/test_bad_values.py',
            'DEVIATIONS',
        ),
        ('wire', 'service_exchanges', 'conformance/test_recorded_exchanges.py', 'DEVIATIONS'),
        ('launch_behaviour', 'entries', 'launch/test_behaviour.py', 'DIFFERENT'),
    ):
        wanted[file, part] += len(keys_of(TESTS / module, name))
    told = {(file, part): int(otherwise) for file, part, _, otherwise, *_ in LEDGER}
    assert {key: count for key, count in told.items() if count} == dict(wanted)


def test_no_area_of_questions_is_left_out(capture):
    tree = ast.parse((TESTS / 'behaviour' / 'test_behaviour.py').read_text(encoding='utf-8'))
    (areas,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == 'AREAS'
    )
    others = {
        'clock jumps',
        'remapping and parameter files',
        'messages: serialising unchecked bad values',
    }
    entries = capture('behaviour.json')['entries']
    assert {each['area'] for each in entries} == {*areas, *others}
    unanswered = [
        each['question']
        for each in entries
        if each['area'] in areas and not {'value', 'exception'} & each['result'].keys()
    ]
    assert unanswered == ['ActionServer with a message class as the action type']


def test_what_the_record_holds_twice_is_compared_once(capture):
    wire = capture('wire.json')
    exchanges = wire['service_exchanges']
    times = {each['t'] for topic in wire['topics'].values() for each in topic['samples']}
    times |= {each['request']['t'] for each in exchanges}
    times |= {reply['t'] for each in exchanges for reply in each['replies']}
    assert {each['t'] for each in wire['action_timeline']} <= times
    said = [
        (
            each['service'],
            each['request']['decoded']['message'],
            each['replies'][0]['decoded']['message'] if each['replies'] else None,
        )
        for each in exchanges
    ]
    calls = [each for each in wire['client_log'] if each['step'] == 'called']
    assert len(calls) == 35
    assert all((each['service'], each['request'], each['response']) in said for each in calls)


def test_the_nineteen_traps_are_in_the_table():
    assert [int(number) for number, *_ in TRAPS] == list(range(1, 20))


@pytest.mark.parametrize(
    ('name', 'link'), sorted({(each[-2], each[-1]) for each in (*LEDGER, *TRAPS)})
)
def test_every_test_that_is_named_exists(name, link):
    tree = ast.parse((PAGE.parent / link).resolve().read_text(encoding='utf-8'))
    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_file_that_the_page_names_exists():
    for name in re.findall(r'`(test_\w+\.py)`', TEXT):
        assert (TESTS / 'robustness' / name).exists(), name
