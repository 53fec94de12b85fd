"""AnonName substitution."""

from __future__ import annotations

import os
import random
import re
import socket
import sys

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions


class AnonName(Substitution):
    """Name made unique by host, process and chance; the same for every use in a launch."""

    def __init__(self, name: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__name = normalize_to_list_of_substitutions(name)

    @property
    def name(self) -> list[Substitution]:
        """Start of the name."""
        return self.__name

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'AnonName({" + ".join(sub.describe() for sub in self.name)})'

    def perform(self, context: LaunchContext) -> str:
        """Return the unique name, made at its first use."""
        name = perform_substitutions(context, self.name)
        return context.launch_configurations.setdefault(f'anon{name}', self.compute_name(name))

    def compute_name(self, id_value: str) -> str:
        """Return a new unique name that starts so."""
        name = f'{id_value}_{socket.gethostname()}_{os.getpid()}_{random.randint(0, sys.maxsize)}'
        return re.sub('[-.:]', '_', name)
