"""Checks of the channel order of images."""

from __future__ import annotations

from policy_nodes.contract.checks import check_choice
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.plain import plain_shape
from policy_nodes.contract.vocabulary import COLOURS, IMAGE_TYPES, OWN_STATE


def check_colour(source: str, colour: str, shape: tuple[int | None, ...]) -> None:
    """Refuse an image without a channel order, one that contradicts the shape, and the reverse."""
    if source not in IMAGE_TYPES:
        if colour and source != OWN_STATE:
            raise ContractError(
                f'{source} has no colours', remedy='leave colour out', path='colour'
            )
        return
    if not colour:
        raise ContractError(
            'an image needs its channel order',
            remedy=f'write one of {", ".join(COLOURS)}',
            path='colour',
        )
    check_choice('colour', colour, COLOURS)
    channels = 3 if colour in ('rgb', 'bgr') else 1
    plane = len(shape) == 2 and channels == 1
    if not plane and shape[2:] != (channels,):
        raise ContractError(
            f'shape {plain_shape(shape)} does not fit {colour}',
            remedy=f'write [height, width, {channels}], channels last',
            path='shape',
        )
