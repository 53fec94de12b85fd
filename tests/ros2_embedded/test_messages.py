"""Message classes and their bytes."""

import array
import copy
import pickle
import random

import numpy as np
import pytest

from ros2_embedded.cdr.decode import DecodeError
from ros2_embedded.messages.classes import message_class


def filled(message, values):
    """Give a message the values of cdr_golden.json's decoded form."""
    types = {field.name: field.type for field in message._definition.fields}
    for name, value in values.items():
        kind = types[name]
        if kind.is_message and kind.container:
            cls = message_class(kind.base)
            value = [filled(cls(), each) for each in value]
        elif kind.is_message:
            value = filled(getattr(message, name), value)
        elif kind.base == 'octet':
            whole = bytes.fromhex(value['bytes_hex']) if isinstance(value, dict) else None
            if kind.container:
                value = (
                    [bytes([each]) for each in whole]
                    if whole is not None
                    else [each.encode('latin1') for each in value]
                )
            else:
                value = whole if whole is not None else value.encode('latin1')
        setattr(message, name, value)
    return message


def encoded(message):
    return b''.join(message._TYPE_SUPPORT.encode(message))


def test_default_and_filled_messages_have_the_bytes_of_the_real_ones(capture):
    wrong = []
    for name, sample in capture('cdr_golden.json')['types'].items():
        cls = message_class(name)
        message = filled(cls(), sample['filled'])
        if encoded(cls()).hex() != sample['default_cdr']:
            wrong.append((name, 'default'))
        if encoded(message).hex() != sample['filled_cdr']:
            wrong.append((name, 'filled'))
        again = cls._TYPE_SUPPORT.decode(bytes.fromhex(sample['filled_cdr']))
        if encoded(again).hex() != sample['filled_cdr']:
            wrong.append((name, 'decoded'))
        if encoded(cls._TYPE_SUPPORT.share(again)).hex() != sample['filled_cdr']:
            wrong.append((name, 'shared'))
    assert wrong == []


def test_damaged_bytes_are_refused_or_read_but_never_crash(capture):
    samples = capture('cdr_golden.json')['types']
    chance = random.Random(3)
    refused = 0
    for name, sample in samples.items():
        support = message_class(name)._TYPE_SUPPORT
        good = bytes.fromhex(sample['filled_cdr'])
        for _ in range(20):
            bad = bytearray(good[: chance.randrange(4, len(good) + 1)])
            for _ in range(chance.randrange(3)):
                bad[chance.randrange(1, len(bad))] = chance.randrange(256)
            try:
                support.decode(bytes(bad))
            except DecodeError:
                refused += 1
    assert refused > 0


def test_a_sequence_or_string_above_its_bound_is_no_message_of_the_type():
    from rmw_dds_common.msg import NodeEntitiesInfo
    from shape_msgs.msg import SolidPrimitive

    support = SolidPrimitive._TYPE_SUPPORT
    good = encoded(SolidPrimitive(dimensions=[1.0, 2.0, 3.0]))
    assert list(support.decode(good).dimensions) == [1.0, 2.0, 3.0]
    bad = good[:8] + b'\x04' + good[9:36] + bytes(8) + good[36:]
    with pytest.raises(DecodeError, match='a length of 4 is above the bound of 3'):
        support.decode(bad)
    # The type of a string of at most 256 characters, and a longer one in its place.
    name = b'\x02\x01\x00\x00' + b'x' * 257 + bytes(4)
    with pytest.raises(DecodeError, match='a string of 257 is above the bound of 256'):
        NodeEntitiesInfo._TYPE_SUPPORT.decode(b'\x00\x01\x00\x00' + name + bytes(20))


def test_big_endian_bytes_are_read():
    from std_msgs.msg import Float64MultiArray, String

    assert String._TYPE_SUPPORT.decode(bytes.fromhex('00000000000000026100')).data == 'a'
    message = Float64MultiArray._TYPE_SUPPORT.decode(
        bytes.fromhex('00000000' + '00000000' + '00000000' + '00000001' + '00000000')
        + np.array([1.5], '>f8').tobytes()
    )
    assert message.data == array.array('d', [1.5])


def test_images_are_set_encoded_and_decoded_without_loops_over_bytes():
    from sensor_msgs.msg import Image

    pixels = np.arange(12, dtype=np.uint8)
    for data in (pixels, pixels.tobytes(), bytearray(pixels), memoryview(pixels.tobytes())):
        image = Image(data=data)
        assert image.data == array.array('B', range(12))
    large = Image(data=bytes(100_000))
    buffers = large._TYPE_SUPPORT.encode(large)
    # The pixels are handed on as they lie in the message, not copied.
    assert any(isinstance(each, memoryview) and each.obj is large.data for each in buffers)


def test_a_list_changed_behind_the_checks_is_refused_with_its_field():
    from sensor_msgs.msg import JointState

    message = JointState(name=['a'])
    message.name.append(3)
    with pytest.raises(TypeError, match=r"JointState.name.*each value of type 'str'"):
        encoded(message)


def test_a_shared_copy_keeps_big_arrays_and_isolates_the_rest():
    from sensor_msgs.msg import Image

    image = Image(data=bytes(10))
    image.header.frame_id = 'a'
    shared = image._TYPE_SUPPORT.share(image)
    image.header.frame_id = 'b'
    assert shared.header.frame_id == 'a'
    assert shared.data is image.data


def test_copies_and_pickles_equal_the_original():
    from sensor_msgs.msg import JointState

    message = JointState(name=['a'], position=[1.0])
    assert copy.deepcopy(message) == message
    assert copy.copy(message).position is message.position
    assert pickle.loads(pickle.dumps(message)) == message


def test_services_and_actions_have_rosidls_parts():
    from example_interfaces.action import Fibonacci
    from example_interfaces.srv import AddTwoInts

    assert AddTwoInts.Request.__module__ == 'example_interfaces.srv._add_two_ints'
    assert repr(Fibonacci.Goal(order=3)) == 'example_interfaces.action.Fibonacci_Goal(order=3)'
    assert Fibonacci.Impl.SendGoalService.Request().goal == Fibonacci.Goal()
    with pytest.raises(NotImplementedError, match='Action classes can not be instantiated'):
        Fibonacci()


def test_what_is_not_served_says_so():
    with pytest.raises(ImportError, match='ros2_embedded does not serve it'):
        import rosidl_parser.grammar  # noqa: F401  (the import is the test)
    with pytest.raises(ImportError, match='Nope'):
        from std_msgs.msg import Nope  # noqa: F401  (the import is the test)
