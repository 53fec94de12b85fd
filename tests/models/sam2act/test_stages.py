"""Both stages against the authors' recorded ones, from given image features."""

from __future__ import annotations

import torch
from sam2act_golden import Golden, float32, random_state

from policy_nodes.models.sam2.memory_encoder import MemoryEncoder
from policy_nodes.models.sam2.sam2 import ImageFeatures
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.fine_stage import FineStage
from policy_nodes.models.sam2act.renderer import project
from policy_nodes.models.sam2act.stage import Stage
from policy_nodes.models.sam2act.waypoint import locate

CLOSE = 2e-5
MEMORY_CLOSE = 1e-3  # encoded from heat maps in half precision


def loaded(golden, module, prefix):
    """The module with its recorded weights; only what the constructor keeps may be missing."""
    weights = golden.weights(prefix)
    given = {name.removeprefix(prefix): value for name, value in weights.items()}
    missing, extra = module.load_state_dict(given, strict=False)
    assert not extra
    assert set(missing) <= {'feat_fc_pe.div_term', 'feat_fc_init_bn.num_batches_tracked'}
    return module.eval()


def recorded_inputs(golden):
    rs = random_state(golden)
    images = float32(rs.uniform(-1, 1, (1, 3, 10, 224, 224)))
    proprio = float32(rs.standard_normal((1, 4)))
    language = float32(rs.standard_normal((1, 77, 512)))
    shapes = ((3, 256, 16, 16), (3, 64, 32, 32), (3, 32, 64, 64))
    coarse, middle, fine = (float32(rs.standard_normal(shape)) for shape in shapes)
    return images, proprio, language, ImageFeatures(fine, middle, coarse)


def check_stage(golden, stage, name):
    """Compare everything on the way to the heat maps; return token maps and heat maps."""
    images, proprio, language, encoded = recorded_inputs(golden)
    kept = {}

    def keep(key):
        return lambda _module, _given, result: kept.__setitem__(key, result)

    hooks = [
        stage.fusion.register_forward_hook(keep('fusion')),
        stage.patchify.register_forward_hook(keep('patchify')),
        stage.up0[0].register_forward_hook(keep('up0_0')),
        stage.up0[3].register_forward_hook(keep('up0_3')),
        stage.layers[3][1].fn.register_forward_hook(keep('layer3_ff_out')),
    ]
    maps = stage.token_maps(images, proprio, language, encoded.coarse)
    heatmaps = stage.heatmaps(maps, encoded)
    for hook in hooks:
        hook.remove()
    robot = stage.proprio_preprocess(proprio)
    assert (robot - golden[f'{name}.mid.proprio_token']).abs().max() < CLOSE
    for key, value in kept.items():
        assert golden.difference(f'{name}.mid.{key}', value) < CLOSE, key
    tokens = maps.flatten(2).transpose(1, 2).reshape(1, 768, 128)
    assert golden.difference(f'{name}.mid.tokens_after_attn', tokens) < CLOSE
    assert golden.difference(f'{name}.out.trans_fp32', heatmaps[0][:, None]) < CLOSE
    return maps, heatmaps


@torch.no_grad()
def test_the_coarse_stage_gives_the_authors_tokens_heat_maps_and_first_memory(shared_data):
    golden = Golden(shared_data, 'sam2act_stage_a')
    config = Sam2ActConfig()
    maps, heatmaps = check_stage(golden, loaded(golden, Stage(config), 'mvt1.'), 'mvt1')
    # its weights follow from their names, which only the file of the whole network lists
    whole = Golden(shared_data, 'sam2act_full_a')
    encoder = loaded(whole, MemoryEncoder(config.sam2.memory), 'sam2.memory_encoder.')
    memory = encoder(maps, heatmaps[0].half().float()[:, None])
    assert (memory - golden['mvt1.out.memory0']).abs().max() < MEMORY_CLOSE


@torch.no_grad()
def test_the_fine_stage_gives_the_authors_waypoint_angles_and_gripper(shared_data):
    golden = Golden(shared_data, 'sam2act_stage_a')
    stage = loaded(golden, FineStage(Sam2ActConfig()), 'mvt2.')
    maps, heatmaps = check_stage(golden, stage, 'mvt2')
    waypoint = locate(heatmaps.half())
    assert torch.equal(waypoint, golden['mvt2.out.wpt_local'])
    place = project(waypoint, 224)
    pixels = torch.stack((place.columns[:, 0], place.rows[:, 0]), -1)
    assert (pixels - golden['mvt2.mid.wpt_img_px']).abs().max() < 1e-4
    features = stage.waypoint_features(maps, waypoint)
    assert (features[0] - golden['mvt2.mid.feat768']).abs().max() < CLOSE
    hand = stage.hand(features)
    for axis, logits in zip('xyz', hand.rotation[0], strict=True):
        assert (logits - golden[f'mvt2.out.feat_{axis}']).abs().max() < CLOSE, axis
        assert logits.argmax() == golden[f'mvt2.out.feat_{axis}_argmax'][0]
    both = torch.cat((hand.gripper, hand.collisions), -1)[0]
    assert (both - golden['mvt2.out.feat_ex_rot']).abs().max() < CLOSE
