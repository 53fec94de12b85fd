"""Fills the modules `package`, `package.msg`, `package.srv`, `package.action` when asked."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from ros2_embedded.idl import library
from ros2_embedded.idl.packages import definition_file, definition_names
from ros2_embedded.idl.rosbags_store import advice
from ros2_embedded.messages.classes import message_class, module_name
from ros2_embedded.messages.services import action_class, service_class

_CLASS_OF: dict[str, Callable[[str], type]] = {
    'msg': message_class,
    'srv': service_class,
    'action': action_class,
}


def has_kind(package: str, kind: str) -> bool:
    """Whether a package has messages, services or actions (`kind`)."""
    if kind not in _CLASS_OF:
        return False
    return bool(definition_names(package, kind) or library.names(package, kind))


def interface_class(name: str) -> type:
    """Return the class of `package/msg/Name`, `package/srv/Name` or `package/action/Name`."""
    kind = name.split('/')[1]
    short = name.rsplit('/', 1)[1]
    return (message_class if '_' in short else _CLASS_OF[kind])(name)


def fill_kind_module(module: ModuleType, package: str, kind: str) -> None:
    """Give `package.msg` and the like one attribute per type, made on first use."""

    def get(attribute: str) -> type | list[str]:
        if attribute == '__all__':
            return list(library.names(package, kind))
        owner = attribute.split('_', 1)[0]
        known = owner and (
            definition_file(package, kind, owner) or owner in library.names(package, kind)
        )
        if not known and attribute[:1].isupper() and advice(package):
            # An AttributeError would lose its text in `from package.msg import Name`.
            raise ImportError(f'{module.__name__}.{attribute}: {advice(package)}')
        if not known or attribute.startswith('_'):
            raise AttributeError(f'module {module.__name__!r} has no attribute {attribute!r}')
        made = interface_class(f'{package}/{kind}/{attribute}')
        setattr(module, attribute, made)
        return made

    module.__getattr__ = get
    module.__dir__ = lambda: [*library.names(package, kind), *vars(module)]


def private_names(package: str, kind: str, private: str) -> list[str]:
    """Return the types whose rosidl module has that name, such as `_string`."""
    return [name for name in library.names(package, kind) if module_name(name) == private]
