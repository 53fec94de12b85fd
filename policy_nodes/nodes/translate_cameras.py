"""Arrays of cameras to messages; nothing here decides anything."""

from array import array

import numpy as np
from geometry_msgs.msg import TransformStamped, Vector3
from numpy.typing import NDArray
from sensor_msgs.msg import CameraInfo, Image

from policy_nodes.nodes.translate import header, quaternion_message

Floats = NDArray[np.float64]


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
