"""Tags and substitutions of launch files in markup by their names."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ..action import Action
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution
    from .entity import Entity
    from .parser import Parser

# What a parse function returns: a class, or a function, and the arguments for it.
Parsed = tuple[Callable[..., Any], dict[str, Any]]
Exposed = TypeVar('Exposed', bound=Callable[..., Any])

action_parse_methods: dict[str, Callable[[Any, Any], Parsed]] = {}
substitution_parse_methods: dict[str, Callable[[Any], Parsed]] = {}


def expose_action(name: str) -> Callable[[Exposed], Exposed]:
    """Return a decorator that makes an action known as a tag.

    It is for a class with a class method `parse(entity, parser)`, or for such a function; both
    return a class and the keyword arguments for it.
    """

    def expose(exposed: Exposed) -> Exposed:
        parse = _parse_method(exposed, name, 'action')

        @functools.wraps(parse)
        def checked(entity: Entity, parser: Parser) -> Parsed:
            parsed = parse(entity, parser)
            entity.assert_entity_completely_parsed()
            return parsed

        _add(action_parse_methods, name, checked, 'action')
        return exposed

    return expose


def expose_substitution(name: str) -> Callable[[Exposed], Exposed]:
    """Return a decorator that makes a substitution known as `$(name ...)`.

    It is for a class with a class method `parse(data)`, or for such a function; `data` holds
    the arguments, each as a list of substitutions.
    """

    def expose(exposed: Exposed) -> Exposed:
        parse = _parse_method(exposed, name, 'substitution')
        _add(substitution_parse_methods, name, parse, 'substitution')
        return exposed

    return expose


def _parse_method(exposed: Any, name: str, kind: str) -> Callable[..., Parsed]:
    if not inspect.isclass(exposed):
        if not inspect.isfunction(exposed):
            raise RuntimeError(f'Exposed {kind} parser for {name} is neither a class nor callable')
        return exposed
    parse = getattr(exposed, 'parse', None)
    if not inspect.ismethod(parse):
        raise RuntimeError(
            "Did not find a class method called 'parse' in the class being decorated."
        )
    return parse


def _add(table: dict[str, Any], name: str, parse: Callable[..., Parsed], kind: str) -> None:
    def origin(function: Any) -> Any:
        return getattr(function, '__wrapped__', function)

    if name in table and origin(table[name]) != origin(parse):
        raise RuntimeError(f'Two {kind} parsing methods exposed with the same name: [{name}].')
    table[name] = parse


def _known(table: dict[str, Any], name: str) -> Any | None:
    from .parser import Parser

    if name not in table:
        Parser.load_launch_extensions()
    return table.get(name)


def instantiate_action(entity: Entity, parser: Parser) -> Action:
    """Return the action that a tag stands for.

    Raises:
        RuntimeError: there is no such tag; it lists those there are.
    """
    parse = _known(action_parse_methods, entity.type_name)
    if parse is None:
        known = ', '.join(sorted(action_parse_methods))
        raise RuntimeError(
            f'Unrecognized entity of the type: {entity.type_name}; known are: {known}'
        )
    kind, arguments = parse(entity, parser)
    return kind(**arguments)


def instantiate_substitution(
    type_name: str, args: Sequence[SomeSubstitutionsType] | None = None
) -> Substitution:
    """Return the substitution of a name with its arguments.

    Raises:
        RuntimeError: there is no such substitution; it lists those there are.
        TypeError: it takes another number of arguments.
    """
    parse = _known(substitution_parse_methods, type_name)
    if parse is None:
        known = ', '.join(sorted(substitution_parse_methods))
        raise RuntimeError(f'Unknown substitution: {type_name}; known are: {known}')
    kind, arguments = parse(list(args or ()))
    return kind(**arguments)
