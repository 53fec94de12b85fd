"""One gradient step's loss: of single key steps, or of sequences that are remembered."""

from __future__ import annotations

import torch
from torch import Tensor

from policy_nodes.models.sam2act.network import Sam2Act, Teacher
from policy_nodes.training.sam2act_augmentation import augment
from policy_nodes.training.sam2act_data import Batch, KeyframeData
from policy_nodes.training.sam2act_loss import (
    Targets,
    heat_map_loss,
    hits,
    losses,
    peak_distance,
)
from policy_nodes.training.sam2act_recipe import Sam2ActRecipe
from policy_nodes.training.sam2act_targets import Cube, crop, heat_maps, rotation_bins

MEMORY = ('sam2.memory_attention.', 'sam2.memory_encoder.', 'sam2.maskmem_tpos_enc')
HEAD = ('mvt1.up0.',)
ADAPTERS = ('linear_a_', 'linear_b_')


def choose_trainable(network: Sam2Act, recipe: Sam2ActRecipe) -> list[str]:
    """Let gradients reach what a stage trains, and nothing else.

    Key frames: all but the memory; of an image encoder with adapters, only these. Memory: its
    encoder, its attention, its codes of age, and the coarse stage's heat-map head. The authors
    also train the two convolutions in front of both stages' heat-map heads then, which changes
    the fine stage without its being looked at; these are kept here.

    Returns:
        Names of what is trained.
    """
    adapted = recipe.network.sam2.trunk.lora_rank > 0
    names = []
    for name, parameter in network.named_parameters():
        if recipe.stage == 'memory':
            chosen = name.startswith(MEMORY + HEAD)
        else:
            base = adapted and name.startswith('sam2.image_encoder.')
            chosen = not name.startswith(MEMORY) and (
                not base or any(adapter in name for adapter in ADAPTERS)
            )
        parameter.requires_grad_(chosen)
        if chosen:
            names.append(name)
    return names


def choose_mode(network: Sam2Act, recipe: Sam2ActRecipe) -> None:
    """Put what is trained into training mode; what is kept draws no dropout."""
    network.train(recipe.stage == 'keyframes')
    if recipe.stage == 'memory':
        network.sam2.memory_attention.train()


def keyframe_loss(
    network: Sam2Act,
    data: KeyframeData,
    recipe: Sam2ActRecipe,
    generator: torch.Generator,
    half: bool = False,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss of a batch of single key steps, without memory.

    Args:
        network: that learns.
        data: to draw from.
        recipe: how.
        generator: of the data's device.
        half: compute the network, and nothing of the geometry, in bfloat16.

    Returns:
        The loss, and its parts and hits for the log.
    """
    bounds = torch.tensor(recipe.bounds, device=data.device)
    batch = augment(
        data.draw(recipe.batch, generator),
        bounds,
        shift=recipe.shift,
        yaw=recipe.yaw,
        generator=generator,
    )
    points = Cube.of(bounds).place(crop(batch.points, bounds))
    teacher, targets = _teach(batch, bounds, recipe, generator)
    with torch.autocast(data.device.type, torch.bfloat16, enabled=half):
        output = network(points, batch.colours, batch.proprio, batch.language, teacher=teacher)
    parts = losses(output, targets)
    total = torch.stack(list(parts.values())).sum()
    return total, {name: part.detach() for name, part in parts.items()} | hits(output, targets)


def memory_loss(
    network: Sam2Act,
    data: KeyframeData,
    recipe: Sam2ActRecipe,
    generator: torch.Generator,
    half: bool = False,
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss of the coarse stage on sequences that begin with an empty memory.

    Gradients go through what was remembered into the memory's encoder.

    Args:
        network: that learns.
        data: to draw from.
        recipe: how.
        generator: of the data's device.
        half: compute the network, and nothing of the geometry, in bfloat16.

    Returns:
        The loss, and for the log its value and how far the peaks are off.
    """
    bounds = torch.tensor(recipe.bounds, device=data.device)
    cube, config = Cube.of(bounds), recipe.network
    batch = augment(
        data.draw_sequences(recipe.batch, recipe.sequence, generator),
        bounds,
        shift=recipe.shift,
        yaw=recipe.yaw,
        generator=generator,
    )
    memory = None
    lost, missed = [], []
    for step in range(recipe.sequence):
        points = cube.place(crop(batch.points[:, step], bounds))
        drawn = network.draw(points, batch.colours[:, step])
        with torch.autocast(data.device.type, torch.bfloat16, enabled=half):
            seen = network.coarse(drawn, batch.proprio[:, step], batch.language[:, step], memory)
        memory = seen.memory
        target = heat_maps(cube.place(batch.position[:, step]), config.image_size, recipe.sigma)
        lost.append(heat_map_loss(seen.heatmaps, target).mean(1))
        missed.append(peak_distance(seen.heatmaps, target).mean(1))
    share = batch.valid / batch.valid.sum()
    total = (torch.stack(lost, 1) * share).sum()
    off = (torch.stack(missed, 1) * share).sum()
    return total, {'coarse': total.detach(), 'coarse_pixels': off}


def _teach(
    batch: Batch, bounds: Tensor, recipe: Sam2ActRecipe, generator: torch.Generator
) -> tuple[Teacher, Targets]:
    """Right answers of single key steps, and what the network is told of them."""
    config, device = recipe.network, batch.position.device
    place = Cube.of(bounds).place(batch.position)
    noise = torch.rand(place.shape, device=device, generator=generator) * 2 - 1
    centre = place + noise * recipe.centre_noise
    bins = rotation_bins(batch.quaternion, config.rotation_bins)
    most = recipe.bin_noise + 1
    off = torch.randint(1 - most, most, bins.shape, device=device, generator=generator)
    near = (place - centre) * config.zoom
    targets = Targets(
        coarse=heat_maps(place, config.image_size, recipe.sigma),
        fine=heat_maps(near, config.image_size, recipe.sigma),
        bins=bins,
        gripper=batch.gripper,
        collisions=batch.collisions,
    )
    return Teacher(centre, place, (bins + off) % config.rotation_bins), targets


@torch.no_grad()
def key_pose_errors(
    network: Sam2Act, data: KeyframeData, recipe: Sam2ActRecipe, chosen: Tensor
) -> dict[str, float]:
    """Compare what a network does on its own, without memory, with samples.

    Args:
        network: to look at, in evaluation mode.
        data: of demonstrations that it was not trained on.
        recipe: it was trained by.
        chosen: (samples,) indices.

    Returns:
        Median distance [m], share within 1 cm, and shares of right angles, gripper, collisions.
    """
    bounds = torch.tensor(recipe.bounds, device=data.device)
    cube, config = Cube.of(bounds), recipe.network
    batch = data.batch(chosen)
    points = cube.place(crop(batch.points, bounds))
    output = network(points, batch.colours, batch.proprio, batch.language)
    off = (output.waypoint - cube.place(batch.position)).norm(dim=-1) / cube.scale
    size = config.image_size
    empty = torch.zeros(len(chosen), 3, size, size, device=data.device)
    targets = Targets(
        empty,
        empty,
        rotation_bins(batch.quaternion, config.rotation_bins),
        batch.gripper,
        batch.collisions,
    )
    shares = hits(output, targets)
    return {
        'metres': off.median().item(),
        'within_1_cm': (off < 0.01).float().mean().item(),
    } | {name: shares[name].item() for name in shares if name.endswith('_hit')}
