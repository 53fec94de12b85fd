"""Where the picture goes: a viewer window, a viewer elsewhere, or a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import rerun as rr

from policy_nodes.evaluation.run_files import RunError
from policy_nodes.evaluation.view.blueprint import layout

APPLICATION = 'policy_stack'
SUFFIX = '.rrd'


def open_recording(save: Path | None = None, connect: str | None = None) -> rr.RecordingStream:
    """Begin a picture.

    Args:
        save: file to write it into.
        connect: address of a running viewer, such as rerun+http://127.0.0.1:9876/proxy; a window
            is opened where neither is given.

    Raises:
        RunError: there is no display, or the file or the address cannot be used.
    """
    recording = rr.RecordingStream(APPLICATION)
    if save is not None:
        _require_file(save)
        recording.save(save, default_blueprint=layout())
    elif connect is not None:
        try:
            recording.connect_grpc(connect, default_blueprint=layout())
        except (ValueError, RuntimeError) as error:
            raise RunError(f'{connect!r} is no address of a Rerun viewer: {error}') from error
    else:
        _require_display()
        try:
            recording.spawn(default_blueprint=layout())
        except (OSError, RuntimeError) as error:
            raise RunError(f'the Rerun viewer cannot be started: {error}') from error
    return recording


def finish(recording: rr.RecordingStream) -> None:
    """Hand everything over and close the file or the connection."""
    recording.flush()
    recording.disconnect()


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
