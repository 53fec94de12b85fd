"""The contract of a detector of people, and detectors out of checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.network import Network
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained
from policy_nodes.models.flatformer.config import DetectorConfig, FlatFormerConfig, PillarGrid
from policy_nodes.models.flatformer.detector import FlatFormerDetector
from policy_nodes.perception.people_detector import PeopleDetector

FORM = 'flatformer_people'
POINTS, PEOPLE = 'points', 'people_found'
ROWS = 32  # of people that the contract speaks of
NAMES = ('x', 'y', 'z', 'length', 'width', 'height', 'heading', 'score')
UNITS = ('m', 'm', 'm', 'm', 'm', 'm', 'rad', '1')
FAR, TALL, TURN = 100.0, 10.0, 3.15
RATE_HZ = 10.0


def detector_contract(config: DetectorConfig, robot: str, trained: Trained) -> Contract:
    """State what a detector reads and finds.

    Args:
        config: sizes of the network.
        robot: that carries the lidar.
        trained: where the weights come from.
    """
    points = ObservationTerm(
        name=POINTS,
        source='sensor_msgs/msg/PointCloud2',
        shape=(None, config.point_features),
        frame='base_link',
        names=('x', 'y', 'z', 'intensity'),
        unit=('m', 'm', 'm', '1'),
        rate_hz=RATE_HZ,
        stale_after_s=0.3,
    )
    places = ((-FAR, FAR), (-FAR, FAR), (-TALL, TALL))
    sides = ((0.0, TALL),) * 3
    people = ActionTerm(
        name=PEOPLE,
        kind='detections',
        names=NAMES,
        unit=UNITS,
        limits=(*places, *sides, (-TURN, TURN), (0.0, 1.0)),
        rate_hz=RATE_HZ,
        frame='base_link',
        horizon=ROWS,
    )
    sizes = _plain(asdict(config))
    return Contract(
        robot=robot,
        policy=FORM,
        rate_hz=RATE_HZ,
        network=Network('FlatFormerDetector', sizes),
        observations=(points,),
        actions=(people,),
        trained=trained,
    )


def load_people_detector(checkpoint: Checkpoint, **settings: Any) -> PeopleDetector:
    """Build a detector with the weights of a checkpoint.

    Args:
        checkpoint: of a detector of people.
        settings: of the detector: threshold, most, device.

    Raises:
        ContractError: the checkpoint is of something else, or its weights do not fit.
    """
    contract = checkpoint.contract
    if contract.policy != FORM or contract.network is None:
        raise ContractError(
            f'{checkpoint.name} is a checkpoint of {contract.policy!r}, not of a people detector',
            remedy='choose people_detector; `policy-stack list` shows which are of what',
        )
    with in_file(checkpoint.contract_file):
        try:
            network = FlatFormerDetector(_config(dict(contract.network.arguments)))
            weights = {k: torch.from_numpy(v) for k, v in checkpoint.weights().items()}
            network.load_state_dict(weights, strict=True)
        except (TypeError, ValueError, RuntimeError) as error:
            raise ContractError(
                f'the network cannot be built: {error}',
                remedy='take the contract that the trainer wrote beside these weights',
                path='network',
            ) from error
    return PeopleDetector(network, **settings)


class DetectorRun:
    """Answers observations by the names of the contract, for golden traces."""

    def __init__(self, detector: PeopleDetector) -> None:
        """Hold the detector."""
        self.detector = detector

    def reset(self) -> None:
        """Nothing is remembered from sweep to sweep."""

    def act(self, observation: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Find people; rows beyond those that were found are 0."""
        found = self.detector.find(observation[POINTS])[:ROWS]
        rows = np.zeros((ROWS, len(NAMES)))
        rows[: len(found)] = found
        return {PEOPLE: rows}


def _plain(sizes: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes as yaml holds them: lists instead of tuples, at every depth."""
    plain: dict[str, Any] = {}
    for name, value in sizes.items():
        if isinstance(value, Mapping):
            plain[name] = _plain(value)
        else:
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def _config(sizes: dict[str, Any]) -> DetectorConfig:
    def fixed(values: Mapping[str, Any]) -> dict[str, Any]:
        return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}

    grid, former = fixed(sizes.pop('grid')), fixed(sizes.pop('flatformer'))
    return DetectorConfig(
        grid=PillarGrid(**grid), flatformer=FlatFormerConfig(**former), **fixed(sizes)
    )
