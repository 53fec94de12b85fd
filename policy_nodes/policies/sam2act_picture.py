"""Keeps what SAM2Act looked at for people: drawn views, heat maps, attention to memory."""

from __future__ import annotations

import numpy as np
import torch

from policy_nodes.models.sam2act.renderer import COLOUR
from policy_nodes.policies.key_picture import KeyPicture
from policy_nodes.policies.sam2act import Sam2ActPolicy

EMPTY = 0.93  # grey of pixels that show no point


def picture_of(policy: Sam2ActPolicy) -> KeyPicture:
    """Draw what the policy chose its last key pose from; this renders the cloud once more.

    Args:
        policy: after `act`, with `with_attention` where the attention is wanted.

    Raises:
        ValueError: it has chosen no key pose yet.
    """
    output, cloud = policy.output, policy.cloud
    if output is None or cloud is None:
        raise ValueError('there is no picture before the first key pose of an episode')
    with torch.inference_mode():
        points = torch.from_numpy(policy.bounds.to_cube(cloud.points)).to(policy.device)
        colours = torch.from_numpy(cloud.colours).to(policy.device)
        drawn = policy.network.draw(points[None].float(), colours[None].float())[0]
        logits = output.coarse_heatmaps[0].float()
        shares = logits.flatten(1).softmax(-1).view_as(logits)
    images = drawn[:, COLOUR].movedim(1, -1).cpu().numpy()
    # channel 6 is the depth, -1 where no point is seen
    empty = (drawn[:, COLOUR.stop] == -1.0).cpu().numpy()
    images[empty] = EMPTY
    attention = output.attention
    return KeyPicture(
        views=np.rint(255 * images.clip(0.0, 1.0)).astype(np.uint8),
        heatmaps=shares.cpu().numpy(),
        attention=None if attention is None else attention[0].float().cpu().numpy(),
    )
