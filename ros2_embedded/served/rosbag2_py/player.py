"""Plays bags."""

from __future__ import annotations

import contextlib
import threading
from typing import ClassVar

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rosbag2_py.ending import check_log_level, ended_by_signals, own_context
from rosbag2_py.options import StorageOptions
from rosbag2_py.playback import Playback
from rosbag2_py.transport_options import PlayOptions

_LOOK = 0.1  # how often the end is looked for [s]


class Player:
    """Plays in a context of its own until the end of the bag, `cancel`, SIGINT or SIGTERM."""

    _playing: ClassVar[set[Playback]] = set()

    def __init__(self, log_level: str = 'info') -> None:
        """Prepare to play.

        Raises:
            RuntimeError: there is no such log level.
        """
        check_log_level(log_level)
        self._log_level = log_level

    def play(self, storage_options: StorageOptions, play_options: PlayOptions) -> None:
        """Play a bag.

        Raises:
            RuntimeError: it cannot be read, or an option is not valid.
        """
        self._play(storage_options, play_options, None)

    def burst(
        self, storage_options: StorageOptions, play_options: PlayOptions, num_messages: int
    ) -> None:
        """Publish the first messages of a bag at once, all for 0, and go on paused.

        Raises:
            RuntimeError: it cannot be read, or an option is not valid.
        """
        play_options.start_paused = True
        self._play(storage_options, play_options, num_messages)

    def _play(self, storage: StorageOptions, options: PlayOptions, burst: int | None) -> None:
        with (
            ended_by_signals(self.cancel) as ended,
            own_context(self._log_level) as context,
        ):
            node = rclpy.create_node(
                'rosbag2_player', context=context, cli_args=options.topic_remapping_options
            )
            playback = Playback(node, storage, options)
            executor = SingleThreadedExecutor(context=context)
            executor.add_node(node)
            over = threading.Event()
            spinning = threading.Thread(target=_spin, args=(executor, over), name='rosbag2_player')
            spinning.start()
            Player._playing.add(playback)
            try:
                if not ended.is_set():
                    playback.play(burst)
            finally:
                Player._playing.discard(playback)
                over.set()
                spinning.join()
                executor.shutdown()
                playback.close()
                node.destroy_node()

    @staticmethod
    def cancel() -> None:
        """End all playing in this process."""
        for each in list(Player._playing):
            each.stop()


def _spin(executor: SingleThreadedExecutor, over: threading.Event) -> None:
    with contextlib.suppress(ExternalShutdownException):
        while not over.is_set():
            executor.spin_once(timeout_sec=_LOOK)
