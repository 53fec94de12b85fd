"""Joining and checking of namespaces."""

from __future__ import annotations

from typing import TypeVar

OptionalText = TypeVar('OptionalText', str, None)


def is_root_namespace(ns: str) -> bool:
    """Tell whether a namespace is the root."""
    return ns == '/'


def is_namespace_absolute(ns: str) -> bool:
    """Tell whether a namespace starts at the root."""
    return ns.startswith('/')


def prefix_namespace(base_ns: str | None, ns: str | None) -> str | None:
    """Return a namespace within a base; an absolute one stays as it is, None for none at all."""
    if ns is None:
        joined = base_ns
    elif not base_ns or is_namespace_absolute(ns):
        joined = ns
    else:
        joined = f'{base_ns.rstrip("/")}/{ns}'
    if joined is None or is_root_namespace(joined):
        return joined
    return joined.rstrip('/')


def make_namespace_absolute(ns: OptionalText) -> OptionalText:
    """Return a namespace with a leading slash; None stays None."""
    return ns if ns is None or is_namespace_absolute(ns) else f'/{ns}'
