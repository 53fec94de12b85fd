"""Reads the files of a language encoder: weights in safetensors, and a tokenizer in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.safetensors_file import read_safetensors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER = 'tokenizer.json'


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Read the one safetensors file of a folder, in single precision.

    Raises:
        ContractError: there is none or more than one, or it is damaged.
    """
    files = sorted(folder.glob('*.safetensors')) if folder.is_dir() else []
    if len(files) != 1:
        raise ContractError(
            f'it holds {len(files)} .safetensors files',
            remedy='give the folder of a language encoder, with one of them',
            file=str(folder),
        )
    arrays = read_safetensors(files[0])
    floats = {name: array for name, array in arrays.items() if array.dtype.kind == 'f'}
    return {name: torch.from_numpy(array).float() for name, array in floats.items()}


def require(
    weights: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]], folder: Path
) -> dict[str, Tensor]:
    """Pick tensors by name.

    Args:
        weights: that were read.
        shapes: of what is needed.
        folder: they come from, for the refusal.

    Raises:
        ContractError: naming the first that is missing or of another shape.
    """
    for name, shape in shapes.items():
        if name not in weights:
            problem = 'it is missing'
        elif tuple(weights[name].shape) != shape:
            problem = f'its shape is {tuple(weights[name].shape)}, not {shape}'
        else:
            continue
        raise ContractError(
            problem,
            remedy='give the weights of the encoder that is named',
            path=name,
            file=str(folder),
        )
    return {name: weights[name] for name in shapes}


def read_tokenizer(folder: Path) -> Tokenizer:
    """Read a tokenizer that neither cuts nor pads.

    Raises:
        ContractError: there is none, it is damaged, or the package that reads it is absent.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ContractError(
            'the package that splits sentences is not installed',
            remedy='pip install tokenizers',
        ) from error
    file = folder / TOKENIZER
    try:
        tokenizer = Tokenizer.from_str(file.read_text(encoding='utf-8'))
    except Exception as error:  # the library raises plain Exception for damaged files
        raise ContractError(
            f'it cannot be read ({error})', remedy='copy it again', file=str(file)
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
