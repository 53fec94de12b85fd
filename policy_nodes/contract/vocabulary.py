"""The words that contracts and robot descriptions share, each with its meaning."""

from __future__ import annotations

UNITS = {
    '1': 'a number without a unit: gripper opening, class, probability, pixel value',
    'm': 'metre',
    'mm': 'millimetre',
    'rad': 'radian',
    'deg': 'degree',
    's': 'second',
    'm/s': 'metre per second',
    'rad/s': 'radian per second',
    'deg/s': 'degree per second',
    'm/s^2': 'metre per second squared',
    'rad/s^2': 'radian per second squared',
    'N': 'newton',
    'Nm': 'newton metre',
    'Pa': 'pascal',
    'A': 'ampere',
    'V': 'volt',
    'K': 'kelvin',
    'text': 'words, as bytes or tokens',
}

KINDS = {
    'position': 'target position of each named axis',
    'velocity': 'target velocity of each named axis',
    'effort': 'target force or torque of each named axis',
    'joint_position': 'target position of each named joint',
    'joint_velocity': 'target velocity of each named joint',
    'joint_effort': 'target torque of each named joint',
    'twist': 'velocity of a base or tool: linear.x to angular.z, in the frame of the term',
    'acceleration_index': 'which row of choices to add to the present twist',
    'key_pose': 'next pose of the tool, with gripper and whether contact is wanted',
    'detections': 'boxes round what was found, the best first; nothing moves by them',
    'waypoints': 'poses to pass, in the frame of the term',
}

SERVED_BY = {'acceleration_index': 'twist'}
"""Kind that the robot has to offer, where it is not the kind the policy chooses in."""

COLOURS = {
    'rgb': 'three channels, red first',
    'bgr': 'three channels, blue first',
    'mono': 'one channel of brightness',
    'depth': 'one channel of distance along the optical axis',
}

ORDERS = ('oldest_first', 'newest_first')

PADDINGS = {
    'first': 'frames before the first one repeat it',
    'zeros': 'frames before the first one are zero',
}

DTYPES = ('float16', 'float32', 'float64', 'uint8', 'int32', 'int64', 'bool')

IMAGE_TYPES = ('sensor_msgs/msg/Image', 'sensor_msgs/msg/CompressedImage')

OWN_STATE = 'policy'
"""Source of a term that the policy keeps itself: last action, time in the episode, memory."""
