"""Images as arrays: each colour conversion with OpenCV where it is installed, and without it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from cv_bridge import CvBridge, CvBridgeError, conversions, getCvType
from cv_bridge.boost.cv_bridge_boost import cvtColor2
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

PLAIN = ('mono', 'rgb', 'bgr', 'rgba', 'bgra')


@pytest.fixture(params=['with OpenCV', 'without OpenCV'])
def bridge(request, monkeypatch):
    if request.param == 'with OpenCV':
        pytest.importorskip('cv2')
    else:
        without_opencv(monkeypatch)
    yield CvBridge()
    conversions.find_opencv.cache_clear()


@pytest.fixture
def cv2():
    return pytest.importorskip('cv2')


def without_opencv(monkeypatch):
    monkeypatch.setitem(sys.modules, 'cv2', None)
    conversions.find_opencv.cache_clear()


def pixels(channels, dtype=np.uint8, height=5, width=7):
    shape = (height, width) if channels == 1 else (height, width, channels)
    high = np.iinfo(dtype).max
    return np.random.default_rng(1).integers(0, high, shape, dtype, endpoint=True)


@pytest.mark.parametrize(
    'kind', ['uint8', 'int8', 'uint16', 'int16', 'int32', 'float32', 'float64']
)
@pytest.mark.parametrize('channels', [1, 2, 3, 4, 5])
def test_pixels_come_back_as_they_went_in(bridge, kind, channels):
    image = pixels(channels).astype(kind)
    message = bridge.cv2_to_imgmsg(image, header=Header(frame_id='camera'))
    assert message.header.frame_id == 'camera'
    assert message.step == 7 * channels * image.itemsize
    again = bridge.imgmsg_to_cv2(message)
    assert again.dtype == image.dtype
    assert np.array_equal(again, image)


def test_a_big_endian_image_is_read(bridge):
    image = pixels(1, np.uint16)
    message = bridge.cv2_to_imgmsg(image.astype('>u2'), 'mono16')
    assert message.is_bigendian
    again = bridge.imgmsg_to_cv2(message)
    assert again.dtype == np.dtype(np.uint16)
    assert np.array_equal(again, image)


def test_rows_with_padding_are_read(bridge):
    image = pixels(3)
    padded = np.zeros((5, 24), np.uint8)
    padded[:, :21] = image.reshape(5, 21)
    message = Image(height=5, width=7, step=24, encoding='bgr8', data=padded.tobytes())
    assert np.array_equal(bridge.imgmsg_to_cv2(message), image)


def test_drawing_on_the_array_leaves_the_message_as_it_is(bridge):
    message = bridge.cv2_to_imgmsg(pixels(3), 'bgr8')
    before = bytes(message.data)
    bridge.imgmsg_to_cv2(message)[:] = 0
    assert bytes(message.data) == before


def test_colours_change_places_and_alpha_is_opaque(bridge):
    image = np.array([[[10, 20, 30]]], np.uint8)
    message = bridge.cv2_to_imgmsg(image, 'rgb8')
    assert bridge.imgmsg_to_cv2(message, 'bgr8').tolist() == [[[30, 20, 10]]]
    assert bridge.imgmsg_to_cv2(message, 'bgra8').tolist() == [[[30, 20, 10, 255]]]
    # 0.299 red, 0.587 green, 0.114 blue
    assert bridge.imgmsg_to_cv2(message, 'mono8').tolist() == [[18]]
    gray = bridge.cv2_to_imgmsg(np.array([[7]], np.uint8), 'mono8')
    assert bridge.imgmsg_to_cv2(gray, 'rgba8').tolist() == [[[7, 7, 7, 255]]]


def test_between_8_and_16_bits_white_stays_white(bridge):
    mono = bridge.cv2_to_imgmsg(np.array([[0, 1, 128, 255]], np.uint8), 'mono8')
    assert bridge.imgmsg_to_cv2(mono, 'mono16').tolist() == [[0, 257, 32896, 65535]]
    wide = bridge.cv2_to_imgmsg(np.array([[0, 128, 129, 65535]], np.uint16), 'mono16')
    assert bridge.imgmsg_to_cv2(wide, 'mono8').tolist() == [[0, 0, 1, 255]]
    colour = bridge.cv2_to_imgmsg(np.full((1, 1, 3), 65535, np.uint16), 'rgb16')
    assert bridge.imgmsg_to_cv2(colour, 'bgr8').tolist() == [[[255, 255, 255]]]


def test_other_depths_are_rounded_and_bounded(bridge):
    message = bridge.cv2_to_imgmsg(np.array([[-3.0, 1.6, 300.0, np.nan]], np.float32))
    assert bridge.imgmsg_to_cv2(message, '8UC1').tolist() == [[0, 2, 255, 0]]
    assert bridge.imgmsg_to_cv2(message, '64FC1').dtype == np.float64


@pytest.mark.parametrize(
    ('source', 'target', 'reason'),
    [
        ('8UC1', 'mono8', 'not a color format'),
        ('mono8', '8UC3', 'same number'),
        ('32FC1', '32FC2', 'same number'),
        ('rgb8', 'bayer_rggb8', 'Unsupported conversion'),
        ('bayer_rggb8', 'rgba8', 'Unsupported conversion'),
        ('mono8', 'rgb9', 'Unrecognized image encoding'),
    ],
)
def test_what_has_no_conversion_is_refused_with_a_sentence(bridge, source, target, reason):
    kind, channels = bridge.encoding_to_dtype_with_channels(source)
    message = bridge.cv2_to_imgmsg(pixels(channels).astype(kind), source)
    with pytest.raises(CvBridgeError, match=reason):
        bridge.imgmsg_to_cv2(message, target)


def test_what_is_no_image_is_refused_with_a_sentence(bridge):
    with pytest.raises(TypeError, match='not a numpy array'):
        bridge.cv2_to_imgmsg([1, 2], 'mono8')
    with pytest.raises(CvBridgeError, match='incompatible type 8UC3'):
        bridge.cv2_to_imgmsg(pixels(3), 'rgba8')
    with pytest.raises(CvBridgeError, match='images of bool'):
        bridge.cv2_to_imgmsg(np.zeros((2, 2), bool))
    with pytest.raises(CvBridgeError, match='wrongly formed'):
        bridge.imgmsg_to_cv2(Image(height=2, width=2, step=5, encoding='rgb8', data=bytes(10)))
    with pytest.raises(CvBridgeError, match='wrongly formed'):
        bridge.imgmsg_to_cv2(Image(height=2, width=2, step=6, encoding='rgb8', data=bytes(11)))


def test_types_have_the_numbers_of_opencv(bridge):
    assert getCvType('8UC1') == getCvType('8U') == 0
    assert getCvType('32FC1') == 5
    for number, name in bridge.cvtype_to_name.items():
        assert bridge.encoding_to_cvtype2(name) == number
    assert bridge.cvtype2_to_dtype_with_channels(getCvType('16SC3')) == ('int16', 3)
    assert bridge.numpy_type_to_cvtype['float32'] == '32F'


def test_what_needs_opencv_says_so(monkeypatch):
    without_opencv(monkeypatch)
    bridge = CvBridge()
    try:
        with pytest.raises(ModuleNotFoundError, match='pip install opencv'):
            bridge.compressed_imgmsg_to_cv2(CompressedImage())
        with pytest.raises(ModuleNotFoundError, match='pip install opencv'):
            bridge.cv2_to_compressed_imgmsg(pixels(1))
        bayer = bridge.cv2_to_imgmsg(pixels(1, height=4, width=4), 'bayer_rggb8')
        with pytest.raises(ModuleNotFoundError, match='BAYER_RGGB'):
            bridge.imgmsg_to_cv2(bayer, 'rgb8')
    finally:
        conversions.find_opencv.cache_clear()


@pytest.mark.parametrize('bits', [8, 16])
@pytest.mark.parametrize('source', PLAIN)
def test_colours_without_opencv_are_those_with_it(cv2, monkeypatch, source, bits):
    encodings = {each: f'{each}{bits}' for each in PLAIN}
    channels = CvBridge().encoding_to_dtype_with_channels(encodings[source])[1]
    image = pixels(channels, np.dtype(f'uint{bits}'), height=64, width=64)
    with_it = [cvtColor2(image, encodings[source], each) for each in encodings.values()]
    without_opencv(monkeypatch)
    without = [cvtColor2(image, encodings[source], each) for each in encodings.values()]
    conversions.find_opencv.cache_clear()
    for one, other in zip(with_it, without, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize('pattern', ['rggb', 'bggr', 'gbrg', 'grbg'])
def test_bayer_patterns_give_the_colour_of_their_letters(cv2, pattern):
    colour = {'r': 200, 'g': 100, 'b': 50}
    tile = np.array([colour[each] for each in pattern], np.uint8).reshape(2, 2)
    message = CvBridge().cv2_to_imgmsg(np.tile(tile, (8, 8)), f'bayer_{pattern}8')
    assert CvBridge().imgmsg_to_cv2(message, 'rgb8')[8, 8].tolist() == [200, 100, 50]


def test_packed_yuv_is_converted(cv2):
    gray = np.full((4, 4, 2), 128, np.uint8)
    for name in ('yuv422', 'uyvy', 'yuv422_yuy2', 'yuyv'):
        rgb = CvBridge().imgmsg_to_cv2(CvBridge().cv2_to_imgmsg(gray, name), 'rgb8')
        assert rgb.shape == (4, 4, 3)
        assert len(np.unique(rgb)) == 1


def test_compressed_images_go_there_and_back(cv2):
    bridge = CvBridge()
    image = pixels(3)
    message = bridge.cv2_to_compressed_imgmsg(image, 'png')
    assert message.format == 'png'
    assert np.array_equal(bridge.compressed_imgmsg_to_cv2(message), image)
    assert np.array_equal(bridge.compressed_imgmsg_to_cv2(message, 'rgb8'), image[..., ::-1])
    depth = pixels(1, np.uint16)
    message = bridge.cv2_to_compressed_imgmsg(depth, 'png')
    assert np.array_equal(bridge.compressed_imgmsg_to_cv2(message, 'mono16'), depth)
    with pytest.raises(CvBridgeError, match='no image'):
        bridge.compressed_imgmsg_to_cv2(CompressedImage(format='jpeg', data=b'\xff\xd8nothing'))
    with pytest.raises(CvBridgeError):
        bridge.cv2_to_compressed_imgmsg(image, 'nothing')
