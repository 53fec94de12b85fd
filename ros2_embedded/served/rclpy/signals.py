"""Signal handlers of rclpy."""

from rclpy._rclpy_pybind11 import SignalHandlerOptions
from rclpy.impl import signal_handling

__all__ = [
    'SignalHandlerOptions',
    'get_current_signal_handlers_options',
    'install_signal_handlers',
    'uninstall_signal_handlers',
]


def install_signal_handlers(options: SignalHandlerOptions = SignalHandlerOptions.ALL) -> None:
    """Shut all contexts down at SIGINT, SIGTERM or both."""
    signal_handling.install(options)


def get_current_signal_handlers_options() -> SignalHandlerOptions:
    """Return which signal handlers are installed."""
    return signal_handling.current_options()


def uninstall_signal_handlers() -> None:
    """Put the handlers back that stood before."""
    signal_handling.uninstall()
