"""LaunchConfig class, where and how launch logs."""

from __future__ import annotations

import datetime
import logging
import os
import socket
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import handlers
from .colour import ColourFormatter

SCREEN_FORMATS = {
    'default': '[{levelname}] [{name}]: {msg}',
    'default_with_timestamp': '{created:.7f} [{levelname}] [{name}]: {msg}',
}
FILE_FORMATS = {'default': '{created:.7f} [{levelname}] [{name}]: {msg}'}


class LaunchConfig:
    """Settings of launch's logging, one for the whole process."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to the settings at the start."""
        self._log_dir: str | None = None
        self._log_handler_factory: Callable[..., logging.Handler] | None = None
        self.file_handlers: dict[str, handlers.LazyFileHandler] = {}
        self.screen_handler: handlers.ScreenHandler | None = None
        self.screen_formatter: logging.Formatter | None = None
        self.file_formatter: logging.Formatter | None = None
        self.level = logging.INFO
        self.set_screen_format('default')
        self.set_log_format('default')

    @property
    def level(self) -> int:
        """Least level that is logged."""
        return logging.root.getEffectiveLevel()

    @level.setter
    def level(self, new_level: int) -> None:
        logging.root.setLevel(new_level)

    @property
    def log_dir(self) -> str:
        """Folder of the log files of this launch, made at its first use.

        Raises:
            OSError: the folder cannot be made.
        """
        if self._log_dir is None:
            self._log_dir = _make_log_dir()
        return self._log_dir

    @log_dir.setter
    def log_dir(self, new_log_dir: str | None) -> None:
        if new_log_dir is not None:
            if self.file_handlers and self._log_dir is not None:
                warnings.warn(
                    f'Loggers already write below {self._log_dir}; they go on writing there.',
                    stacklevel=2,
                )
            if not Path(new_log_dir).is_dir():
                raise ValueError(f'{new_log_dir} is not a directory')
        self._log_dir = new_log_dir

    @property
    def log_base_dir(self) -> str:
        """Folder that the folders of all launches lie in."""
        return str(_logging_directory())

    @property
    def log_handler_factory(self) -> Callable[..., logging.Handler]:
        """Function of path and encoding that makes the handlers of log files."""
        return self._log_handler_factory or handlers.WatchedFileHandler

    @log_handler_factory.setter
    def log_handler_factory(self, factory: Callable[..., logging.Handler]) -> None:
        self._log_handler_factory = factory

    def set_screen_format(
        self, screen_format: str | None, *, screen_style: str | None = None
    ) -> None:
        """Set how lines look on the screen.

        Args:
            screen_format: a format of `logging`, `default`, or `default_with_timestamp`; the
                environment variable OVERRIDE_LAUNCH_SCREEN_FORMAT goes before it.
            screen_style: style of the format, `{` unless given.

        Raises:
            ValueError: a style is given for one of the named formats.
        """
        text, style = _format(
            screen_format, screen_style, SCREEN_FORMATS, 'OVERRIDE_LAUNCH_SCREEN_FORMAT', 'screen'
        )
        self.screen_formatter = None if text is None else ColourFormatter(text, style=style)
        if self.screen_handler is not None:
            self.screen_handler.setFormatter(self.screen_formatter)

    def set_log_format(self, log_format: str | None, *, log_style: str | None = None) -> None:
        """Set how lines look in the launch log file.

        Args:
            log_format: a format of `logging`, or `default`; the environment variable
                OVERRIDE_LAUNCH_LOG_FORMAT goes before it.
            log_style: style of the format, `{` unless given.

        Raises:
            ValueError: a style is given for a named format.
        """
        text, style = _format(
            log_format, log_style, FILE_FORMATS, 'OVERRIDE_LAUNCH_LOG_FORMAT', 'log'
        )
        self.file_formatter = None if text is None else logging.Formatter(text, style=style)
        for handler in self.file_handlers.values():
            handler.setFormatter(self.file_formatter)

    def get_screen_handler(self) -> handlers.ScreenHandler:
        """Return the one handler that writes to the screen."""
        if self.screen_handler is None:
            self.screen_handler = handlers.ScreenHandler()
            self.screen_handler.setFormatter(self.screen_formatter)
        return self.screen_handler

    def get_log_file_path(self, file_name: str = 'launch.log') -> str:
        """Return the path of a log file of this launch."""
        return str(Path(self.log_dir) / file_name)

    def get_log_file_handler(self, file_name: str = 'launch.log') -> handlers.LazyFileHandler:
        """Return the one handler that writes to a log file of this launch."""
        if file_name not in self.file_handlers:
            handler = handlers.LazyFileHandler(
                lambda: self.log_handler_factory(
                    self.get_log_file_path(file_name), encoding='utf-8'
                )
            )
            handler.setFormatter(self.file_formatter)
            self.file_handlers[file_name] = handler
        return self.file_handlers[file_name]


def _format(
    text: str | None, style: str | None, named: dict[str, str], override: str, what: str
) -> tuple[str | None, Any]:
    environment = os.environ.get(override)
    if environment:
        return environment.encode('latin1').decode('unicode_escape'), '{'
    if text in named:
        if style is not None:
            raise ValueError(f'Cannot set a custom format style for the "{text}" {what} format.')
        return named[text], '{'
    return text, style or '{'


def _logging_directory() -> Path:
    folder = os.environ.get('ROS_LOG_DIR')
    if not folder:
        folder = str(Path(os.environ.get('ROS_HOME') or Path('~', '.ros')) / 'log')
    return Path(os.path.normpath(Path(folder).expanduser()))


def _make_log_dir() -> str:
    base = _logging_directory()
    while True:
        now = datetime.datetime.now().strftime('%Y-%m-%d-%H-%M-%S-%f')
        folder = base / f'{now}-{socket.gethostname()}-{os.getpid()}'
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise OSError(
                f"cannot make the log folder '{folder}': {error.strerror}; "
                'set ROS_LOG_DIR to a folder that can be written'
            ) from error
        _point_latest_to(folder)
        return str(folder)


def _point_latest_to(folder: Path) -> None:
    latest = folder.parent / 'latest'
    try:
        if latest.is_symlink() or not latest.exists():
            latest.unlink(missing_ok=True)
            latest.symlink_to(folder, target_is_directory=True)
            return
        reason = 'it exists and is not a link'
    except OSError as error:
        reason = str(error)
    warnings.warn(
        f"Cannot create a symlink to latest log directory '{latest}': {reason}", stacklevel=3
    )
