"""HEIGHT that also looks at the mirror image of its world, and averages the two opinions.

The arena has no left and right, so an ideal policy would answer the mirror image of a situation
with the mirror image of its action. A trained network does so only roughly; averaging both cancels
part of its error, at the price of a second row in the same forward pass.
"""

import torch
from torch import Tensor

from policy_nodes.models.height import Height, HeightInput
from policy_nodes.policies.height_observation import EMPTY, observe
from policy_nodes.policies.navigation import NavigationView
from policy_nodes.policies.velocity_steps import accumulate

# action 3 i + j turns left, keeps, or turns right for j = 0, 1, 2
MIRRORED_ACTIONS = (2, 1, 0, 5, 4, 3, 8, 7, 6)


def mirrored(observation: HeightInput) -> HeightInput:
    """Reflect an observation (rows, ...) at the world's x axis."""
    flip = observation.robot_node.new_tensor([1.0, -1.0, 1.0, -1.0, -1.0])
    edges = observation.spatial_edges
    # in the robot's frame +x is right; empty rows hold the same filler on either side
    sideways = torch.zeros(edges.shape[-1], dtype=torch.bool, device=edges.device)
    sideways[::2] = True
    empty = (edges == EMPTY).all(-1, keepdim=True)
    ranges = observation.point_clouds
    return HeightInput(
        robot_node=observation.robot_node * flip,
        spatial_edges=torch.where(sideways & ~empty, -edges, edges),
        detected_human_num=observation.detected_human_num,
        point_clouds=torch.cat((ranges[:, :1], ranges[:, 1:].flip(1)), dim=1),
    )


class MirroredHeightPolicy:
    """Drives by the change of velocity that the network and its mirror image prefer together.

    Attributes:
        attention: (rows, people) weight of each person in the last action, nearest first.
        logits: (rows, 9) logarithm of the averaged probabilities behind the last action.
    """

    def __init__(self, network: Height, device: torch.device | str = 'cpu') -> None:
        """Hold the network.

        Args:
            network: with weights; with velocities in the robot's frame (4 numbers a person).
            device: to run on.

        Raises:
            ValueError: the network reads positions along the world's axes.
        """
        if network.edge_features != 4:
            raise ValueError('mirroring needs the form with 4 numbers a person')
        self.network = network.to(device).eval()
        self.device = torch.device(device)
        self.hidden = torch.zeros((2, 0, 128), device=device)
        self.mask = torch.zeros((0, 1), device=device)
        self.twist = torch.zeros((0, 2), device=device)
        self.attention = torch.zeros((0, network.people), device=device)
        self.logits = torch.zeros((0, 9), device=device)

    def reset(self, begins: Tensor) -> None:
        """Forget rows where begins (rows,) is True; another number of rows starts anew."""
        rows = len(begins)
        if rows != len(self.mask):
            self.hidden = torch.zeros((2, rows, 128), device=self.device)
            self.mask = torch.zeros((rows, 1), device=self.device)
            self.twist = torch.zeros((rows, 2), device=self.device)
            return
        keep = (~begins).to(self.mask)[:, None]
        self.mask = self.mask * keep
        self.twist = self.twist * keep

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
        self.hidden = self.hidden[:, rows]
        self.mask, self.twist = self.mask[rows], self.twist[rows]
        self.attention, self.logits = self.attention[rows], self.logits[rows]

    @torch.inference_mode()
    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (rows, 2) v [m/s], w [rad/s]."""
        seen = observe(view, self.network.people, self.network.edge_features)
        both = HeightInput(*(torch.cat(pair) for pair in zip(seen, mirrored(seen), strict=True)))
        rows = len(self.mask)
        output = self.network(both, self.hidden.flatten(0, 1), self.mask.repeat(2, 1))
        self.hidden = output.hidden.unflatten(0, (2, rows))
        self.mask = torch.ones_like(self.mask)
        self.attention = output.attention[:rows]
        straight, reflected = output.logits.softmax(-1).chunk(2)
        self.logits = (0.5 * (straight + reflected[:, list(MIRRORED_ACTIONS)])).log()
        self.twist = accumulate(self.twist, self.logits.argmax(-1), view.v_min)
        return self.twist
