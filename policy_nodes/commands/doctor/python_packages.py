"""Python and the packages that `setup.cfg` asks for."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning

DISTRIBUTION = 'policy-stack'
OLDEST, NEWEST = (3, 10), (3, 13)

_NAME = re.compile(r'[A-Za-z0-9][\w.-]*')
_MINIMUM = re.compile(r'>=\s*([\d.]+)')
_EXTRA = re.compile(r'extra\s*==\s*[\'"]([\w-]+)[\'"]')
# What extras are for, by the commands that need them; the others are for developers.
_EXTRAS = {
    'panda': 'the table top of `policy-stack launch panda` needs it',
    'view': '`policy-stack view` needs it',
    'remote': '`policy-stack serve` and policy:=remote need it',
}


def check_python() -> Iterator[Finding]:
    """Look at the version of Python."""
    version = '.'.join(map(str, sys.version_info[:3]))
    where = f'{version}, {sys.executable}'
    supported = f'{".".join(map(str, OLDEST))} to {".".join(map(str, NEWEST))}'
    if sys.version_info[:2] < OLDEST:
        yield failed('Python', where, f'use Python {supported}')
    elif sys.version_info[:2] > NEWEST:
        yield warning('Python', where, f'tested with Python {supported}; use one of these')
    else:
        yield ok('Python', where)


def check_packages() -> Iterator[Finding]:
    """Hold the installed packages against the requirements, and import torch."""
    try:
        requirements = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield warning(
            DISTRIBUTION,
            'not installed by pip, so it is not known which versions of packages it needs',
            'in the checkout: python -m pip install -e . -c constraints.txt '
            '(not needed in a colcon workspace)',
        )
        requirements = []
    fitting = []
    for requirement in requirements:
        finding = hold_against(requirement)
        if isinstance(finding, str):
            fitting.append(finding)
        elif finding is not None:
            yield finding
    if fitting:
        yield ok('installed', ', '.join(fitting))
    yield from _check_torch()


def hold_against(requirement: str) -> Finding | str | None:
    """Hold what is installed against one requirement, such as `numpy>=1.26`.

    Returns:
        name and version where it fits; a finding where it does not; None where nobody but
        developers needs it.
    """
    extra = _EXTRA.search(requirement)
    if extra is not None and extra[1] not in _EXTRAS:
        return None
    name = _NAME.match(requirement)[0]
    install = f'python -m pip install "{requirement.partition(";")[0].strip()}"'
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        if extra is not None:
            return warning(name, f'not installed; {_EXTRAS[extra[1]]}', install)
        return failed(name, 'not installed', install)
    minimum = _MINIMUM.search(requirement)
    if minimum is not None and _numbers(version) < _numbers(minimum[1]):
        say = failed if extra is None else warning
        return say(name, f'{version} is older than {minimum[1]}', install)
    return f'{name} {version}'


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r'\d+(\.\d+)*', version)
    return tuple(map(int, found[0].split('.'))) if found else ()


def _check_torch() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as error:
        # It is installed and yet unusable where a library of CUDA is missing, for example.
        yield failed(
            'torch',
            f'cannot be imported: {error}',
            'install it again: python -m pip install --force-reinstall torch -c constraints.txt',
        )
        return
    threads = torch.get_num_threads()
    yield ok('torch', f'{torch.__version__}, {threads} thread{"s" if threads > 1 else ""}')
