"""A second policy with weights, put into the table as docs/how-to/add_a_policy.md says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from navigation_views import base_at, goal_at, people_at
from torch import nn

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.policies import loading
from policy_nodes.policies.loading import Learned, golden_run, load_policy
from policy_nodes.policies.navigator import Navigator

RANGES = np.full(180, 10.0, dtype=np.float32)


class Steer(nn.Module):
    """Turns where a linear map of the goal's offset says."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = nn.Linear(2, 1, bias=False)


class SteerPolicy:
    def __init__(self, network: Steer) -> None:
        self.network = network

    def reset(self, begins):
        pass

    def select(self, rows):
        pass

    @torch.inference_mode()
    def act(self, view):
        turn = self.network.turn(view.goal - view.pose[:, :2]).tanh()
        return torch.cat((torch.full_like(turn, 0.3), turn), dim=1)


class SteerRun:
    """Answers by the names of the contract."""

    def __init__(self, policy: SteerPolicy, v_min: float) -> None:
        self.navigator = Navigator(policy, v_min=v_min)

    def reset(self):
        self.navigator.reset()

    def act(self, observation):
        base = base_at(*observation['odometry'])
        twist = self.navigator.act(base, goal_at(*observation['goal']), people_at(), RANGES)
        return {'base': np.array([twist.linear[0], twist.angular[2]])}


def load_steer(checkpoint) -> SteerPolicy:
    network = Steer()
    weights = checkpoint.weights()
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return SteerPolicy(network)


CONTRACT = Contract(
    robot='turtlebot',
    policy='steer',
    rate_hz=10.0,
    network=Network('Steer'),
    observations=(
        ObservationTerm(
            name='odometry',
            source='nav_msgs/msg/Odometry',
            frame='odom',
            names=('x', 'y', 'yaw', 'v', 'w'),
            unit=('m', 'm', 'rad', 'm/s', 'rad/s'),
            shape=(5,),
            rate_hz=10.0,
            stale_after_s=0.3,
        ),
        ObservationTerm(
            name='goal',
            source='policy_stack/msg/TaskGoal',
            frame='odom',
            names=('x', 'y'),
            unit=('m',),
            shape=(2,),
        ),
    ),
    actions=(
        ActionTerm(
            name='base',
            kind='twist',
            frame='base_link',
            names=('linear.x', 'angular.z'),
            unit=('m/s', 'rad/s'),
            limits=((0.0, 0.4), (-1.0, 1.0)),
            rate_hz=10.0,
        ),
    ),
)


@pytest.fixture
def steer(tmp_path, monkeypatch):
    """A checkpoint of it, and its line in the table."""
    torch.manual_seed(0)
    network = Steer()
    run = SteerRun(SteerPolicy(network), 0.0)
    run.reset()
    odometry = np.array([[0.1 * step, 0.0, 0.2, 0.3, 0.0] for step in range(5)])
    goals = np.tile([4.0, 1.0], (5, 1))
    answers = [
        run.act({'odometry': one, 'goal': goal})['base']
        for one, goal in zip(odometry, goals, strict=True)
    ]
    trace = GoldenTrace(
        {'odometry': odometry, 'goal': goals},
        {'base': np.stack(answers)},
        np.arange(5) == 0,
        {'base': 1e-6},
    )
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    written = write_checkpoint(tmp_path / 'steer_one', CONTRACT, weights, trace, '# steer_one\n')
    made = Learned(
        forms=('steer',),
        load=load_steer,
        run=lambda checkpoint, v_min: SteerRun(load_steer(checkpoint), v_min),
        shipped={'rand': str(written.folder)},
    )
    monkeypatch.setitem(loading.POLICIES, 'steer', made)
    return written


def test_it_loads_by_name_and_drives(steer):
    loaded = load_policy('steer', 'hallway')
    loaded.require(RobotInterface.read(robot_file('turtlebot')))
    twist = Navigator(loaded.policy).act(base_at(), goal_at(), people_at(), RANGES)
    assert twist.linear[0] == pytest.approx(0.3)
    assert loaded.v_min == 0.0
    assert loaded.staleness == {'scan': 0.3, 'odometry': 0.3, 'people': 0.5, 'goal': None}
    assert loaded.attention() is None


def test_its_golden_trace_is_replayed(steer):
    assert first_difference(steer.golden(), golden_run(steer)) is None


def test_each_policy_refuses_the_checkpoint_of_the_other(steer):
    with pytest.raises(ContractError, match="policy 'steer', not of height"):
        load_policy('height', checkpoint=steer.folder)
    with pytest.raises(ContractError, match='not of steer'):
        load_policy('steer', checkpoint='height_arena')
