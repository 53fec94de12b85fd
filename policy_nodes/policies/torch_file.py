"""Reads files that torch saved; nothing in them is executed."""

from __future__ import annotations

import pickle
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any, TypeGuard

import torch
from torch import Tensor

from policy_nodes.contract.errors import ContractError

# what torch raises on damaged files
_DAMAGE = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def read_torch(path: Path, remedy: str) -> Any:
    """Read what a file holds, tensors and plain containers only.

    Args:
        path: of the file.
        remedy: what to do where it cannot be read.

    Raises:
        ContractError: it cannot be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # of unusual pickles, which are refused below
            return torch.load(path, map_location='cpu', weights_only=True)
    except _DAMAGE as error:
        raise unreadable(path, error, remedy) from error


def unreadable(path: Path, error: Exception, remedy: str) -> ContractError:
    """Say that weights cannot be read, by the first line of why."""
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return ContractError(f'{path} cannot be read as weights: {first}', remedy=remedy)


def is_state_dict(value: object) -> TypeGuard[dict[str, Tensor]]:
    """Whether this is tensors by name and nothing else."""
    return isinstance(value, dict) and all(
        isinstance(name, str) and isinstance(each, Tensor) for name, each in value.items()
    )
