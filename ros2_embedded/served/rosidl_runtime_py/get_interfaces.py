"""Lists packages and their interfaces."""

from __future__ import annotations

from collections.abc import Iterable

from ros2_embedded.idl import library
from ros2_embedded.idl.packages import definition_file, package_folders


def get_interface_packages() -> dict[str, str]:
    """Return all packages with interfaces, and where they lie; '' for those of rosbags."""
    folders = package_folders()
    return {name: str(folders[name][0]) if name in folders else '' for name in library.packages()}


def _get(package_names: Iterable[str], kinds: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for package in list(package_names) or library.packages():
        if not library.is_package(package):
            raise LookupError(f"Unknown package '{package}'")
        names = [f'{kind}/{name}' for kind in kinds for name in library.names(package, kind)]
        if names:
            found[package] = names
    return found


def get_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the interfaces of packages, of all where none is named.

    Raises:
        LookupError: a package is not known.
    """
    return _get(package_names, ('msg', 'srv', 'action'))


def get_message_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the messages of packages; see `get_interfaces`."""
    return _get(package_names, ('msg',))


def get_service_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the services of packages; see `get_interfaces`."""
    return _get(package_names, ('srv',))


def get_action_interfaces(package_names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the actions of packages; see `get_interfaces`."""
    return _get(package_names, ('action',))


def get_interface_path(interface_name: str) -> str:
    """Return the file that defines `package/msg/Name`.

    Raises:
        ValueError: the name has a wrong form.
        LookupError: there is no such file; messages of the rosbags store have none.
    """
    parts = interface_name.split('/')
    if len(parts) < 2 or not all(parts) or '..' in parts:
        raise ValueError(f"Invalid name '{interface_name}'. Expected package/msg/Name or the like")
    package, kind = parts[0], parts[-2]
    if not library.is_package(package):
        raise LookupError(f"Unknown package '{package}'")
    path = definition_file(package, kind, parts[-1].partition('.')[0])
    if path is None:
        raise LookupError(f"Could not find the interface '{interface_name}'")
    return str(path)
