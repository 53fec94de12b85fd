"""Images as numpy arrays in the forms that OpenCV takes."""

from cv_bridge.boost.cv_bridge_boost import getCvType
from cv_bridge.core import CvBridge, CvBridgeError

__all__ = ['CvBridge', 'CvBridgeError', 'getCvType']
