"""Arithmetic of quaternions (x, y, z, w) and vectors as tuples of floats."""

from __future__ import annotations

import math

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the rotation b followed by a."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by + ay * bw + az * bx - ax * bz,
        aw * bz + az * bw + ax * by - ay * bx,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def inverse(q: Quaternion) -> Quaternion:
    """Return the opposite rotation of a unit quaternion."""
    return -q[0], -q[1], -q[2], q[3]


def rotate(q: Quaternion, v: Vector) -> Vector:
    """Rotate a vector by a unit quaternion."""
    x, y, z, _ = multiply(multiply(q, (*v, 0.0)), inverse(q))
    return x, y, z


def add(a: Vector, b: Vector) -> Vector:
    """Return the sum of two vectors."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def negative(v: Vector) -> Vector:
    """Return the opposite vector."""
    return -v[0], -v[1], -v[2]


def normalized(q: Quaternion) -> Quaternion:
    """Return the unit quaternion of the same rotation with w not negative; NaN for length 0.

    Raises:
        No error; an input with NaN gives NaN.
    """
    length = math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
    if length == 0.0 or math.isnan(length):
        return math.nan, math.nan, math.nan, math.nan
    scale = math.copysign(1.0 / length, q[3])
    # Adding zero turns a negative zero into a positive one.
    return q[0] * scale + 0.0, q[1] * scale + 0.0, q[2] * scale + 0.0, q[3] * scale + 0.0


def slerp(a: Quaternion, b: Quaternion, ratio: float) -> Quaternion:
    """Return the rotation at a ratio of the shortest way from a to b (unit quaternions)."""
    dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    sign = -1.0 if dot < 0.0 else 1.0
    angle = math.acos(min(abs(dot), 1.0))
    if angle == 0.0:
        return a
    sine = math.sin(angle)
    s0 = math.sin((1.0 - ratio) * angle) / sine
    s1 = sign * math.sin(ratio * angle) / sine
    return (
        a[0] * s0 + b[0] * s1,
        a[1] * s0 + b[1] * s1,
        a[2] * s0 + b[2] * s1,
        a[3] * s0 + b[3] * s1,
    )


def interpolate(a: Vector, b: Vector, ratio: float) -> Vector:
    """Return the point at a ratio of the way from a to b."""
    rest = 1.0 - ratio
    return (
        rest * a[0] + ratio * b[0],
        rest * a[1] + ratio * b[1],
        rest * a[2] + ratio * b[2],
    )
