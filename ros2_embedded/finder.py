"""The import finder that serves ROS 2's Python packages where ROS 2 is absent.

Two sources: the folders of `ros2_embedded/served`, each under its own name, and message packages
made from interface definitions. There is no table of names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ros2_embedded.idl import library
from ros2_embedded.idl.rosbags_store import advice

SERVED = Path(__file__).resolve().parent / 'served'


def served_packages() -> list[str]:
    """Return the names of the packages that lie in the folder `served`."""
    return sorted(each.name for each in SERVED.iterdir() if (each / '__init__.py').is_file())


class ServedFinder:
    """Finds what `served` holds and what interface definitions define."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module comes from, None for modules that are not ours.

        Raises:
            ModuleNotFoundError: the module belongs to a served package, which lacks it.
        """
        top, _, rest = fullname.partition('.')
        folder = SERVED / top
        if (folder / '__init__.py').is_file():
            return _file_spec(fullname, top, rest)
        if top.isidentifier() and top not in sys.stdlib_module_names and library.is_package(top):
            return self._message_spec(fullname, rest)
        if fullname == top and advice(top) and PathFinder.find_spec(top) is None:
            raise ModuleNotFoundError(f'No module named {top!r}: {advice(top)}.', name=top)
        return None

    @staticmethod
    def _message_spec(fullname: str, rest: str) -> ModuleSpec | None:
        # Here and below: programs that use no messages need not load numpy.
        from ros2_embedded.messages import modules

        package = fullname.partition('.')[0]
        kind, _, private = rest.partition('.')
        if not rest:
            # A regular Python package of that name wins. A mere folder does not: the checkout
            # of a package is often called as the package is. Nor does a message package of a
            # ROS 2 whose rclpy is for another Python: its classes need that ROS 2's libraries.
            found = PathFinder.find_spec(package)
            if found is not None and found.origin is not None and not _is_generated(found.origin):
                return None
        if kind and not modules.has_kind(package, kind):
            return None
        if private and not modules.private_names(package, kind, private):
            return None
        return ModuleSpec(fullname, _MessageLoader(), is_package=not private)


def _file_spec(fullname: str, top: str, rest: str) -> ModuleSpec:
    base = SERVED / top / Path(*rest.split('.')) if rest else SERVED / top
    if (base / '__init__.py').is_file():
        return _spec_of(fullname, base / '__init__.py', [str(base)])
    if base.with_suffix('.py').is_file() and rest:
        return _spec_of(fullname, base.with_suffix('.py'), None)
    raise ModuleNotFoundError(
        f'No module named {fullname!r}: ros2_embedded does not serve it '
        '(docs/reference/ros2_embedded.md lists what it serves).',
        name=fullname,
    )


def _is_served(package: str, name: str) -> bool:
    base = SERVED / Path(*package.split('.')) / name
    return (base / '__init__.py').is_file() or base.with_suffix('.py').is_file()


def _spec_of(fullname: str, path: Path, folders: list[str] | None) -> ModuleSpec:
    spec = spec_from_file_location(
        fullname,
        path,
        loader=_ServedLoader(fullname, str(path)),
        submodule_search_locations=folders,
    )
    assert spec is not None
    return spec


class _ServedLoader(SourceFileLoader):
    """Loads a served module, which says of what it lacks that it is not served."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)

        def refuse(name: str) -> Any:
            # Of a real package, others have imported most modules by the time one asks for them.
            if '__path__' in vars(module) and _is_served(module.__name__, name):
                return import_module(f'{module.__name__}.{name}')
            raise AttributeError(
                f'module {module.__name__!r} has no attribute {name!r}: ros2_embedded does not '
                'serve it (docs/reference/ros2_embedded.md lists what it serves).'
            )

        module.__dict__.setdefault('__getattr__', refuse)


class _MessageLoader:
    """Makes the modules of a message package."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        from ros2_embedded.messages import modules

        package, *rest = module.__name__.split('.')
        if not rest:
            module.__doc__ = f'Interfaces of the package {package}.'
        elif len(rest) == 1:
            module.__doc__ = f'{rest[0]} definitions of the package {package}.'
            modules.fill_kind_module(module, package, rest[0])
        else:
            kind, private = rest
            for name in modules.private_names(package, kind, private):
                owner = modules.interface_class(f'{package}/{kind}/{name}')
                setattr(module, name, owner)
                for part in ('Request', 'Response', 'Event', 'Goal', 'Result', 'Feedback'):
                    if hasattr(owner, part):
                        setattr(module, f'{name}_{part}', getattr(owner, part))


def installed() -> bool:
    """Whether the finder stands on sys.meta_path."""
    return any(isinstance(each, ServedFinder) for each in sys.meta_path)


def real_rclpy() -> str | None:
    """Return the file of a real rclpy that can be imported, or None."""
    module = sys.modules.get('rclpy')
    origin = _rclpy_on_path() if module is None else getattr(module, '__file__', None)
    if origin is None or Path(origin).resolve().is_relative_to(SERVED):
        return None
    return None if _is_for_another_python(origin) else origin


def foreign_rclpy() -> str | None:
    """Return the file of a real rclpy that was built for another Python, or None.

    It is found where a ROS 2 is sourced, which sets PYTHONPATH, and another Python is started.
    """
    origin = _rclpy_on_path()
    return origin if origin is not None and _is_for_another_python(origin) else None


def _rclpy_on_path() -> str | None:
    spec = PathFinder.find_spec('rclpy')
    return spec.origin if spec is not None else None


def _is_for_another_python(origin: str) -> bool:
    built = [each.name for each in Path(origin).parent.glob('_rclpy_pybind11*.so')]
    fitting = {f'_rclpy_pybind11{suffix}' for suffix in EXTENSION_SUFFIXES}
    return bool(built) and not fitting.intersection(built)


def _is_generated(origin: str) -> bool:
    return any(Path(origin).parent.glob('*_s__rosidl_typesupport_*'))
