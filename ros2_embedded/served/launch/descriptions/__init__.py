"""Descriptions that actions are made of."""

from .executable import Executable

__all__ = ['Executable']
