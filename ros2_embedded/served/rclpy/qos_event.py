"""The old place of rclpy.event_handler."""

from rclpy.event_handler import (
    PublisherEventCallbacks,
    QoSEventHandler,
    QoSPublisherEventType,
    QoSSubscriptionEventType,
    SubscriptionEventCallbacks,
    UnsupportedEventTypeError,
)

__all__ = [
    'PublisherEventCallbacks',
    'QoSEventHandler',
    'QoSPublisherEventType',
    'QoSSubscriptionEventType',
    'SubscriptionEventCallbacks',
    'UnsupportedEventTypeError',
]
