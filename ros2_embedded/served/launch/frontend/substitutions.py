"""Names of launch's substitutions in markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import substitutions as launch_substitutions
from ..substitution import Substitution
from ..substitutions import TextSubstitution
from .expose import Parsed, expose_substitution


def expose_with_arguments(
    name: str,
    kind: Callable[..., Substitution],
    required: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> None:
    """Make a substitution known whose arguments are substitutions in a fixed order.

    Args:
        name: name in markup.
        kind: class of the substitution.
        required: names of the arguments of the class that must be there.
        optional: names of those that may follow.
    """

    def parse(data: Sequence[Any]) -> Parsed:
        most = len(required) + len(optional)
        if not len(required) <= len(data) <= most:
            wanted = str(most) if not optional else f'{len(required)} to {most}'
            raise TypeError(f'{name} substitution expects {wanted} argument(s), got {len(data)}')
        return kind, dict(zip((*required, *optional), data, strict=False))

    expose_substitution(name)(parse)


def _parse_eval(data: Sequence[Any]) -> Parsed:
    if len(data) not in (1, 2):
        raise TypeError(f'eval substitution expects 1 to 2 argument(s), got {len(data)}')
    arguments = {'expression': data[0]}
    if len(data) == 2:
        modules = ''.join(
            part.text if isinstance(part, TextSubstitution) else part.describe()
            for part in data[1]
        )
        arguments['python_modules'] = [each.strip() for each in modules.split(',') if each.strip()]
    return launch_substitutions.PythonExpression, arguments


def _expose_many(name: str, kind: Callable[..., Substitution]) -> None:
    def parse(data: Sequence[Any]) -> Parsed:
        return lambda args: kind(*args), {'args': data}

    expose_substitution(name)(parse)


_SIDES = ('left', 'right')
expose_with_arguments('and', launch_substitutions.AndSubstitution, _SIDES)
expose_with_arguments('anon', launch_substitutions.AnonName, ('name',))
expose_with_arguments('command', launch_substitutions.Command, ('command',), ('on_stderr',))
expose_with_arguments('dirname', launch_substitutions.ThisLaunchFileDir)
expose_with_arguments(
    'env', launch_substitutions.EnvironmentVariable, ('name',), ('default_value',)
)
expose_with_arguments('equals', launch_substitutions.EqualsSubstitution, _SIDES)
expose_with_arguments('file-content', launch_substitutions.FileContent, ('path',))
expose_with_arguments('filename', launch_substitutions.ThisLaunchFile)
expose_with_arguments('find-exec', launch_substitutions.FindExecutable, ('name',))
expose_with_arguments(
    'if', launch_substitutions.IfElseSubstitution, ('condition', 'if_value'), ('else_value',)
)
expose_with_arguments('launch_log_dir', launch_substitutions.LaunchLogDir)
expose_with_arguments('log_dir', launch_substitutions.LaunchLogDir)
expose_with_arguments('not', launch_substitutions.NotSubstitution, ('value',))
expose_with_arguments('not-equals', launch_substitutions.NotEqualsSubstitution, _SIDES)
expose_with_arguments('or', launch_substitutions.OrSubstitution, _SIDES)
expose_with_arguments(
    'var', launch_substitutions.LaunchConfiguration, ('variable_name',), ('default',)
)
expose_substitution('eval')(_parse_eval)
_expose_many('any', launch_substitutions.AnySubstitution)
_expose_many('all', launch_substitutions.AllSubstitution)
