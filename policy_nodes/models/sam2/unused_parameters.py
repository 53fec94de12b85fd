"""Tensors of the authors' file that SAM2Act never computes with.

Their network holds all of SAM 2, with its prompt encoder, mask decoder and object pointers, but
calls only the image encoder, two convolutions of the mask decoder and the memory. We hold the
rest as plain parameters without gradient, so that a published file loads strictly and is written
back whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import nn

Shape = tuple[int, ...]


def hold_unused_parameters(sam2: nn.Module, width: int, memory_width: int) -> None:
    """Add the unused tensors to a network, as zeros, under the authors' names.

    Args:
        sam2: the network; its `sam_mask_decoder` may exist already.
        width: of the feature pyramid.
        memory_width: of a remembered token.
    """
    for name, shape in _unused(width, memory_width):
        *path, last = name.split('.')
        module = sam2
        for part in path:
            if part not in dict(module.named_children()):
                module.add_module(part, nn.Module())
            module = module.get_submodule(part)
        module.register_parameter(last, nn.Parameter(torch.zeros(shape), requires_grad=False))


def _unused(width: int, memory_width: int) -> Iterator[tuple[str, Shape]]:
    """Names and shapes of all unused tensors."""
    for name in ('no_mem_embed', 'no_mem_pos_enc'):
        yield name, (1, 1, width)
    yield 'no_obj_ptr', (1, width)
    yield from _weights('mask_downsample', 1, 1, 4, 4)
    yield from _mlp('obj_ptr_proj', width, width, width, width)
    yield from _weights('obj_ptr_tpos_proj', memory_width, width)
    for name, shape in _prompt_encoder(width):
        yield f'sam_prompt_encoder.{name}', shape
    for name, shape in _mask_decoder(width):
        yield f'sam_mask_decoder.{name}', shape


def _prompt_encoder(width: int) -> Iterator[tuple[str, Shape]]:
    yield 'pe_layer.positional_encoding_gaussian_matrix', (2, width // 2)
    for point in range(4):
        yield f'point_embeddings.{point}.weight', (1, width)
    for name in ('not_a_point_embed', 'no_mask_embed'):
        yield f'{name}.weight', (1, width)
    yield from _weights('mask_downscaling.0', 4, 1, 2, 2)
    yield from _weights('mask_downscaling.1', 4)
    yield from _weights('mask_downscaling.3', 16, 4, 2, 2)
    yield from _weights('mask_downscaling.4', 16)
    yield from _weights('mask_downscaling.6', width, 16, 1, 1)


def _mask_decoder(width: int) -> Iterator[tuple[str, Shape]]:
    for layer in ('transformer.layers.0', 'transformer.layers.1'):
        yield from _attention(f'{layer}.self_attn', width, width)
        yield from _attention(f'{layer}.cross_attn_token_to_image', width, width // 2)
        yield from _attention(f'{layer}.cross_attn_image_to_token', width, width // 2)
        yield from _mlp(f'{layer}.mlp', width, 2048, width)
        for norm in range(1, 5):
            yield from _weights(f'{layer}.norm{norm}', width)
    yield from _attention('transformer.final_attn_token_to_image', width, width // 2)
    yield from _weights('transformer.norm_final_attn', width)
    for name, tokens in (('iou_token', 1), ('mask_tokens', 4), ('obj_score_token', 1)):
        yield f'{name}.weight', (tokens, width)
    yield 'output_upscaling.0.weight', (width, width // 4, 2, 2)
    yield 'output_upscaling.0.bias', (width // 4,)
    yield from _weights('output_upscaling.1', width // 4)
    yield 'output_upscaling.3.weight', (width // 4, width // 8, 2, 2)
    yield 'output_upscaling.3.bias', (width // 8,)
    for mask in range(4):
        yield from _mlp(f'output_hypernetworks_mlps.{mask}', width, width, width, width // 8)
    yield from _mlp('iou_prediction_head', width, 256, 256, 4)
    yield from _mlp('pred_obj_score_head', width, width, width, 1)


def _weights(name: str, *shape: int) -> Iterator[tuple[str, Shape]]:
    yield f'{name}.weight', shape
    yield f'{name}.bias', shape[:1]


def _mlp(name: str, *widths: int) -> Iterator[tuple[str, Shape]]:
    for layer, (before, after) in enumerate(pairwise(widths)):
        yield from _weights(f'{name}.layers.{layer}', after, before)


def _attention(name: str, width: int, inner: int) -> Iterator[tuple[str, Shape]]:
    for projection in ('q_proj', 'k_proj', 'v_proj'):
        yield from _weights(f'{name}.{projection}', inner, width)
    yield from _weights(f'{name}.out_proj', width, inner)
