"""ExecutableInPackage substitution."""

from __future__ import annotations

import shutil
from pathlib import Path

from ament_index_python.distributions import console_scripts, script_path
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.substitutions.substitution_failure import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .find_package import FindPackagePrefix


class ExecutableInPackage(FindPackagePrefix):
    """Path of an executable of a package.

    It lies in the folder `lib/<package>` of the package's prefix, or is a console script of the
    distribution that pip has installed under the package's name.
    """

    def __init__(self, executable: SomeSubstitutionsType, package: SomeSubstitutionsType) -> None:
        super().__init__(package)
        self.__executable = normalize_to_list_of_substitutions(executable)

    @property
    def executable(self) -> list[Substitution]:
        """Name of the executable."""
        return self.__executable

    def describe(self) -> str:
        """Return the substitution for people."""
        executable = ' + '.join(sub.describe() for sub in self.executable)
        package = ' + '.join(sub.describe() for sub in self.package)
        return f'ExecInPkg(pkg={package}, exec={executable})'

    def perform(self, context: LaunchContext) -> str:
        """Return the path.

        Raises:
            PackageNotFoundError: there is no such package; it lists those that there are.
            SubstitutionFailure: it has no such executable; it lists those that there are.
        """
        executable = perform_substitutions(context, self.executable)
        package = perform_substitutions(context, self.package)
        folder = Path(super().perform(context)) / 'lib' / package
        path = shutil.which(executable, path=str(folder))
        if path is not None:
            return path
        scripts = console_scripts(package)
        if executable in scripts:
            return _script(executable, package)
        programs = sorted(
            {*scripts, *(each.name for each in folder.glob('*') if shutil.which(each))}
        )
        raise SubstitutionFailure(
            f"executable '{executable}' not found on the libexec directory '{folder}' "
            f'nor among the console scripts of its distribution; '
            f'executables of {package}: {", ".join(programs) or "none"}'
        )


def _script(executable: str, package: str) -> str:
    path = script_path(executable)
    if path is None:
        raise SubstitutionFailure(
            f"executable '{executable}' is a console script of the package '{package}', but pip "
            'has not put it beside this Python: install the package again'
        )
    return str(path)
