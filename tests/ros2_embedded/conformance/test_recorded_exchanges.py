"""The requests that a real client sent, sent again: our nodes answer what the real ones did.

The 44 requests go out as recorded bytes, in their order, each when all that had come before it
has come here too. What our nodes reply and publish meanwhile is held against the record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rosidl_runtime_py import message_to_ordereddict

from ros2_embedded.transport.endpoint import Reader, Writer

HEADER, IDENTITY = 4, 16

#: Answers that differ on purpose, by service and label of the record, as the reference page says.
DEVIATIONS = {
    ('/talker/get_type_description', 'std_msgs/String'): (
        'the text of the definition has no comments, as our copy has none'
    ),
    ('/par/set_parameters', 'mixed'): (
        'the reason names the undeclared parameter, where the real one has an empty list'
    ),
    ('/talker/get_type_description', 'unknown'): (
        'the reason names the type, and every type that can be found is described'
    ),
    ('/life/change_state', 'configure after finalized (illegal; kills the server executor)'): (
        'ours answers with failure; the real node died'
    ),
}

#: Topics whose samples are consequences of the requests, with what of their content is chance.
TOPICS = (
    'rt/fibonacci/_action/feedback',
    'rt/fibonacci/_action/status',
    'rt/life/transition_event',
    'rt/parameter_events',
)


def without_chance(value: Any) -> Any:
    """Content without times, but for whether there is one."""
    if isinstance(value, dict):
        if set(value) == {'sec', 'nanosec'}:
            return 'a time' if value['sec'] else 'no time'
        return {key: without_chance(each) for key, each in value.items()}
    return [without_chance(each) for each in value] if isinstance(value, (list, tuple)) else value


@dataclass
class Tap:
    """Takes all that is sent on a topic."""

    reader: Reader
    cls: type
    skip: int = 0
    data: list[bytes] = field(default_factory=list)

    def take(self) -> list[bytes]:
        while (found := self.reader.take(lambda sample: bytes(sample.view))) is not None:
            self.data.append(found)
        return self.data

    def content(self, index: int) -> Any:
        message = self.cls._TYPE_SUPPORT.decode(self.data[index], self.skip)
        # Through JSON, as the record went: ordered dictionaries and tuples become plain ones.
        return without_chance(json.loads(json.dumps(message_to_ordereddict(message))))


def test_recorded_requests_get_the_recorded_replies_and_have_the_recorded_effects(
    ros, raw, wire, class_of, make_server
):
    exchanges = sorted(wire['service_exchanges'], key=lambda each: each['request']['t'])
    start = exchanges[0]['request']['t']
    taps = {
        topic: Tap(
            raw(Reader, topic, wire['topics'][topic]['type']),
            class_of(wire['topics'][topic]['type']),
        )
        for topic in TOPICS
    }
    make_server()
    replies, requests = {}, {}
    for each in exchanges:
        service = each['service']
        if service not in replies:
            reader = raw(Reader, f'rr{service}Reply', each['reply_type'])
            replies[service] = Tap(reader, class_of(each['reply_type']), IDENTITY)
            requests[service] = raw(Writer, f'rq{service}Request', each['request_type'])
    for service, tap in replies.items():
        assert ros.until(lambda tap=tap: tap.reader.matched('publications')), service
        assert ros.until(requests[service].is_matched), service
    for topic, tap in taps.items():
        assert ros.until(lambda tap=tap: tap.reader.matched('publications')), topic
    # What the nodes published while they were made; the record began after that of /talker.
    events = taps['rt/parameter_events']
    assert ros.until(lambda: len(events.take()) >= 24)
    ours = [events.content(index) for index in range(len(events.data))]
    assert [each for each in ours if each['node'] != '/talker'] == [
        without_chance(each['decoded'])
        for each in wire['topics']['rt/parameter_events']['samples']
        if each['t'] < start and each['process'] == 'server'
    ]
    events.data.clear()
    expected = {
        topic: [
            each
            for each in wire['topics'][topic]['samples']
            if each['t'] >= start and each['process'] == 'server'
        ]
        for topic in TOPICS
    }
    answers = [
        (exchange['service'], reply['t'])
        for exchange in exchanges
        for reply in exchange['replies']
    ]

    def came(until: float) -> bool:
        # The recorder polled its readers in turn: a reply may seem older than its request.
        until -= 0.01
        return all(
            len(tap.take()) >= sum(each['t'] < until for each in expected[topic])
            for topic, tap in taps.items()
        ) and all(
            len(tap.take()) >= sum(t < until and whose == service for whose, t in answers)
            for service, tap in replies.items()
        )

    for exchange in exchanges:
        request = exchange['request']
        assert ros.until(lambda t=request['t']: came(t)), (exchange['service'], request['t'])
        requests[exchange['service']].write([bytes.fromhex(request['cdr_hex'])])
    assert ros.until(lambda: came(float('inf')))
    assert ros.until(lambda: len(replies['/life/change_state'].take()) == 6)

    wrong = {}
    for exchange in exchanges:
        key = (exchange['service'], exchange['label'])
        identity = bytes.fromhex(exchange['request']['cdr_hex'])[HEADER : HEADER + IDENTITY]
        tap = replies[exchange['service']]
        (index,) = (
            number
            for number, data in enumerate(tap.data)
            if data[HEADER : HEADER + IDENTITY] == identity
        )
        said = [without_chance(each['decoded']['message']) for each in exchange['replies']]
        real = [each['cdr_hex'] for each in exchange['replies']]
        same = [tap.content(index)] == said
        if same and 'a time' not in json.dumps(said):
            # A recorded sample is padded to a multiple of four bytes, as every one on the wire.
            same = [tap.data[index].hex()] == real
        if same == (key in DEVIATIONS):
            wrong[key] = (tap.content(index), said)
    assert not wrong
    assert len(exchanges) == 44

    for topic, tap in taps.items():
        ours = [tap.content(index) for index in range(len(tap.data))]
        assert ours == [without_chance(each['decoded']) for each in expected[topic]], topic
        if topic == 'rt/life/transition_event':
            assert [each.hex() for each in tap.data] == [
                each['cdr_hex'] for each in expected[topic]
            ]


def test_a_description_comes_with_the_texts_that_define_the_types(ros):
    from type_description_interfaces.srv import GetTypeDescription

    client = ros.node('node').create_client(GetTypeDescription, '/node/get_type_description')
    request = GetTypeDescription.Request(
        type_name='std_srvs/srv/SetBool', include_type_sources=True
    )
    reply = ros.call(client, request)
    sources = {each.type_name: each for each in reply.type_sources}
    assert sources['std_srvs/srv/SetBool'].encoding == 'srv'
    assert '---' in sources['std_srvs/srv/SetBool'].raw_file_contents
    assert sources['std_srvs/srv/SetBool_Request'].encoding == 'implicit'
    assert sources['builtin_interfaces/msg/Time'].raw_file_contents
    request.include_type_sources = False
    assert ros.call(client, request).type_sources == []
