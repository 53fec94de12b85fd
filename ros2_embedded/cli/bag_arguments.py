"""Arguments of the bag commands in the form that the ros2 command takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from typer.core import TyperCommand

from ros2_embedded.cli.errors import CommandError

if TYPE_CHECKING:
    from rclpy.qos import QoSProfile

CLOCK_FREQUENCY = '40'  # of `--clock` without a number [Hz]
_SERVICE_EVENTS = '/_service_event'
_POLICIES = ('history', 'reliability', 'durability', 'liveliness')
_DURATIONS = ('deadline', 'lifespan', 'liveliness_lease_duration')


class BagCommand(TyperCommand):
    """Command whose lists follow their option: `--topics /a /b` for `--topics /a --topics /b`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Write each item of a list, and a missing frequency of the clock, as click takes it."""
        lists = {name for each in self.params if each.multiple for name in each.opts}
        expanded: list[str] = []
        name, items = '', 0
        for number, each in enumerate(args):
            if each in lists:
                name, items = each, 0
                continue
            if name and not each.startswith('-'):
                expanded += [name, each]
                items += 1
                continue
            if name and not items:
                expanded.append(name)  # click says that its value is missing
            name = ''
            expanded.append(each)
            if each == '--clock' and not any(map(_is_number, args[number + 1 : number + 2])):
                expanded.append(CLOCK_FREQUENCY)
        if name and not items:
            expanded.append(name)
        return super().parse_args(ctx, expanded)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def service_events(services: list[str] | None) -> list[str]:
    """Return the topics that carry the events of services."""
    return [
        each if each.endswith(_SERVICE_EVENTS) else f'{each}{_SERVICE_EVENTS}'
        for each in services or ()
    ]


def read_qos_overrides(path: Path | None) -> dict[str, QoSProfile]:
    """Return QoS by topic from a YAML file, such as `/scan: {reliability: reliable, depth: 5}`.

    Raises:
        CommandError: the file cannot be read, or says something that is no QoS.
    """
    if path is None:
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding='utf-8'))
    except OSError as error:
        raise CommandError(f'{path} cannot be read: {error.strerror}') from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f'{path} is no YAML: {error}') from error
    if not isinstance(values, dict):
        raise CommandError(f'{path} must map topics to QoS, as `/scan: {{depth: 5}}` does')
    return {str(topic): _profile(topic, settings, path) for topic, settings in values.items()}


def _profile(topic: Any, settings: Any, path: Path) -> QoSProfile:
    from rclpy import qos
    from rclpy.duration import Duration

    where = f'{path}: QoS of {topic}'
    if not isinstance(settings, Mapping):
        raise CommandError(f'{where} must be a map, as `{{history: keep_last, depth: 5}}` is')
    found: dict[str, Any] = {}
    for key, value in settings.items():
        if key in _POLICIES:
            policy = getattr(qos, f'QoS{key.capitalize()}Policy')
            if value not in policy.short_keys():
                raise CommandError(
                    f"{where}: {key} '{value}' is unknown; known are "
                    f'{", ".join(policy.short_keys())}'
                )
            found[key] = policy.get_from_short_key(value)
        elif key in _DURATIONS:
            if not isinstance(value, Mapping) or not {'sec', 'nsec'} <= set(value):
                raise CommandError(
                    f'{where}: {key} must include both seconds (sec) and nanoseconds (nsec)'
                )
            found[key] = Duration(seconds=value['sec'], nanoseconds=value['nsec'])
            if found[key].nanoseconds < 0:
                raise CommandError(f'{where}: {key} may not be a negative value')
        elif key in ('depth', 'avoid_ros_namespace_conventions'):
            if not isinstance(value, int) or value < 0:
                raise CommandError(f'{where}: {key} may not be {value!r}')
            found[key] = value
        else:
            known = (*_POLICIES, *_DURATIONS, 'depth', 'avoid_ros_namespace_conventions')
            raise CommandError(f'{where}: unexpected key {key!r}; known are {", ".join(known)}')
    try:
        return qos.QoSProfile(**found)
    except (AssertionError, qos.InvalidQoSProfileException) as error:
        raise CommandError(f'{where}: {error}') from error
