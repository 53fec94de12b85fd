"""The whole network of the authors' size against two recorded key steps with memory."""

from __future__ import annotations

import ast

import pytest
import torch
from sam2act_golden import Golden, float32, random_state

from policy_nodes.models.sam2act.network import Sam2Act

CLOSE = 1e-4
ENCODER_CLOSE = 3e-4
# what the forward pass never reads need not be made
READ = ('sam2.image_encoder.', 'sam2.mem', 'sam2.maskmem', 'sam2.sam_mask_decoder.conv_s', 'mvt')


@pytest.fixture(scope='module')
def network_and_file():
    """Built once: making the weights takes seconds."""
    made = []

    def build(shared_data):
        if not made:
            golden = Golden(shared_data, 'sam2act_full_a')
            network = Sam2Act()
            _, extra = network.load_state_dict(golden.weights(*READ), strict=False)
            assert not extra
            made.append((network.eval(), golden))
        return made[0]

    return build


def test_names_and_shapes_of_all_weights_are_the_authors(shared_data):
    golden = Golden(shared_data, 'sam2act_full_a')
    published = dict(str(key).split(' ', 1) for key in golden.arrays['keys'])
    with torch.device('meta'):
        ours = Sam2Act().state_dict()
    assert ours.keys() == published.keys()
    assert len(ours) == 1042
    for name, shape in published.items():
        assert tuple(ours[name].shape) == ast.literal_eval(shape), name


@torch.no_grad()
def test_two_key_steps_with_memory_give_the_authors_heat_maps_and_key_poses(
    shared_data, network_and_file, monkeypatch
):
    network, golden = network_and_file(shared_data)
    rs = random_state(golden)
    points = float32(rs.uniform(-1, 1, (40000, 3)))[None]
    colours = float32(rs.uniform(0, 1, (40000, 3)))[None]
    language = float32(rs.standard_normal((1, 77, 512)))
    memory = None
    encode, seen = network.sam2.encode_images, []
    network.sam2.encode_images = lambda images: (
        seen.append((images, encode(images))) or seen[-1][1]
    )
    for step in range(2):
        cloud = points + torch.tensor(0.02 * step, dtype=torch.float32)
        output = network(cloud, colours, golden['in.proprio'][step], language, memory)
        memory = output.memory
        for stage, heatmaps in (
            ('mvt1', output.coarse_heatmaps),
            ('mvt2', output.fine_heatmaps),
        ):
            name = f'step{step}.{stage}'
            images, encoded = seen.pop(0)
            assert golden.difference(f'{name}.mid.sam_rgb256', images) < CLOSE
            for key, maps in (
                ('fpn', encoded.coarse),
                ('s1', encoded.middle),
                ('s0', encoded.fine),
            ):
                flat = maps.flatten(2).permute(2, 0, 1)
                assert golden.difference(f'{name}.mid.sam_{key}', flat) < ENCODER_CLOSE, key
            assert golden.difference(f'{name}.out.trans_fp32', heatmaps[0][:, None]) < CLOSE
        assert torch.equal(output.centre, golden[f'step{step}.out.wpt1'])
        wanted = golden[f'step{step}.out.wpt2_final']
        assert (output.waypoint - wanted).abs().max() < 1e-6
        for axis, logits in zip('xyz', output.rotation[0], strict=True):
            assert (logits - golden[f'step{step}.out.feat_{axis}']).abs().max() < CLOSE, axis
        both = torch.cat((output.gripper, output.collisions), -1)[0]
        assert (both - golden[f'step{step}.out.feat_ex_rot']).abs().max() < CLOSE
    assert memory.steps.shape == (1, 2, 3, 256, 64)
