"""Values that do not fit their field, which real messages take unless told to check."""

from __future__ import annotations

AREA = 'messages: serialising unchecked bad values'

#: Values that are packed otherwise than a real rclpy packed them, with the reason.
DEVIATIONS = {
    "CameraInfo: m.k=__import__('numpy').zeros((3,3))": (
        'the nine numbers, where the real bytes hold three of them and parts of its memory'
    ),
}


def outcome(snippet, capsys):
    """The hexadecimal bytes that a snippet prints, or the name of what it raises."""
    try:
        exec(snippet, {})
    except Exception as error:  # the kind of refusal is what is asked for
        return type(error).__name__
    return capsys.readouterr().out.split()[-1]


def test_a_value_that_does_not_fit_is_refused_or_packed_as_the_real_messages_pack_it(
    capture, capsys
):
    entries = [each for each in capture('behaviour.json')['entries'] if each['area'] == AREA]
    assert entries
    wrong = {}
    for entry in entries:
        found = outcome(entry['snippet'], capsys)
        fits = found in ('AssertionError', 'TypeError', entry['result'].get('cdr_hex'))
        if fits == (entry['question'] in DEVIATIONS):
            wrong[entry['question']] = (found, entry['result'])
    assert not wrong


def test_a_value_that_crashed_the_real_messages_is_refused_when_it_is_set(capture, capsys):
    entries = [each for each in capture('behaviour.json')['entries'] if each['area'] == AREA]
    crashed = [each for each in entries if each['result'].get('exit_code', 0) < 0]
    assert crashed
    for entry in crashed:
        assert outcome(entry['snippet'], capsys) == 'AssertionError', entry['question']
