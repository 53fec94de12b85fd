"""Arrays of cameras to messages and back; nothing here decides anything."""

from array import array

import numpy as np
from geometry_msgs.msg import TransformStamped, Vector3
from numpy.typing import NDArray
from sensor_msgs.msg import CameraInfo, Image

from policy_nodes.nodes.translate import header, quaternion_message

Floats = NDArray[np.float64]
MILLIMETRE = np.float32(1e-3)


class ImageError(ValueError):
    """An image that cannot be read; the sentence says why."""


def colour_message(rgb: NDArray[np.uint8], time_ns: int, frame: str) -> Image:
    """Write a colour image (H, W, 3)."""
    height, width, _ = rgb.shape
    return Image(
        header=header(time_ns, frame),
        height=height,
        width=width,
        encoding='rgb8',
        step=3 * width,
        data=array('B', rgb.tobytes()),
    )


def depth_message(depth: NDArray[np.float32], time_ns: int, frame: str) -> Image:
    """Write a depth image (H, W) [m], REP-118."""
    height, width = depth.shape
    return Image(
        header=header(time_ns, frame),
        height=height,
        width=width,
        encoding='32FC1',
        step=4 * width,
        data=array('B', depth.astype('<f4').tobytes()),
    )


def camera_info_message(
    intrinsics: Floats, shape: tuple[int, ...], time_ns: int, frame: str
) -> CameraInfo:
    """Write the intrinsics (3, 3) of an image (H, W, ...) without distortion."""
    projection = np.column_stack([intrinsics, np.zeros(3)])
    return CameraInfo(
        header=header(time_ns, frame),
        height=shape[0],
        width=shape[1],
        distortion_model='plumb_bob',
        d=[0.0] * 5,
        k=intrinsics.ravel().tolist(),
        r=np.eye(3).ravel().tolist(),
        p=projection.ravel().tolist(),
    )


def frame_message(
    time_ns: int, parent: str, child: str, position: Floats, quaternion: Floats
) -> TransformStamped:
    """Write the pose of a frame: position (3,) [m] and quaternion (4,) xyzw."""
    x, y, z = (float(number) for number in position)
    message = TransformStamped(header=header(time_ns, parent), child_frame_id=child)
    message.transform.translation = Vector3(x=x, y=y, z=z)
    message.transform.rotation = quaternion_message(quaternion)
    return message


def colour_array(message: Image) -> NDArray[np.uint8]:
    """Read a colour image (H, W, 3).

    Raises:
        ImageError: not rgb8, or too few bytes.
    """
    if message.encoding != 'rgb8':
        raise ImageError(f'encoding {message.encoding!r}, read is rgb8')
    return _rows(message, 3).reshape(message.height, message.width, 3)


def depth_array(message: Image) -> NDArray[np.float32]:
    """Read a depth image (H, W) [m], REP-118: 32FC1 in metres or 16UC1 in millimetres.

    Raises:
        ImageError: another encoding, or too few bytes.
    """
    order = '>' if message.is_bigendian else '<'
    if message.encoding == '32FC1':
        return _rows(message, 4).view(f'{order}f4').astype(np.float32)
    if message.encoding == '16UC1':
        return _rows(message, 2).view(f'{order}u2').astype(np.float32) * MILLIMETRE
    raise ImageError(f'encoding {message.encoding!r}, read are 32FC1 and 16UC1')


def intrinsics_array(message: CameraInfo) -> Floats:
    """Read the camera matrix (3, 3) [pixel].

    Raises:
        ImageError: a matrix that no camera has.
    """
    matrix = np.array(message.k, dtype=np.float64).reshape(3, 3)
    if not np.isfinite(matrix).all() or matrix[0, 0] <= 0.0 or matrix[1, 1] <= 0.0:
        raise ImageError(f'focal lengths {matrix[0, 0]} and {matrix[1, 1]}')
    return matrix


def _rows(message: Image, size: int) -> NDArray[np.uint8]:
    """Bytes (H, W * size) of an image whose rows may be padded."""
    height, width = message.height, message.width * size
    data = np.frombuffer(bytes(message.data), np.uint8)
    if message.step < width or data.size < height * message.step or not height * width:
        raise ImageError(
            f'{data.size} bytes in steps of {message.step} for {message.width} x {height} pixels'
        )
    rows = data[: height * message.step].reshape(height, message.step)[:, :width]
    return np.ascontiguousarray(rows)
