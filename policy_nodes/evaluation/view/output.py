"""Where the picture goes: a viewer window, a viewer elsewhere, or a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import rerun as rr

from policy_nodes.evaluation.run_files import RunError
from policy_nodes.evaluation.view.blueprint import layout
from policy_nodes.evaluation.view.viewer_process import ADDRESS, ViewerProcess, answers

APPLICATION = 'policy_stack'
SUFFIX = '.rrd'
CONNECT_SECONDS = 5.0
FLUSH_SECONDS = 60.0


class Output:
    """A picture that is under way.

    Attributes:
        recording: to draw into.
    """

    def __init__(self, save: Path | None = None, connect: str | None = None) -> None:
        """Begin a picture.

        Args:
            save: file to write it into.
            connect: address of a running viewer, such as rerun+http://127.0.0.1:9876/proxy; a
                window is opened where neither is given.

        Raises:
            RunError: there is no display, or the file or the viewer cannot be used.
        """
        self.recording = rr.RecordingStream(APPLICATION)
        self._viewer: ViewerProcess | None = None
        if save is not None:
            _require_file(save)
            self.recording.save(save, default_blueprint=layout())
        elif connect is not None:
            self._connect(connect)
        else:
            _require_display()
            self._viewer = ViewerProcess()
            self._connect(ADDRESS)

    @property
    def gone(self) -> bool:
        """Whether the window that was opened has been closed."""
        return self._viewer is not None and self._viewer.gone

    def finish(self) -> None:
        """Hand everything over and close the file or the connection.

        Raises:
            RunError: the viewer does not take it.
        """
        try:
            self.recording.flush(timeout_sec=FLUSH_SECONDS)
        except RuntimeError as error:
            if not self.gone:
                raise RunError(f'the picture was not taken to its end: {error}') from error
        finally:
            self.recording.disconnect()

    def _connect(self, address: str) -> None:
        if not answers(address):
            raise RunError(f'no Rerun viewer answers at {address}; start one there: rerun')
        try:
            self.recording.connect_grpc(address, default_blueprint=layout())
            self.recording.flush(timeout_sec=CONNECT_SECONDS)
        except (ValueError, RuntimeError) as error:
            self.recording.disconnect()
            raise RunError(f'the Rerun viewer at {address} cannot be used: {error}') from error


def _require_file(path: Path) -> None:
    if path.suffix != SUFFIX:
        raise RunError(f'{path} has to end in {SUFFIX}, as Rerun expects of its files')
    if path.is_dir():
        raise RunError(f'{path} is a folder; give the name of a file')
    if not path.parent.is_dir():
        raise RunError(f'there is no folder {path.parent} to write {path.name} into')
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise RunError(f'{path} cannot be written: it is not yours to write')


def _require_display() -> None:
    shown = os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')
    if sys.platform == 'linux' and not shown:
        raise RunError(
            'there is no display for the viewer; write a file with --save FILE.rrd and open it '
            'elsewhere, or use --connect with the address of a viewer'
        )
