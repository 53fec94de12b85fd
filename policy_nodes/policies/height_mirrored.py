"""HEIGHT that also looks at the mirror image of its world, and averages the two opinions.

The arena has no left and right, so an ideal policy would answer the mirror image of a situation
with the mirror image of its action. A trained network does so only roughly; averaging both cancels
part of its error, at the price of a second row in the same forward pass.
"""

import math

import torch
from torch import Tensor, nn

from policy_nodes.models.height import HIDDEN, Graph, Height, HeightInput, HeightOutput
from policy_nodes.policies.height_observation import EMPTY


def mirrored(observation: HeightInput) -> HeightInput:
    """Reflect an observation (..., features) at the world's x axis."""
    x, y, goal_x, goal_y, yaw = observation.robot_node.unbind(-1)
    edges = observation.spatial_edges
    # in the robot's frame +x is right; empty rows hold the same filler on either side
    sideways = torch.zeros(edges.shape[-1], dtype=torch.bool, device=edges.device)
    sideways[::2] = True
    empty = (edges == EMPTY).all(-1, keepdim=True)
    ranges = observation.point_clouds
    return HeightInput(
        robot_node=torch.stack((x, -y, goal_x, -goal_y, -yaw), dim=-1),
        spatial_edges=torch.where(sideways & ~empty, -edges, edges),
        detected_human_num=observation.detected_human_num,
        point_clouds=torch.cat((ranges[..., :1], ranges[..., 1:].flip(-1)), dim=-1),
    )


class MirroredHeight(nn.Module):
    """Two runs of one HEIGHT side by side: on the observation and on its mirror image.

    It acts, learns and remembers like `Height`, with a memory twice as wide.
    """

    def __init__(self, network: Height) -> None:
        """Hold the network.

        Args:
            network: with velocities in the robot's frame (4 numbers a person).

        Raises:
            ValueError: the network reads positions along the world's axes.
        """
        super().__init__()
        if network.edge_features != 4:
            raise ValueError('mirroring needs the form with 4 numbers a person')
        self.network = network
        self.people, self.edge_features = network.people, network.edge_features

    @property
    def base(self) -> Graph:
        """The network's encoder and memory."""
        return self.network.base

    def initial_hidden(self, batch: int, device: torch.device | str | None = None) -> Tensor:
        """Memory (batch, 256) at the start of an episode."""
        return torch.zeros(batch, 2 * HIDDEN, device=device)

    def forward(self, observation: HeightInput, hidden: Tensor, mask: Tensor) -> HeightOutput:
        """Act on one observation per row; see `Height.forward`."""
        return self.sequence(HeightInput(*(x[None] for x in observation)), hidden, mask[None])

    def sequence(self, observation: HeightInput, hidden: Tensor, masks: Tensor) -> HeightOutput:
        """Act on a sequence of observations per row; see `Height.sequence`.

        Returns:
            Output whose logits are the logarithm of the averaged probabilities, whose value is
            the average, and whose attention is that of the observation itself.
        """
        reflected = mirrored(observation)
        pairs = zip(observation, reflected, strict=True)
        both = HeightInput(*(torch.cat(pair, dim=1) for pair in pairs))
        memory = torch.cat(hidden.chunk(2, dim=1))
        output = self.network.sequence(both, memory, masks.repeat(1, 2, 1))
        straight, other = output.logits.log_softmax(-1).chunk(2, dim=-2)
        # action 3 i + j turns left, keeps, or turns right for j = 0, 1, 2
        other = other.unflatten(-1, (3, 3)).flip(-1).flatten(-2)
        logits = torch.logaddexp(straight, other) - math.log(2.0)
        value = torch.stack(output.value.chunk(2, dim=-2)).mean(0)
        return HeightOutput(
            logits,
            value,
            torch.cat(output.hidden.chunk(2), dim=1),
            output.attention.chunk(2, dim=-2)[0],
        )
