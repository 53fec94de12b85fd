"""Image messages to arrays and back."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
from cv_bridge.boost.cv_bridge_boost import CV_MAT_CNWrap, CV_MAT_DEPTHWrap, getCvType
from cv_bridge.conversions import convert, opencv
from cv_bridge.encodings import DEPTHS, find_encoding
from sensor_msgs.msg import CompressedImage, Image

_AS_IT_IS = 'passthrough'
# What OpenCV decodes files to, by channels.
_DECODED = {1: 'mono', 3: 'bgr', 4: 'bgra'}


class CvBridgeError(TypeError):
    """Image that cannot be converted."""


class CvBridge:
    """Converts between image messages and arrays of (height, width[, channels]).

    An encoding is one of sensor_msgs' names, such as bgr8, mono16 or 32FC1, or `passthrough` for
    the one that there is.
    """

    def __init__(self) -> None:
        self.cvtype_to_name = {
            getCvType(f'{depth}C{channels}'): f'{depth}C{channels}'
            for depth in DEPTHS
            for channels in (1, 2, 3, 4)
        }
        self.cvdepth_to_numpy_depth = dict(enumerate(DEPTHS.values()))
        self.numpy_type_to_cvtype = {kind: depth for depth, kind in DEPTHS.items()} | DEPTHS

    def dtype_with_channels_to_cvtype2(self, dtype: np.dtype, n_channels: int) -> str:
        """Return OpenCV's name of a type, such as 8UC3.

        Raises:
            CvBridgeError: OpenCV has no such type.
        """
        if dtype.name not in DEPTHS.values():
            raise CvBridgeError(
                f'images of {dtype.name} have no encoding; use one of {", ".join(DEPTHS.values())}'
            )
        return f'{self.numpy_type_to_cvtype[dtype.name]}C{n_channels}'

    def cvtype2_to_dtype_with_channels(self, cvtype: int) -> tuple[str, int]:
        """Return numpy's name of the elements, and the channels, of an OpenCV type."""
        return self.cvdepth_to_numpy_depth[CV_MAT_DEPTHWrap(cvtype)], CV_MAT_CNWrap(cvtype)

    def encoding_to_cvtype2(self, encoding: str) -> int:
        """Return OpenCV's number of the type of an encoding.

        Raises:
            CvBridgeError: the encoding is unknown.
        """
        try:
            return getCvType(encoding)
        except RuntimeError as error:
            raise CvBridgeError(error) from error

    def encoding_to_dtype_with_channels(self, encoding: str) -> tuple[str, int]:
        """Return numpy's name of the elements, and the channels, of an encoding.

        Raises:
            CvBridgeError: the encoding is unknown.
        """
        return self.cvtype2_to_dtype_with_channels(self.encoding_to_cvtype2(encoding))

    def imgmsg_to_cv2(self, img_msg: Image, desired_encoding: str = _AS_IT_IS) -> np.ndarray:
        """Return the pixels of a message, an array of its own in the machine's byte order.

        Args:
            img_msg: message to read.
            desired_encoding: to return them in.

        Raises:
            CvBridgeError: an encoding is unknown, there is no conversion, or the message's sizes
                do not fit its data.
        """
        image = self._pixels(img_msg)
        if desired_encoding == _AS_IT_IS:
            return image
        return self._converted(image, img_msg.encoding, desired_encoding)

    def _pixels(self, message: Image) -> np.ndarray:
        name, channels = self.encoding_to_dtype_with_channels(message.encoding)
        dtype = np.dtype(name).newbyteorder('>' if message.is_bigendian else '<')
        height, width, step = message.height, message.width, message.step
        pixel = dtype.itemsize * channels
        row = width * pixel
        if height and (step < row or len(message.data) < height * step):
            raise CvBridgeError(
                f'the image is wrongly formed: {width} x {height} pixels of {message.encoding} '
                f'take rows of {row} bytes and {height * max(step, row)} bytes in all; '
                f'it has a step of {step} and {len(message.data)} bytes'
            )
        shape, strides = (height, width, channels), (step, pixel, dtype.itemsize)
        view = np.ndarray(shape, dtype, message.data, strides=strides)
        if channels == 1:
            view = view[:, :, 0]
        # A copy: readers in the publisher's process share the memory of a message.
        return view.astype(dtype.newbyteorder('='), order='C', copy=True)

    @staticmethod
    def _converted(image: np.ndarray, source: str, target: str) -> np.ndarray:
        try:
            return convert(image, source, target)
        except RuntimeError as error:
            raise CvBridgeError(error) from error

    def cv2_to_imgmsg(
        self, cvim: np.ndarray, encoding: str = _AS_IT_IS, header: Any | None = None
    ) -> Image:
        """Return a message with these pixels.

        Args:
            cvim: (height, width) or (height, width, channels).
            encoding: what they are; nothing is converted.
            header: of the message.

        Raises:
            TypeError: it is no array.
            CvBridgeError: the array does not fit the encoding.
        """
        _check_array(cvim)
        channels = 1 if cvim.ndim < 3 else cvim.shape[2]
        layout = self.dtype_with_channels_to_cvtype2(cvim.dtype, channels)
        if encoding != _AS_IT_IS:
            self.encoding_to_cvtype2(encoding)
            if find_encoding(encoding).layout != layout:
                raise CvBridgeError(
                    f'encoding specified as {encoding}, but image has incompatible type {layout}'
                )
        message = Image(
            height=cvim.shape[0],
            width=cvim.shape[1],
            encoding=layout if encoding == _AS_IT_IS else encoding,
            is_bigendian=cvim.dtype.byteorder == '>',
            step=cvim.shape[1] * channels * cvim.dtype.itemsize,
            data=array.array('B', cvim.tobytes()),
        )
        if header is not None:
            message.header = header
        return message

    def compressed_imgmsg_to_cv2(
        self, cmprs_img_msg: CompressedImage, desired_encoding: str = _AS_IT_IS
    ) -> np.ndarray:
        """Return the pixels of a compressed message; it needs OpenCV.

        Args:
            cmprs_img_msg: message to read.
            desired_encoding: `passthrough` for what OpenCV makes of it: mono, bgr or bgra.

        Raises:
            CvBridgeError: the data are no image, or there is no conversion.
            ModuleNotFoundError: OpenCV is not installed.
        """
        cv2 = opencv('reading compressed images')
        data = np.frombuffer(cmprs_img_msg.data, dtype=np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
        if image is None:
            raise CvBridgeError(
                f'{len(data)} bytes of format {cmprs_img_msg.format!r} are no image that OpenCV '
                'can decode'
            )
        if desired_encoding == _AS_IT_IS:
            return image
        colours = _DECODED[1 if image.ndim < 3 else image.shape[2]]
        return self._converted(image, f'{colours}{8 * image.itemsize}', desired_encoding)

    def cv2_to_compressed_imgmsg(
        self, cvim: np.ndarray, dst_format: str = 'jpg'
    ) -> CompressedImage:
        """Return a compressed message with these pixels; it needs OpenCV.

        Args:
            cvim: mono, bgr or bgra.
            dst_format: ending of the format's files, such as jpg or png.

        Raises:
            TypeError: it is no array.
            CvBridgeError: OpenCV cannot write these pixels in this format.
            ModuleNotFoundError: OpenCV is not installed.
        """
        _check_array(cvim)
        cv2 = opencv('writing compressed images')
        try:
            done, data = cv2.imencode(f'.{dst_format}', cvim)
        except cv2.error as error:
            raise CvBridgeError(f'no {dst_format} of this image: {error}') from error
        if not done:
            raise CvBridgeError(f'OpenCV cannot write {cvim.dtype} {cvim.shape} as {dst_format}')
        return CompressedImage(format=dst_format, data=array.array('B', data.tobytes()))


def _check_array(cvim: Any) -> None:
    if not isinstance(cvim, (np.ndarray, np.generic)):
        raise TypeError(f'Your input type is not a numpy array but {type(cvim).__name__}')
