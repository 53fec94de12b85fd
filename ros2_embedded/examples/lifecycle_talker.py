"""A talker with managed states; lifecycle_steps.py leads it through them."""

from __future__ import annotations

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import String


class LifecycleTalker(LifecycleNode):
    """Publishes while it is active; its publisher drops messages in other states."""

    def __init__(self) -> None:
        super().__init__('lifecycle_talker')
        self.publisher = None
        self.timer = None
        self.count = 0

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Make what is needed."""
        self.publisher = self.create_lifecycle_publisher(String, 'lifecycle_chatter', 10)
        self.timer = self.create_timer(0.1, self.talk)
        self.get_logger().info(f'Configured, after {state.label}')
        return TransitionCallbackReturn.SUCCESS

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to talk; the base class activates the publisher."""
        self.get_logger().info('Active')
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Stop talking."""
        self.get_logger().info('Inactive')
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give back what on_configure made."""
        self.destroy_timer(self.timer)
        self.destroy_publisher(self.publisher)
        self.get_logger().info('Cleaned up')
        return TransitionCallbackReturn.SUCCESS

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Be ready to end."""
        self.get_logger().info(f'Shut down, after {state.label}')
        return TransitionCallbackReturn.SUCCESS

    def talk(self) -> None:
        """Publish, if the state permits it."""
        self.count += 1
        if self.publisher.is_activated:
            self.publisher.publish(String(data=f'lifecycle {self.count}'))


def main(args: list[str] | None = None) -> None:
    """Be there until Ctrl-C."""
    try:
        with rclpy.init(args=args):
            rclpy.spin(LifecycleTalker())
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


if __name__ == '__main__':
    main()
