"""Substitutions that find packages."""

from __future__ import annotations

from ament_index_python.packages import get_package_prefix, get_package_share_directory
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class FindPackage(Substitution):
    """Something of a package; derive and override `find`."""

    def __init__(self, package: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__package = normalize_to_list_of_substitutions(package)

    @property
    def package(self) -> list[Substitution]:
        """Name of the package."""
        return self.__package

    def find(self, package_name: str) -> str:
        """Return what is looked for."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return the substitution for people."""
        package = ' + '.join(sub.describe() for sub in self.package)
        return f'{type(self).__name__}(pkg={package})'

    def perform(self, context: LaunchContext) -> str:
        """Return what is looked for.

        Raises:
            PackageNotFoundError: there is no such package; it lists those that there are.
        """
        return self.find(perform_substitutions(context, self.package))


class FindPackagePrefix(FindPackage):
    """Prefix that a package is installed in."""

    def find(self, package_name: str) -> str:
        """Return the prefix."""
        return get_package_prefix(package_name)


class FindPackageShare(FindPackage):
    """Share folder of a package: launch files, configuration, models."""

    def find(self, package_name: str) -> str:
        """Return the share folder."""
        return get_package_share_directory(package_name)
