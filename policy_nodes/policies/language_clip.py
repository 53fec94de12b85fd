"""The text tower of CLIP, whose tokens the published SAM2Act reads (RN50: 77 tokens of 512).

Source: Radford et al., arXiv 2103.00020. Weights are those of OpenAI under the names that OpenAI
and open_clip give them, in safetensors; any text tower of that family fits. Padding is token 0,
and its embeddings are handed on, as the published policies were trained.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.language_files import read_tokenizer, read_weights, require

HEAD_WIDTH = 64
SLOPE = 1.702  # of the sigmoid that stands for a GELU in OpenAI's weights


class ClipText:
    """The network; it is only read, never trained."""

    pads_with_zeros = False

    def __init__(self, folder: Path) -> None:
        """Read the network; its sizes are those of its weights.

        Args:
            folder: with its safetensors and `tokenizer.json`.

        Raises:
            ContractError: a file is absent, damaged, or of another network.
        """
        weights = read_weights(folder)
        table = weights.get('token_embedding.weight')
        places = weights.get('positional_embedding')
        if table is None or places is None or table.dim() != 2 or table.shape[1] % HEAD_WIDTH:
            raise ContractError(
                'there is no text tower of CLIP in it',
                remedy='give weights in the names of OpenAI or open_clip',
                file=str(folder),
            )
        words, self.width = table.shape
        self.longest = len(places)
        self._layers = len({name.split('.')[2] for name in weights if name.startswith(_LAYER)})
        self._weights = require(
            weights, _shapes(words, self.width, self.longest, self._layers), folder
        )
        self._tokenizer = read_tokenizer(folder)

    def tokens(self, sentence: str) -> list[int]:
        """Split a sentence into tokens, marks of its begin and end included."""
        return list(self._tokenizer.encode(sentence).ids)

    def embed(self, ids: Tensor) -> Tensor:
        """Embed tokens (tokens,) as (tokens, width), each knowing those before it."""
        weights = self._weights
        x = weights['token_embedding.weight'][ids] + weights['positional_embedding'][: len(ids)]
        for layer in range(self._layers):
            at = f'{_LAYER}{layer}'
            both = self._linear(self._norm(x, f'{at}.ln_1'), f'{at}.attn.in_proj_', '')
            split = both.unflatten(-1, (3, -1, HEAD_WIDTH)).permute(1, 2, 0, 3)
            query, key, value = split[:, None]
            mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            mixed = mixed[0].transpose(0, 1).flatten(1)
            x = x + self._linear(mixed, f'{at}.attn.out_proj')
            wide = self._linear(self._norm(x, f'{at}.ln_2'), f'{at}.mlp.c_fc')
            x = x + self._linear(wide * torch.sigmoid(SLOPE * wide), f'{at}.mlp.c_proj')
        return self._norm(x, 'ln_final')

    def _linear(self, x: Tensor, at: str, dot: str = '.') -> Tensor:
        weights = self._weights
        return functional.linear(x, weights[f'{at}{dot}weight'], weights[f'{at}{dot}bias'])

    def _norm(self, x: Tensor, at: str) -> Tensor:
        scale, shift = self._weights[f'{at}.weight'], self._weights[f'{at}.bias']
        return functional.layer_norm(x, (self.width,), scale, shift)


_LAYER = 'transformer.resblocks.'


def _shapes(words: int, width: int, longest: int, layers: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        'token_embedding.weight': (words, width),
        'positional_embedding': (longest, width),
        'ln_final.weight': (width,),
        'ln_final.bias': (width,),
    }
    for layer in range(layers):
        at = f'{_LAYER}{layer}'
        shapes |= {
            f'{at}.attn.in_proj_weight': (3 * width, width),
            f'{at}.attn.in_proj_bias': (3 * width,),
        }
        for name, out, into in (
            ('attn.out_proj', width, width),
            ('mlp.c_fc', 4 * width, width),
            ('mlp.c_proj', width, 4 * width),
        ):
            shapes |= {f'{at}.{name}.weight': (out, into), f'{at}.{name}.bias': (out,)}
        for name in ('ln_1', 'ln_2'):
            shapes |= {f'{at}.{name}.{part}': (width,) for part in ('weight', 'bias')}
    return shapes
