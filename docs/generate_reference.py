"""Write the reference pages that come from the code: nodes, messages, commands, names of rclpy.

Run it from anywhere: `python docs/generate_reference.py`. A test fails while a committed page is
not what the code says.
"""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin

import yaml

import policy_nodes  # noqa: F401 from here on rclpy is there, even without ROS 2

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / 'docs' / 'reference'
GRAPH = (
    'crowd_simulator',
    'people_tracker',
    'navigation_policy',
    'safety_controller',
    'supervisor',
    'recorder',
    'scorer',
)
ROBOTS = {'arm': 'panda', 'legged': 'barkour'}  # whose files are shipped for a kind of robot
FOREVER_NS = 1 << 62


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; none without rows."""
    lines = [_row(row) for row in rows]
    return [_row(header), _row(['---'] * len(header)), *lines, ''] if lines else []


def _row(cells: Sequence[str]) -> str:
    return '| ' + ' | '.join(str(cell).replace('|', '\\|') for cell in cells) + ' |'


def nodes_page() -> str:
    """One section a node: topics, services and parameters of its interface table."""
    lines = [
        '# Nodes',
        '',
        'Written by `docs/generate_reference.py` from the tables that the nodes are built of.',
        '',
        'Names that begin with `~/` lie below the name of the node, names without a slash below '
        'the namespace of the robot. A value in the column *shipped* is that of the files in '
        '`config/`; a launch argument goes before it. The middleware refuses numbers out of their '
        'range. A lifecycle node publishes only while it is active, and has the usual services to '
        'be configured, activated, deactivated and cleaned up.',
        '',
        *(f'- [{name}](#{name})' for name in known_nodes()),
        '',
    ]
    for name in known_nodes():
        module = importlib.import_module(f'policy_nodes.nodes.{name}')
        for interface in getattr(module, 'INTERFACES', None) or (module.INTERFACE,):
            lines += _node(module, interface)
    return '\n'.join(lines)


def known_nodes() -> list[str]:
    """Executables that setup.cfg installs, in the order of the graph."""
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg', encoding='utf-8')
    scripts = config['options.entry_points']['console_scripts'].split('\n')
    found = [line.split('=')[0].strip() for line in scripts if 'policy_nodes.nodes.' in line]
    return sorted(found, key=lambda name: (GRAPH.index(name) if name in GRAPH else 99, name))


def _node(module: ModuleType, interface: Any) -> list[str]:
    from rclpy.lifecycle import LifecycleNode

    own = [
        kind
        for kind in vars(module).values()
        if getattr(kind, '__module__', '') == module.__name__
    ]
    managed = any(isinstance(kind, type) and issubclass(kind, LifecycleNode) for kind in own)
    kind = 'Lifecycle node.' if managed else 'Plain node: it is up as long as its process runs.'
    variant = f', kind {interface.variant}' if interface.variant else ''
    lines = [f'## {interface.name}{variant}', '', f'{interface.purpose} {kind}', '']
    header = ('topic', 'type', 'QoS', 'what')
    for title, topics in (('Publishes', interface.publishes), ('Reads', interface.subscribes)):
        rows = [
            (f'`{topic.name}`', _type_name(topic.type, 'msg'), _qos(topic.qos), topic.purpose)
            for topic in topics
        ]
        if rows:
            lines += [f'{title}:', '', *table(header, rows)]
    services = [
        (f'`{name}`', _type_name(kind, 'srv'), purpose)
        for name, kind, purpose in interface.services
    ]
    if services:
        lines += ['Services:', '', *table(('service', 'type', 'what'), services)]
    shipped = _shipped(interface.name, ROBOTS.get(interface.variant, 'turtlebot'))
    rows = [_setting(setting, shipped) for setting in interface.settings]
    if rows:
        header = ('parameter', 'default', 'shipped', 'unit', 'permitted', 'what')
        lines += ['Parameters:', '', *table(header, rows)]
    return lines


def _setting(setting: Any, shipped: dict[str, Any]) -> tuple[str, ...]:
    permitted = ', '.join(setting.choices)
    if setting.range is not None:
        permitted = ' to '.join(_number(bound) for bound in setting.range)
    differs = setting.name in shipped and shipped[setting.name] != setting.default
    what = setting.purpose + (' (read-only)' if setting.read_only else '')
    return (
        f'`{setting.name}`',
        _value(setting.default),
        _value(shipped[setting.name]) if differs else '',
        setting.unit,
        permitted,
        what,
    )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f'{value:g}'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, list | tuple):
        filled = [str(item) for item in value if item != '']
        return f'{len(filled)} entries' if len(filled) > 3 else ', '.join(filled) or 'none'
    return f'`{value}`' if value != '' else 'empty'


def _shipped(name: str, robot: str) -> dict[str, Any]:
    """Parameters that config/ gives to a node, by dotted name."""
    found: dict[str, Any] = {}
    config = ROOT / 'config'
    files = [config / f'{name}.yaml', config / 'turtlebot' / f'{name}.yaml']
    files = [file for file in files if file.is_file()] or sorted(config.glob(f'*/{name}.yaml'))
    for file in files:
        content = yaml.safe_load(file.read_text(encoding='utf-8'))
        for section in content.values():
            found |= dict(_dotted(section['ros__parameters']))
    return found


def _dotted(values: dict[str, Any], prefix: str = '') -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _dotted(value, f'{prefix}{name}.')
        else:
            yield prefix + name, value


def _type_name(kind: type, folder: str) -> str:
    return f'{kind.__module__.split(".")[0]}/{folder}/{kind.__name__}'


def _qos(profile: Any) -> str:
    words = [profile.reliability.name.lower().replace('_', ' ')]
    if profile.durability.name == 'TRANSIENT_LOCAL':
        words.append('kept for late subscribers')
    words.append(f'last {profile.depth}')
    for name, what in (('deadline', 'deadline'), ('liveliness_lease_duration', 'lease')):
        duration = getattr(profile, name).nanoseconds
        if 0 < duration < FOREVER_NS:
            words.append(f'{what} {duration / 1e9:g} s')
    return ', '.join(words)


def messages_page() -> str:
    """One section a definition file: fields, constants and what the file says about them."""
    lines = [
        '# Messages, services and actions',
        '',
        'Written by `docs/generate_reference.py` from `msg/`, `srv/` and `action/`. The package '
        'is `policy_stack`. Everything that a standard message says uses the standard message.',
        '',
    ]
    parts = {
        'msg': ('',),
        'srv': ('Request', 'Response'),
        'action': ('Goal', 'Result', 'Feedback'),
    }
    for kind, titles in parts.items():
        for file in sorted((ROOT / kind).glob(f'*.{kind}')):
            lines += [f'## policy_stack/{kind}/{file.stem}', '']
            sections = file.read_text(encoding='utf-8').split('---\n')
            for title, section in zip(titles, sections, strict=True):
                lines += _definition(title, section)
    return '\n'.join(lines)


def _definition(title: str, section: str) -> list[str]:
    said, fields, constants = [], [], []
    for line in section.splitlines():
        content, _, comment = (part.strip() for part in line.partition('#'))
        if not content:
            said += [comment] if comment else []
            continue
        kind, name = content.split(maxsplit=1)
        if '=' in name:
            constants.append((f'`{name}`', kind, comment))
        else:
            fields.append((f'`{name}`', kind, comment))
    lines = [' '.join(said), ''] if said else []
    lines += [f'{title}:', ''] if title else []
    lines += table(('constant', 'type', 'what'), constants)
    lines += table(('field', 'type', 'what'), fields) or ['empty', '']
    return lines


def commands_page(app: Any) -> str:
    """One section a command of a Typer app: what it does, arguments and options."""
    lines = [
        '# Commands',
        '',
        'Written by `docs/generate_reference.py` from the commands themselves. Every command has '
        '`--help`. Exit status: 0 done, 1 done and something was found wrong, 2 refused, with the '
        'reason in one sentence.',
        '',
    ]
    for name, callback in _commands(app, 'policy-stack'):
        lines += [f'## {name}', '', *_documentation(callback)]
        arguments, options = [], []
        for parameter in inspect.signature(callback, eval_str=True).parameters.values():
            row = _parameter(parameter)
            if row is not None:
                (options if row[0].startswith('`-') else arguments).append(row)
        lines += table(('argument', 'value', 'default', 'what'), arguments)
        lines += table(('option', 'value', 'default', 'what'), options)
    return '\n'.join(lines)


def _commands(app: Any, prefix: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for command in app.registered_commands:
        name = command.name or command.callback.__name__.replace('_', '-')
        yield f'{prefix} {name}', command.callback
    for group in app.registered_groups:
        instance = group.typer_instance
        name = group.name if isinstance(group.name, str) else instance.info.name
        yield from _commands(instance, f'{prefix} {name}')


def _documentation(callback: Callable[..., Any]) -> list[str]:
    """Paragraphs of the docstring; what follows `Example:` becomes code."""
    lines: list[str] = []
    for paragraph in (inspect.getdoc(callback) or '').split('\n\n'):
        text = ' '.join(line.strip() for line in paragraph.splitlines() if line.strip() != '\b')
        before, _, example = text.partition('Example: ')
        lines += [before.strip(), ''] if before.strip() else []
        if example:
            example = example.strip('`')
            lines += ['```sh', re.sub(r'^ros ', 'policy-stack ros ', example), '```', '']
    return lines


def _parameter(parameter: inspect.Parameter) -> tuple[str, str, str, str] | None:
    annotation, default = parameter.annotation, parameter.default
    info = default if hasattr(default, 'param_decls') else None
    if get_origin(annotation) is Annotated:
        annotation, *extras = get_args(annotation)
        info = next((extra for extra in extras if hasattr(extra, 'param_decls')), None)
    if info is None:
        return None  # the context, which is none of the user's
    if hasattr(default, 'param_decls'):
        default = default.default
    # in Annotated the first name stands where the default would
    names = (info.default, *(info.param_decls or ()))
    given = [text for text in names if isinstance(text, str) and text.startswith('-')]
    option = type(info).__name__ == 'OptionInfo'
    name = parameter.name.replace('_', '-')
    if not option:
        shown = f'`{info.metavar or parameter.name.upper()}`'
    elif given:
        shown = ', '.join(f'`{decl}`' for decl in given)
    else:
        shown = f'`--{name}`, `--no-{name}`' if annotation is bool and default else f'`--{name}`'
    required = default is inspect.Parameter.empty or default is ...
    said = 'required' if required else _default(default)
    return shown, _kind(annotation, info), said, info.help or ''


def _default(value: Any) -> str:
    if value is None or value is False or value in ('', (), []):
        return ''
    return 'on' if value is True else f'`{value}`'


def _kind(annotation: Any, info: Any) -> str:
    options = [kind for kind in get_args(annotation) if kind is not type(None)]
    if get_origin(annotation) is list:
        return f'{_kind(options[0], info)}, repeated'
    if options:
        return _kind(options[0], info)
    names = {'int': 'whole number', 'float': 'number', 'str': 'text', 'Path': 'path', 'bool': ''}
    name = names.get(getattr(annotation, '__name__', ''), str(annotation))
    low, high = getattr(info, 'min', None), getattr(info, 'max', None)
    if low is not None and high is not None:
        return f'{name}, {_number(low)} to {_number(high)}'
    if low is not None:
        return f'{name}, at least {_number(low)}'
    return name


def neighbour(name: str) -> ModuleType:
    """Import another module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f'{name}.py'))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    from policy_nodes.cli import app

    return {
        REFERENCE / 'ros2_embedded_api.md': neighbour('ros2_embedded_api').api_page(),
        REFERENCE / 'nodes.md': nodes_page(),
        REFERENCE / 'messages.md': messages_page(),
        REFERENCE / 'commands.md': commands_page(app),
    }


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text.rstrip() + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
