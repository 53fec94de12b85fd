"""Every sample that real processes sent is read as they read it, and written byte for byte."""

from __future__ import annotations

from rosidl_runtime_py import message_to_ordereddict

from ros2_embedded.transport import discovery_info
from ros2_embedded.transport.discovery_info import NodeRecord

HEADER = 4
IDENTITY = 16


def plain(value):
    """What a real node's message_to_ordereddict printed: nested dictionaries and lists."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def faults(cls, sample, decoded, skip=0):
    """What differs between a recorded sample and ours."""
    data = bytes.fromhex(sample['cdr_hex'])
    support = cls._TYPE_SUPPORT
    message = support.decode(data, skip)
    written = b''.join(support.encode(message))
    # A recorded sample is padded to a multiple of four bytes.
    body = data[HEADER + skip :]
    found = []
    if written[HEADER:].ljust(len(body), b'\0') != body:
        found.append('bytes')
    read = plain(message_to_ordereddict(message))
    if 'file' in read:  # the record has only the last part of the path
        read['file'] = read['file'].rpartition('/')[2]
    if read != decoded:
        found.append('content')
    return found


def test_the_samples_of_topics(wire, class_of):
    wrong, count = [], 0
    for topic, record in wire['topics'].items():
        for sample in record['samples']:
            count += 1
            found = faults(class_of(record['type']), sample, sample['decoded'])
            if found:
                wrong.append((topic, found, sample['decoded']))
    assert not wrong
    assert count == 112


def test_the_requests_and_replies_of_services(wire, class_of):
    wrong, count = [], 0
    for exchange in wire['service_exchanges']:
        request = exchange['request']
        sides = [(exchange['request_type'], request)]
        sides += [(exchange['reply_type'], each) for each in exchange['replies']]
        for kind, sample in sides:
            count += 1
            found = faults(class_of(kind), sample, sample['decoded']['message'], IDENTITY)
            if found:
                wrong.append((exchange['service'], exchange['label'], found))
    assert not wrong
    assert count == 87


def test_the_announcements_of_nodes(wire, class_of):
    info = class_of(discovery_info.TYPE)
    compared, left_out = 0, 0
    for samples in wire['ros_discovery_info'].values():
        for sample in samples if isinstance(samples, list) else ():
            participant = bytes.fromhex(sample['decoded']['gid'])
            nodes = [
                NodeRecord(
                    each['node_namespace'],
                    each['node_name'],
                    [bytes.fromhex(gid) for gid in each['reader_gid_seq']],
                    [bytes.fromhex(gid) for gid in each['writer_gid_seq']],
                )
                for each in sample['decoded']['node_entities_info_seq']
            ]
            data = discovery_info.encode(participant, nodes)
            if sample['cdr_hex'].startswith('(left out'):
                left_out += 1
            else:
                compared += 1
                assert data.hex() == sample['cdr_hex']
            assert discovery_info.decode(data) == (participant, nodes)
            assert b''.join(info._TYPE_SUPPORT.encode(info._TYPE_SUPPORT.decode(data))) == data
    assert (compared, left_out) == (36, 9)
