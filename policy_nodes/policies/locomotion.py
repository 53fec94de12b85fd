"""One network that moves legs: observations by contract in, targets of joints out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.history_buffer import HistoryBuffer
from policy_nodes.contract.preprocessing import denormalise, normalise
from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.policies.height_field import AHEAD, NEAR, HeightField
from policy_nodes.policies.locomotion_contract import AXES, FRAME, HEIGHTS, NetworkType

Floats = NDArray[np.float64]
GRIDS = {'height_near': NEAR, 'height_ahead': AHEAD}


class LegView(NamedTuple):
    """What a robot knows when its policy is asked.

    Attributes:
        quaternion: (4,) xyzw of the body in a frame whose z points up.
        yaw_rate: about the body's z axis [rad/s].
        command: (3,) vx, vy [m/s], wz [rad/s] in the frame of the body.
        names: of the joints, in any order.
        joints: (joints,) [rad], in the order of names.
        field: heights of the ground; None for policies that do not see them.
    """

    quaternion: Floats
    yaw_rate: float
    command: Floats
    names: Sequence[str]
    joints: Floats
    field: HeightField | None = None


class LegTargets(NamedTuple):
    """What a policy proposes, in the order of its contract.

    Attributes:
        position: (joints,) [rad].
        kp: (joints,) [Nm/rad].
        kd: (joints,) [Nm s/rad].
    """

    position: Floats
    kp: Floats
    kd: Floats


def gravity_in_body(quaternion: ArrayLike) -> Floats:
    """Direction (3,) in which gravity pulls, in the frame of the body; (0, 0, -1) upright.

    Args:
        quaternion: (4,) xyzw of the body in a frame whose z points up.
    """
    x, y, z, w = np.asarray(quaternion) / np.linalg.norm(quaternion)
    return np.array([2.0 * (w * y - x * z), -2.0 * (y * z + w * x), 2.0 * (x * x + y * y) - 1.0])


class LocomotionPolicy:
    """Keeps the history of one robot and asks the network.

    Attributes:
        network: with weights.
        contract: of its checkpoint.
        names: of the joints, in the order of targets.
        stand: (joints,) angles that an action of zero asks for [rad].
        kp: (joints,) [Nm/rad].
        kd: (joints,) [Nm s/rad].
        command_low: (3,) least vx, vy [m/s], wz [rad/s] that it was trained to obey.
        command_high: (3,) greatest ones.
    """

    def __init__(self, network: NetworkType, contract: Contract) -> None:
        """Hold a network and its contract, which has been checked to fit it.

        Args:
            network: with weights.
            contract: of its checkpoint.
        """
        self.network, self.contract = network.eval(), contract
        self.action = contract.actions[0]
        self.names = self.action.names
        joints = len(self.names)
        self.kp, self.kd = (
            np.broadcast_to(np.array(gains), joints).copy()
            for gains in (self.action.kp, self.action.kd)
        )
        self.stand = np.broadcast_to(np.array(self.action.offset), joints).copy()
        self._terms = {term.name: term for term in contract.observations}
        self._histories = {name: HistoryBuffer.of(self._terms[name]) for name in FRAME}
        ranges = [contract.command(axis) for axis in AXES]
        self.command_low = np.array([each.low for each in ranges])
        self.command_high = np.array([each.high for each in ranges])
        self._input: LocomotionInput | None = None

    @property
    def sees(self) -> bool:
        """Whether it reads heights of the ground."""
        return any(name in self._terms for name in HEIGHTS)

    def reset(self) -> None:
        """Forget the episode."""
        for history in self._histories.values():
            history.reset()
        self._input = None

    def values_of(self, view: LegView) -> dict[str, NDArray[Any]]:
        """Name what a robot knows as the contract does, each value in the unit of its term.

        A command outside of what the policy was trained to obey is brought into it.

        Raises:
            ContractError: a joint is missing.
            ValueError: the heights that the policy reads are missing.
        """
        found = dict(zip(view.names, view.joints, strict=True))
        missing = [name for name in self.names if name not in found]
        if missing:
            raise ValueError(f'no measurement of {", ".join(missing)}')
        values: dict[str, NDArray[Any]] = {
            'yaw_rate': np.array([view.yaw_rate]),
            'gravity': gravity_in_body(view.quaternion),
            'command': np.clip(view.command, self.command_low, self.command_high),
            'joints': np.array([found[name] for name in self.names]),
        }
        for name in HEIGHTS:
            if name in self._terms:
                if view.field is None:
                    raise ValueError(f'no height scan, which {name} is read from')
                values[name] = view.field.at(GRIDS[name])
        return values

    def observe(self, values: Mapping[str, ArrayLike], last_target: ArrayLike | None) -> None:
        """Take the present frame into the history.

        Args:
            values: by the names of the contract, in the units of their terms.
            last_target: (joints,) that the robot was sent before [rad], by whichever policy;
                None where there is none.
        """
        if last_target is None:
            last = np.zeros(len(self.names))
        else:
            offset, scale = np.array(self.action.offset), np.array(self.action.scale)
            last = (np.asarray(last_target) - offset) / scale
        given = dict(values) | {'last_action': last}
        frames = [
            self._histories[name].push(normalise(self._terms[name], given[name])) for name in FRAME
        ]
        heights = [
            normalise(self._terms[name], given[name])
            if name in self._terms
            else np.zeros((0, 0), np.float32)
            for name in HEIGHTS
        ]
        self._input = LocomotionInput(
            torch.from_numpy(np.concatenate(frames, axis=1)[None]),
            *(torch.from_numpy(field[None]) for field in heights),
        )

    @torch.inference_mode()
    def answer(self) -> Floats:
        """Propose targets (joints,) [rad] for the frame that was observed last.

        Raises:
            ValueError: nothing was observed.
        """
        if self._input is None:
            raise ValueError('nothing was observed since the reset')
        output = self.network(self._input)[0].numpy().astype(np.float64)
        return denormalise(self.action, output)
