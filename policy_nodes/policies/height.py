"""HEIGHT as a navigation policy: greedy action, accumulated twist, memory per robot."""

import torch
from torch import Tensor

from policy_nodes.models.height import Height
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.policies.height_observation import observe
from policy_nodes.policies.navigation import NavigationView
from policy_nodes.policies.velocity_steps import accumulate


class HeightPolicy:
    """Drives by the most likely change of velocity.

    Attributes:
        attention: (rows, people) weight of each person in the last action, nearest first.
        logits: (rows, 9) behind the last action.
    """

    def __init__(
        self, network: Height | MirroredHeight, device: torch.device | str = 'cpu'
    ) -> None:
        """Hold the network.

        Args:
            network: with weights.
            device: to run on.
        """
        self.network = network.to(device).eval()
        self.device = torch.device(device)
        self.hidden = network.initial_hidden(0, device)
        self.mask = torch.zeros((0, 1), device=device)
        self.twist = torch.zeros((0, 2), device=device)
        self.attention = torch.zeros((0, network.people), device=device)
        self.logits = torch.zeros((0, 9), device=device)

    def reset(self, begins: Tensor) -> None:
        """Forget rows where begins (rows,) is True; another number of rows starts anew."""
        rows = len(begins)
        if rows != len(self.hidden):
            self.hidden = self.network.initial_hidden(rows, self.device)
            self.mask = torch.zeros((rows, 1), device=self.device)
            self.twist = torch.zeros((rows, 2), device=self.device)
            return
        keep = (~begins).to(self.hidden)[:, None]
        self.mask = self.mask * keep
        self.twist = self.twist * keep

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
        self.hidden, self.mask = self.hidden[rows], self.mask[rows]
        self.twist = self.twist[rows]
        self.attention, self.logits = self.attention[rows], self.logits[rows]

    @torch.inference_mode()
    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (rows, 2) v [m/s], w [rad/s]."""
        observation = observe(view, self.network.people, self.network.edge_features)
        output = self.network(observation, self.hidden, self.mask)
        self.hidden, self.attention, self.logits = output.hidden, output.attention, output.logits
        self.mask = torch.ones_like(self.mask)
        self.twist = accumulate(self.twist, output.logits.argmax(-1), view.v_min)
        return self.twist
