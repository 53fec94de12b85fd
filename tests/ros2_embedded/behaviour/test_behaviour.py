"""What ros2_embedded answers, held against what a real rclpy answered to the same questions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

#: Questions that we answer otherwise on purpose, with the reason; docs/reference/ros2_embedded.md
#: lists them too. An answer that comes to equal the real one again must leave this table.
DEVIATIONS = {
    'append to string[] with a wrong type is not checked, serialize fails how': (
        'the error names the field, where the real one names a C function'
    ),
    'deserialize truncated': 'the error says what is wrong with the sample',
    'init with bad remap': 'the error says what a remap rule looks like',
    'init with bad -p': 'the error says what a parameter rule looks like',
    'set undeclared': 'the error names the parameter, which the real one leaves out',
    'two int ranges': 'a message that holds two ranges cannot be made: fields are checked',
    'profile rosout': 'the same error, with the path of our own file in it',
    'call() with timeout (timeout_sec supported?)': 'our annotations are written differently',
    'get_publisher_names_and_types_by_node unknown node': 'the error names the node',
    'get_service_names_and_types of bare node': (
        'the recorded list was taken before discovery had ended; ours is complete'
    ),
    'spin_once after shutdown': 'NotInitializedException in place of a TypeError by accident',
    'ClientGoalHandle compared with something else': 'they differ, in place of an AttributeError',
    'sync send_goal inside no spin': 'our annotations are written differently',
    'spin after shutdown': 'NotInitializedException in place of a TypeError by accident',
}

#: Questions that Python itself answers, in words of its version; the capture was made by 3.11.
PYTHON_ANSWERS = {
    'setting a constant',
    'unknown attribute assignment (slots)',
    'str() of profile',
    'node as context manager',
}

#: How long the slowest area may take; a guard against a hang, not a measure of speed.
PATIENCE = 120.0

#: Areas that wait long, the longest first.
SLOW = ('clients and services', 'actions', 'callback groups', 'subscription')

AREAS = (
    'messages',
    'init/shutdown before init',
    'init/shutdown',
    'names',
    'parameters',
    'qos',
    'time',
    'executor',
    'callback groups',
    'timers',
    'clients and services',
    'future',
    'destroy',
    'graph',
    'logging',
    'subscription',
    'tf2',
    'message_filters',
    'lifecycle',
    'actions',
)


def without_chance(text: str) -> str:
    """The text without addresses, lines of C code, running numbers and measured times."""
    text = re.sub(r' at 0x[0-9a-f]+', '', text)
    text = re.sub(r"(,? at)? ?ROSWS[^\s,'\")]+", '', text)
    text = re.sub(r'\b(en|life|fib)\d+', r'\1N', text)
    return re.sub(r"'runs_in_1.2s': \d+|\b\d\.\d\d?\b", 'MEASURED', text)


def agrees(ours: dict[str, str], real: dict[str, str]) -> bool:
    """Whether an answer equals the recorded one; a recorded value may be of the checked mode."""
    possible = [real, real.get('result_with_ROS_PYTHON_CHECK_FIELDS_1', {})]
    return any(
        without_chance(ours[kind]) == without_chance(each.get(kind, '(absent)'))
        for each in possible
        for kind in ('value', 'message')
        if kind in ours and (kind == 'value' or ours['exception'] == each.get('exception'))
    )


def ask(path: Path, area: str, domain: int) -> subprocess.CompletedProcess[str]:
    """Asks the questions of an area in a process of its own."""
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name('ask.py')), str(path), area],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={
            **{name: value for name, value in os.environ.items() if name != 'CYCLONEDDS_URI'},
            'PYTHONPATH': os.pathsep.join(filter(None, sys.path)),
            'ROS_DOMAIN_ID': str(domain),
        },
    )


@pytest.fixture(scope='module')
def asked(request, keep_domain):
    """Runs of all areas that are tested, a few at once: most of their time is waiting."""
    wanted = [
        item.callspec.params['area']
        for item in request.session.items
        if 'area' in getattr(getattr(item, 'callspec', None), 'params', {})
    ]
    slow_first = sorted(wanted, key=lambda area: (*SLOW, area).index(area))
    runs = {}
    with ThreadPoolExecutor(3) as pool:

        def answers(path, area):
            for each in slow_first if not runs else ():
                runs[each] = pool.submit(ask, path, each, keep_domain())
            return runs[area].result()

        yield answers


@pytest.mark.parametrize('area', AREAS)
def test_answers_of_an_area_equal_those_of_a_real_rclpy(area, asked, shared_data):
    path = shared_data('ros2_capture', 'behaviour.json')
    finished = asked(path, area)
    assert finished.returncode == 0, finished.stderr
    ours = json.loads(finished.stdout.splitlines()[-1])
    entries = [each for each in json.loads(path.read_text())['entries'] if each['area'] == area]
    wrong = {}
    for entry, answer in zip(entries, ours, strict=True):
        real = {**entry['result']}
        checked = 'result_with_ROS_PYTHON_CHECK_FIELDS_1'
        if checked in entry:
            real[checked] = entry[checked]
        if 'value' not in real and 'exception' not in real:
            continue  # the real process crashed there
        if entry['question'] in PYTHON_ANSWERS and sys.version_info[:2] != (3, 11):
            continue
        if agrees(answer, real) == (entry['question'] in DEVIATIONS):
            wrong[entry['question']] = (answer, real)
    assert not wrong


def test_the_reference_page_lists_every_deviation():
    page = Path(__file__).parents[3] / 'docs' / 'reference' / 'ros2_embedded.md'
    text = page.read_text(encoding='utf-8')
    assert [question for question in DEVIATIONS if f'| {question} |' not in text] == []
