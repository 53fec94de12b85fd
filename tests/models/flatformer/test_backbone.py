"""FlatFormer's backbone against what the authors' gave, and where theirs went wrong."""

import ast
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from policy_nodes.models.flatformer.backbone import FlatFormer, position_code
from policy_nodes.models.flatformer.config import FlatFormerConfig
from policy_nodes.models.flatformer.window_mapping import LINES, WindowMapping

GRID = (40, 40)
SMALL = FlatFormerConfig(width=32, heads=4, window=(5, 5), group=16)


@pytest.fixture
def golden(shared_data):
    with np.load(shared_data('golden', 'flatformer_small.npz')) as file:
        values = {name: torch.from_numpy(np.array(file[name])) for name in file if name != 'cfg'}
        sizes = ast.literal_eval(str(file['cfg']))
    network = FlatFormer(
        sizes['output_shape'],
        FlatFormerConfig(
            width=sizes['in_channels'],
            heads=sizes['num_heads'],
            blocks=sizes['num_blocks'],
            window=sizes['window_shape'][:2],
            group=sizes['group_size'],
            temperature=sizes['pos_temperature'],
        ),
    )
    weights = {name[3:]: value for name, value in values.items() if name.startswith('sd.')}
    network.load_state_dict(weights, strict=True)
    return SimpleNamespace(network=network.eval(), values=values, sizes=sizes)


def voxels(counts, seed=0, grid=GRID):
    """Coordinates of so many voxels in each cloud, in any order within a cloud."""
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for cloud, count in enumerate(counts):
        cell = torch.randperm(grid[0] * grid[1], generator=generator)[:count]
        zeros = torch.zeros_like(cell)
        rows.append(torch.stack((zeros + cloud, zeros, cell // grid[1], cell % grid[1]), 1))
    return torch.cat(rows)


def test_the_lines_and_groups_are_the_authors(golden):
    told = golden.values
    grouping = golden.network.mapping(told['in.coords'], int(told['in.batch_size']))
    for line, order in zip(LINES, grouping.order, strict=True):
        assert torch.equal(order, told[f'map.{line}']), line
    for order, take, put in zip(grouping.order, grouping.take, grouping.put, strict=True):
        assert torch.equal(take, order[told['map.flat2win']])
        assert torch.equal(put[order], told['map.win2flat'])
    assert grouping.hidden is None


def test_position_code_blocks_and_map_are_the_authors(golden):
    told = golden.values
    coordinates, batch = told['in.coords'], int(told['in.batch_size'])
    with torch.no_grad():
        code = position_code(coordinates, 32, golden.sizes['pos_temperature'])
        torch.testing.assert_close(code, told['pe'], rtol=0, atol=1e-5)
        features = golden.network.voxels(told['in.x'], coordinates, batch)
        ground = golden.network(told['in.x'], coordinates, batch)
        grouping = golden.network.mapping(coordinates, batch)
        first = golden.network.block_list[0](told['in.x'], code[grouping.take], grouping)
    torch.testing.assert_close(first, told['out.block0'], rtol=0, atol=1e-5)
    torch.testing.assert_close(features, told['out.voxel'], rtol=0, atol=1e-5)
    assert list(ground.shape) == told['out.bev_shape'].tolist()
    torch.testing.assert_close(ground.sum((2, 3)), told['out.bev_sum_hw'], rtol=1e-5, atol=1e-4)


def test_the_published_sizes_have_as_many_parameters_as_the_authors():
    network = FlatFormer((468, 468))
    assert sum(each.numel() for each in network.parameters()) == 1_059_840
    assert len(network.state_dict()) == 96


@pytest.fixture(scope='module')
def network():
    torch.manual_seed(3)
    return FlatFormer(GRID, SMALL).eval()


@pytest.mark.parametrize('count', [1, 2, 15, 16, 17, 31, 33])
def test_a_cloud_with_fewer_voxels_than_a_group_is_no_trouble(network, count):
    coordinates = voxels([count])
    with torch.no_grad():
        assert network.voxels(torch.randn(count, 32), coordinates, 1).isfinite().all()


def test_a_lone_voxel_looks_at_itself_alone(network):
    x, coordinates = torch.randn(1, 32), voxels([1])
    layer = network.block_list[0].block[0]
    grouping = network.mapping(coordinates, 1)
    code = position_code(coordinates, 32, 10_000.0)[grouping.take[0]][None]
    with torch.no_grad():
        group = layer.attn(x[grouping.take[0]][None], code, grouping.hidden)[0, 0]
        alone = layer.attn(x[None], code[:, :1], None)[0, 0]
    torch.testing.assert_close(group, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize('counts', [(40, 5), (5, 40), (3, 0, 90), (0, 7), (16, 32), (17, 1, 1)])
def test_no_cloud_of_a_batch_sees_another(network, counts):
    coordinates = voxels(counts, seed=sum(counts))
    x = torch.randn(len(coordinates), 32)
    with torch.no_grad():
        together = network(x, coordinates, len(counts))
        for cloud, count in enumerate(counts):
            mine = coordinates[:, 0] == cloud
            place = coordinates[mine] * torch.tensor([0, 1, 1, 1])
            alone = network(x[mine], place, 1)[0]
            torch.testing.assert_close(together[cloud], alone, rtol=0, atol=1e-5)
            assert int((alone.abs().sum(0) > 0).sum()) == count


def test_the_order_in_which_voxels_come_does_not_matter(network):
    coordinates = voxels([50, 30], seed=4)
    x = torch.randn(80, 32)
    mixed = torch.randperm(80)
    with torch.no_grad():
        plain = network(x, coordinates, 2)
        shuffled = network(x[mixed], coordinates[mixed], 2)
    torch.testing.assert_close(plain, shuffled, rtol=0, atol=1e-5)


def test_an_empty_batch_gives_an_empty_map(network):
    ground = network(torch.zeros(0, 32), torch.zeros(0, 4, dtype=torch.int32), 2)
    assert ground.shape == (2, 32, *GRID)
    assert not ground.any()


@pytest.mark.parametrize('grid', [(7, 9), (40, 13), (1, 30)])
def test_every_cell_stands_once_on_each_line_of_any_grid(grid):
    lines = WindowMapping(grid, (4, 6), 8).cells
    for line in lines:
        assert torch.equal(line.sort().values, torch.arange(grid[0] * grid[1]))


def test_two_voxels_in_a_cell_are_refused(network):
    coordinates = voxels([20])
    coordinates[3] = coordinates[4]
    with pytest.raises(ValueError, match='20 voxels lie in 19 cells'):
        network(torch.randn(20, 32), coordinates, 1)


def test_what_comes_in_is_not_written_to(network):
    coordinates = voxels([25])
    x = torch.randn(25, 32)
    before = x.clone()
    with torch.no_grad():
        network(x, coordinates, 1)
    assert torch.equal(x, before)


@pytest.mark.parametrize(
    ('sizes', 'sentence'),
    [({'width': 30, 'heads': 4}, 'cannot be shared'), ({'group': 1}, 'a group two voxels')],
)
def test_sizes_that_do_not_fit_are_refused(sizes, sentence):
    with pytest.raises(ValueError, match=sentence):
        FlatFormerConfig(**sizes)
