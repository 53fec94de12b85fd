"""SAM2Act as a checkpoint: contract, weights and golden trace, written, read and refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from sam2act_inputs import OPEN, WORDS, camera_above, tiny_config, tiny_network

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act
from policy_nodes.policies.sam2act import Sam2ActPolicy
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.policies.sam2act_contract import CAMERAS, sam2act_contract
from policy_nodes.policies.sam2act_loading import language_of, load_sam2act
from policy_nodes.policies.sam2act_run import Sam2ActRun, observation_of, record_trace
from policy_nodes.policies.sam2act_sizes import plain_sizes, read_sizes

BOUNDS = SceneBounds((-0.3, -0.5, 0.6), (0.6, 0.5, 1.5))


def observations(steps, seed=0):
    return [
        observation_of(
            {
                name: camera_above(0.4 + 0.05 * number, 12, seed=seed + 10 * step + number)
                for number, name in enumerate(CAMERAS)
            },
            (0.04, 0.04) if step % 2 else (0.0, 0.01),
            WORDS,
        )
        for step in range(steps)
    ]


def export(folder, network, language='minilm'):
    run = Sam2ActRun(Sam2ActPolicy(network, BOUNDS))
    contract = sam2act_contract(
        network.config, Trained(recipe='test'), bounds=BOUNDS, language=language
    )
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    golden = record_trace(run, [observations(3), observations(2, seed=500)])
    return write_checkpoint(folder, contract, weights, golden, '# A tiny SAM2Act\n')


@pytest.fixture
def checkpoint(tmp_path):
    return export(tmp_path / 'tiny_plus', tiny_network())


def rewrite(checkpoint, change):
    """Open the checkpoint again with a changed contract."""
    file = checkpoint.folder / 'contract.yaml'
    plain = yaml.safe_load(file.read_text())
    change(plain)
    file.write_text(yaml.safe_dump(plain))
    return Checkpoint.open(checkpoint.folder)


@pytest.mark.parametrize('memory', [True, False])
def test_a_checkpoint_is_loaded_as_it_was_written_and_answers_its_golden_trace(tmp_path, memory):
    network = tiny_network(memory=memory)
    written = export(tmp_path / 'tiny', network)
    assert written.contract.policy == ('sam2act_plus' if memory else 'sam2act')
    policy = load_sam2act(written)
    assert policy.bounds == BOUNDS
    assert policy.network.config == network.config
    assert first_difference(written.golden(), Sam2ActRun(policy)) is None


def test_the_golden_trace_shows_another_network(checkpoint):
    other = Sam2ActRun(Sam2ActPolicy(tiny_network(seed=7), BOUNDS))
    difference = first_difference(checkpoint.golden(), other)
    assert difference.step == 0
    assert difference.term == 'heatmaps'


def test_the_golden_trace_shows_that_memory_was_lost(checkpoint):
    class Forgetful(Sam2ActRun):
        def act(self, observation):
            self.policy.memory = None
            return super().act(observation)

    difference = first_difference(checkpoint.golden(), Forgetful(load_sam2act(checkpoint)))
    assert difference.step == 1


def test_the_contract_says_which_language_encoder(tmp_path):
    written = export(tmp_path / 'clip', tiny_network(), language='clip')
    assert language_of(written) == ('clip', 5)


@pytest.mark.parametrize('config', [Sam2ActConfig(), small_sam2act(), tiny_config(False)])
def test_sizes_come_back_from_a_contract_as_they_were(config):
    assert read_sizes(yaml.safe_load(yaml.safe_dump(plain_sizes(config)))) == config


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({'depth': 3}, "no size 'depth'"),
        ({'layers': 'eight'}, "layers: it is 'eight'"),
        ({'layers': True}, 'layers: it is True'),
        ({'heads': -1}, 'heads: it is -1'),
        ({'attention_width': 10**9}, 'attention_width: it is 1000000000'),
        ({'sam2': {'trunk': {'stages': [1, 'x']}}}, r'sam2\.trunk\.stages: it is'),
        ({'sam2': 7}, 'sam2: it is 7'),
        ({'width': 96}, 'the other sizes need 48'),
    ],
)
def test_sizes_that_cannot_be_meant_are_refused_by_place(change, said):
    with pytest.raises(ContractError, match=said):
        read_sizes(change)


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        (lambda c: c['network'].update({'class': 'Height'}), "the class is 'Height'"),
        (lambda c: c['network']['arguments'].pop('bounds'), 'give language, bounds, sizes'),
        (lambda c: c['network']['arguments']['bounds'].update(low=[0, 1]), r'bounds\.low'),
        (lambda c: c['network']['arguments']['bounds'].update(low=[-1, -1, 0]), 'key_pose'),
        (lambda c: c['network']['arguments']['sizes'].update(memory=False), 'memory: False'),
        (lambda c: c['network']['arguments']['sizes'].update(layers=4), 'Missing key.*layers.3'),
        (lambda c: c['observations']['fingers'].update(unit='mm'), r'fingers\.unit'),
        (lambda c: c['observations'].pop('wrist_depth'), 'SAM2Act reads'),
        (lambda c: c['observations']['front_color'].update(colour='bgr'), r'front_color\.colour'),
        (lambda c: c.update(policy='height'), "policy 'height', not of sam2act"),
    ],
)
def test_a_contract_that_means_something_else_is_refused_by_place(checkpoint, change, said):
    with pytest.raises(ContractError, match=said):
        load_sam2act(rewrite(checkpoint, change))


def test_a_deployment_may_ask_for_fresher_images(checkpoint):
    def tighten(contract):
        contract['observations']['front_color']['stale_after_s'] = 0.1

    load_sam2act(rewrite(checkpoint, tighten))


def test_weights_of_other_sizes_are_refused_by_name_and_shape(checkpoint):
    network = tiny_network()
    policy = Sam2ActPolicy(network, BOUNDS)
    assert policy.act([camera_above()], OPEN, WORDS).position.shape == (3,)
    larger = replace(network.config, attention_width=48)
    changed = rewrite(
        checkpoint, lambda c: c['network']['arguments'].update(sizes=plain_sizes(larger))
    )
    with pytest.raises(ContractError, match=r'size mismatch for mvt1\.fc_bef_attn'):
        load_sam2act(changed)
