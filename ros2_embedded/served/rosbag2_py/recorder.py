"""Records topics of the graph."""

from __future__ import annotations

import threading
import time

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rosbag2_py.ending import check_log_level, ended_by_signals, own_context
from rosbag2_py.options import StorageOptions
from rosbag2_py.recording import Recording
from rosbag2_py.transport_options import RecordOptions

_LOOK = 0.1  # how often the end is looked for [s]
_LAST = 1.0  # longest time to take what has come already [s]
_QUIET = 10  # looks without a message after which there is none


class Recorder:
    """Records in a context of its own until `cancel`, SIGINT or SIGTERM."""

    _end = threading.Event()

    def __init__(self, log_level: str = 'info') -> None:
        """Prepare to record.

        Raises:
            RuntimeError: there is no such log level.
        """
        check_log_level(log_level)
        self._log_level = log_level

    def record(
        self,
        storage_options: StorageOptions,
        record_options: RecordOptions,
        node_name: str = 'rosbag2_recorder',
    ) -> None:
        """Record until the end, and finish the bag.

        Raises:
            RuntimeError: the bag cannot be written, or an option is not valid.
        """
        Recorder._end.clear()
        with ended_by_signals(self.cancel), own_context(self._log_level) as context:
            node = rclpy.create_node(
                node_name,
                context=context,
                parameter_overrides=[Parameter('use_sim_time', value=record_options.use_sim_time)],
                automatically_declare_parameters_from_overrides=True,
            )
            executor = SingleThreadedExecutor(context=context)
            executor.add_node(node)
            recording = Recording(node, storage_options, record_options)
            try:
                while context.ok() and not Recorder._end.is_set():
                    executor.spin_once(timeout_sec=_LOOK)
                _take_what_has_come(executor, recording)
            finally:
                recording.close()
                executor.shutdown()
                node.destroy_node()

    @staticmethod
    def cancel() -> None:
        """End all recordings of this process."""
        Recorder._end.set()


def _take_what_has_come(executor: SingleThreadedExecutor, recording: Recording) -> None:
    """Write the messages that arrived before the end and have not been taken yet."""
    deadline, quiet = time.monotonic() + _LAST, 0
    while quiet < _QUIET and time.monotonic() < deadline and executor.context.ok():
        before = recording.count
        executor.spin_once(timeout_sec=0.0)
        quiet = quiet + 1 if recording.count == before else 0
