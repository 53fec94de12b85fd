"""The arguments after --ros-args."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rclpy._rclpy_pybind11 import RCLError, UnknownROSArgsError
from rclpy.impl import logging_levels
from rclpy.impl.parameter_files import Overrides, add_assignment, add_file
from rclpy.impl.remapping import RemapRule, parse_rule

ROS_ARGS, END = '--ros-args', '--'

# Flags without a value; what they switch is either always so here or not served.
_FLAGS = ('rosout-logs', 'stdout-logs', 'external-lib-logs')


@dataclass
class Arguments:
    """What the arguments say.

    Attributes:
        remaps: rules in order.
        overrides: parameters by node name with wildcards, in order.
        log_level: level of all loggers, or None.
        logger_levels: levels by logger name.
        enclave: security enclave; read and not used.
        rosout, stdout: whether logs go to /rosout and to the console.
        unparsed: arguments that are not ROS's.
        unknown: arguments after --ros-args that nothing knows.
    """

    remaps: list[RemapRule] = field(default_factory=list)
    overrides: Overrides = field(default_factory=dict)
    log_level: int | None = None
    logger_levels: dict[str, int] = field(default_factory=dict)
    enclave: str = '/'
    rosout: bool = True
    stdout: bool = True
    unparsed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def parse_arguments(args: Sequence[str] | None) -> Arguments:
    """Read a command line.

    Raises:
        RCLError: an argument after --ros-args has a wrong form; the message says why.
        UnknownROSArgsError: one of them is not known.
        UnicodeEncodeError: one holds bytes that are no UTF-8.
    """
    found = Arguments()
    values = list(args or [])
    for each in values:
        # The locale's undecodable bytes arrive as surrogates, which no ROS name or value may hold.
        each.encode('utf-8')
    at, in_ros = 0, False
    while at < len(values):
        word = values[at]
        at += 1
        if word == ROS_ARGS:
            in_ros = True
        elif not in_ros:
            if not _legacy_rule(found, word):
                found.unparsed.append(word)
        elif word == END:
            in_ros = False
        else:
            at += _read_option(found, word, values[at] if at < len(values) else None)
    if found.unknown:
        raise UnknownROSArgsError(str(found.unknown))
    return found


def _legacy_rule(found: Arguments, word: str) -> bool:
    """Read a remap rule without --ros-args, as ROS 2 once wrote them."""
    if ':=' not in word:
        return False
    try:
        rule = parse_rule(word)
    except ValueError:
        return False
    print(
        f"Found remap rule '{word}'. This syntax is deprecated. Use '--ros-args --remap {word}' "
        'instead.',
        file=sys.stderr,
    )
    found.remaps.append(rule)
    return True


def _read_option(found: Arguments, word: str, value: str | None) -> int:
    """Read one option; return how many values it took."""
    options: dict[str, tuple[str, Callable[[Arguments, str], None]]] = {
        '-r': ('remap rule', _remap),
        '--remap': ('remap rule', _remap),
        '-p': ('parameter override rule', _parameter),
        '--param': ('parameter override rule', _parameter),
        '--params-file': ('params file', _file),
        '--log-level': ('log level', _log_level),
        '-e': ('enclave name', _enclave),
        '--enclave': ('enclave name', _enclave),
        '--log-config-file': ('log config file', _refuse_log_file),
    }
    if word in options:
        what, read = options[word]
        if value is None:
            raise RCLError(f"Couldn't parse trailing {word} flag. No {what} found.")
        try:
            read(found, value)
        except ValueError as error:
            raise RCLError(f"Couldn't parse {what}: '{word} {value}'. Error: {error}") from None
        return 1
    for flag in _FLAGS:
        if word in (f'--enable-{flag}', f'--disable-{flag}'):
            enabled = word.startswith('--enable')
            if flag == 'rosout-logs':
                found.rosout = enabled
            elif flag == 'stdout-logs':
                found.stdout = enabled
            return 0
    found.unknown.append(word)
    return 0


def _remap(found: Arguments, value: str) -> None:
    found.remaps.append(parse_rule(value))


def _parameter(found: Arguments, value: str) -> None:
    add_assignment(found.overrides, value)


def _file(found: Arguments, value: str) -> None:
    add_file(found.overrides, value)


def _enclave(found: Arguments, value: str) -> None:
    found.enclave = value


def _refuse_log_file(_: Arguments, value: str) -> None:
    raise ValueError(
        f'ros2_embedded reads no log configuration files ({value}); '
        'use --log-level or --log-level LOGGER:=LEVEL'
    )


def _log_level(found: Arguments, value: str) -> None:
    logger, separator, level = value.rpartition(':=')
    number = logging_levels.severity_from_text(level)
    if number is None:
        raise ValueError('Argument does not use a valid severity level')
    if separator:
        found.logger_levels[logger] = number
    else:
        found.log_level = number


def without_ros_arguments(args: Sequence[str]) -> list[str]:
    """Return a command line without what stands between --ros-args and --."""
    kept: list[str] = []
    in_ros = False
    for word in args:
        if word == ROS_ARGS:
            in_ros = True
        elif in_ros:
            in_ros = word != END
        else:
            kept.append(word)
    return kept
