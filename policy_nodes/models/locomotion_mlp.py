"""A multilayer perceptron that moves legs: the actor of a joystick policy.

Sizes of the published one (MuJoCo Playground, BarkourJoystick): 15 frames of 31 numbers, four
layers of 128 with SiLU, 24 outputs of which the first half are means. Height fields are appended
where a task needs to see the ground.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from policy_nodes.models.locomotion_input import LocomotionInput, check_input, frame_size


class LocomotionMlp(nn.Module):
    """All frames and heights at once through a few layers."""

    def __init__(
        self,
        joints: int = 12,
        window: int = 15,
        near: tuple[int, int] = (0, 0),
        ahead: tuple[int, int] = (0, 0),
        width: int = 128,
        layers: int = 4,
    ) -> None:
        """Build the layers.

        Args:
            joints: to be moved.
            window: frames that are read.
            near: rows and columns of the heights about the body; zeros: it does not see them.
            ahead: those of the heights before it.
            width: of each hidden layer.
            layers: hidden ones.
        """
        super().__init__()
        self.joints, self.window = joints, window
        self.near, self.ahead = tuple(near), tuple(ahead)
        self.shapes = {
            'frames': (window, frame_size(joints)),
            'near': self.near,
            'ahead': self.ahead,
        }
        self.observations = sum(rows * columns for rows, columns in self.shapes.values())
        sizes = [self.observations, *[width] * layers]
        self.hidden = nn.ModuleList(nn.Linear(begin, end) for begin, end in pairwise(sizes))
        self.head = nn.Linear(width, 2 * joints)

    def flatten(self, observation: LocomotionInput) -> Tensor:
        """Put an observation into one row (..., observations)."""
        return torch.cat([part.flatten(-2) for part in observation], dim=-1)

    def outputs(self, row: Tensor) -> tuple[Tensor, Tensor]:
        """Mean before the hyperbolic tangent and raw spread, each (..., joints).

        Args:
            row: (..., observations) by `flatten`.
        """
        for layer in self.hidden:
            row = nn.functional.silu(layer(row))
        mean, spread = self.head(row).chunk(2, dim=-1)
        return mean, spread

    def forward(self, observation: LocomotionInput) -> Tensor:
        """Action (..., joints) from -1 to 1.

        Raises:
            ValueError: the observation does not fit the network.
        """
        check_input(observation, self.shapes)
        mean, _ = self.outputs(self.flatten(observation))
        return mean.tanh()

    @torch.no_grad()
    def fold(self, mean: Tensor, deviation: Tensor) -> None:
        """Take the normalisation of observations into the first layer.

        Args:
            mean: (observations,) that is subtracted from each row before the first layer.
            deviation: (observations,) that the difference is divided by.
        """
        first = self.hidden[0]
        assert isinstance(first, nn.Linear)
        # in double precision, so that folded and unfolded networks agree
        weight = first.weight.double() / deviation.double()
        first.bias.copy_(first.bias.double() - weight @ mean.double())
        first.weight.copy_(weight)
