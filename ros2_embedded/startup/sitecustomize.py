"""Python imports this at its start where PYTHONPATH says so; see child_processes.py."""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).resolve().parent


def _install() -> None:
    """Serve rclpy, from the very ros2_embedded that the parent process uses."""
    package = HERE.parent
    spec = spec_from_file_location(
        'ros2_embedded', package / '__init__.py', submodule_search_locations=[str(package)]
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules['ros2_embedded'] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.install()


def _import_the_one_that_this_hides() -> None:
    """Run the sitecustomize of the system or of the user, if there is one."""
    elsewhere = [each for each in sys.path if Path(each).resolve() != HERE]
    spec = PathFinder.find_spec('sitecustomize', elsewhere)
    if spec is not None and spec.loader is not None:
        sys.modules['sitecustomize'] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


if sys.version_info >= (3, 10):  # noqa: UP036  the child may be another Python
    _install()
_import_the_one_that_this_hides()
