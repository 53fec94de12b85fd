"""Point clouds as samples; the core looks into their bytes."""

import numpy as np
from sensor_msgs.msg import PointCloud2

from policy_nodes.contract.samples import CloudField, CloudSample
from policy_nodes.nodes.translate import nanoseconds


def cloud_sample(message: PointCloud2) -> CloudSample:
    """Read a cloud, without a copy of its points."""
    return CloudSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        height=message.height,
        width=message.width,
        fields=tuple(
            CloudField(field.name, field.offset, field.datatype, field.count)
            for field in message.fields
        ),
        is_bigendian=bool(message.is_bigendian),
        point_step=message.point_step,
        row_step=message.row_step,
        data=np.frombuffer(message.data, dtype=np.uint8),
    )
