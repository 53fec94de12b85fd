"""HEIGHT: a recurrent actor-critic that attends to people by a heterogeneous interaction graph.

Source: Liu et al., HEIGHT: Heterogeneous Interaction Graph Transformer for Robot Navigation in
Crowded and Constrained Environments (arXiv 2411.12150). Module names give the state dict the
authors' keys, so that their published weights load by a strict map.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN = 128


class HeightInput(NamedTuple):
    """One observation per row; leading dimensions are free but equal.

    Attributes:
        robot_node: (..., 5) x, y, goal x, goal y [m], yaw [rad].
        spatial_edges: (..., people, 4 or 2) position [m] and velocity [m/s] of each person,
            nearest first; unused rows hold 15.
        detected_human_num: (..., 1) rows in use, at least 1.
        point_clouds: (..., 180) lidar ranges with people removed [m].
    """

    robot_node: Tensor
    spatial_edges: Tensor
    detected_human_num: Tensor
    point_clouds: Tensor


class HeightOutput(NamedTuple):
    """What the network says.

    Attributes:
        logits: (..., 9) over the changes of velocity.
        value: (..., 1) expected return.
        hidden: (batch, 128) to hand in with the next observation.
        attention: (..., people) weight of each person for the robot.
    """

    logits: Tensor
    value: Tensor
    hidden: Tensor
    attention: Tensor


class PeopleAttention(nn.Module):
    """Self-attention among people (paper section IV-B): people look at people."""

    def __init__(self, features: int, width: int = 128, heads: int = 8) -> None:
        """Build the embedding, the outer projections and the attention with its own inner ones.

        Args:
            features: numbers per person.
            width: of the embedding.
            heads: attention heads.
        """
        super().__init__()
        self.embedding_layer = nn.Sequential(nn.Linear(features, width), nn.ReLU())
        self.q_linear = nn.Linear(width, width)
        self.v_linear = nn.Linear(width, width)
        self.k_linear = nn.Linear(width, width)
        self.multihead_attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.heads = heads

    def forward(self, people: Tensor, used: Tensor) -> Tensor:
        """Mix each person's features with those of the others.

        Args:
            people: (rows, people, features).
            used: (rows, people) False for rows that hold nobody.

        Returns:
            (rows, people, width).
        """
        embedded = self.embedding_layer(people)
        attention = self.multihead_attn
        inner_w = attention.in_proj_weight.chunk(3)
        inner_b = attention.in_proj_bias.chunk(3)
        split = []
        outer = (self.q_linear, self.k_linear, self.v_linear)
        for layer, w, b in zip(outer, inner_w, inner_b, strict=True):
            if self.training:
                # Two linear maps in a row are one: training saves a pass over every person, and
                # its rounding does not matter.
                mapped = functional.linear(embedded, w @ layer.weight, w @ layer.bias + b)
            else:
                mapped = functional.linear(layer(embedded), w, b)
            split.append(mapped.unflatten(-1, (self.heads, -1)).transpose(-3, -2))
        mask = used[:, None, None, :]
        query, key, value = split
        if self.training:
            # Written out: for a dozen people per row the fused kernels cost ten times as much.
            score = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
            mixed = score.masked_fill(~mask, -torch.inf).softmax(-1) @ value
        else:
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return attention.out_proj(mixed.transpose(-3, -2).flatten(-2))


class RobotAttention(nn.Module):
    """Attention of the robot to people (paper section IV-C), without a value projection."""

    def __init__(self, embedding: int = 64, width: int = 128) -> None:
        """Build the two projections whose inner product scores a person.

        Args:
            embedding: width of the robot's and each person's embedding.
            width: in which they are compared.
        """
        super().__init__()
        self.temporal_edge_layer = nn.Sequential(nn.Linear(embedding, width))
        self.spatial_edge_layer = nn.Sequential(nn.Linear(embedding, width))
        self.width = width

    def forward(self, robot: Tensor, people: Tensor, used: Tensor) -> tuple[Tensor, Tensor]:
        """Weigh people by how much they matter to the robot.

        Args:
            robot: (rows, embedding).
            people: (rows, people, embedding).
            used: (rows, people).

        Returns:
            weighted sum (rows, embedding) and weights (rows, people).
        """
        score = self.spatial_edge_layer(people) @ self.temporal_edge_layer(robot)[..., None]
        # The number of slots, used or not, sets the temperature: a checkpoint belongs to one.
        temperature = people.shape[-2] / math.sqrt(self.width)
        score = (score[..., 0] * temperature).masked_fill(~used, -1e9)
        weight = score.softmax(-1)
        return (weight[..., None] * people).sum(-2), weight


class NodeMemory(nn.Module):
    """Joins robot, people and lidar features in a GRU that remembers the episode."""

    def __init__(self, embedding: int = 64, hidden: int = HIDDEN) -> None:
        """Build the projections and the recurrent cell.

        Args:
            embedding: width of each incoming feature.
            hidden: width of the memory.
        """
        super().__init__()
        self.gru = nn.GRU(embedding // 2 + embedding // 2 + embedding, hidden)
        self.robot_linear = nn.Linear(embedding, embedding // 2)
        self.lidar_linear = nn.Linear(embedding, embedding)
        self.human_linear = nn.Linear(embedding, embedding // 2)

    def join(self, robot: Tensor, people: Tensor, lidar: Tensor) -> Tensor:
        """Concatenate the projected features (..., 64) into the cell's input (..., 128)."""
        parts = (self.robot_linear(robot), self.human_linear(people), self.lidar_linear(lidar))
        return torch.cat([part.relu() for part in parts], dim=-1)


class Graph(nn.Module):
    """Everything of HEIGHT but the action distribution."""

    def __init__(self, edge_features: int, rays: int) -> None:
        """Build encoders, attentions, memory, and the actor and critic heads.

        Args:
            edge_features: numbers per person.
            rays: of the lidar.
        """
        super().__init__()
        self.humanNodeRNN = NodeMemory()
        self.attn = RobotAttention()
        self.actor = nn.Sequential(
            nn.Linear(HIDDEN, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh()
        )
        self.critic = nn.Sequential(
            nn.Linear(HIDDEN, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh()
        )
        self.critic_linear = nn.Linear(256, 1)
        self.robot_linear = nn.Sequential(nn.Linear(5, 64), nn.ReLU())
        self.spatial_attn = PeopleAttention(edge_features)
        self.spatial_linear = nn.Sequential(nn.Linear(128, 64), nn.ReLU())
        convolutions: list[nn.Module] = []
        width, channels = rays, 1
        for out, kernel in ((16, 10), (32, 5), (32, 5), (32, 5)):
            convolutions += [nn.Conv1d(channels, out, kernel, stride=2), nn.ReLU()]
            width, channels = (width - kernel) // 2 + 1, out
        self.lidar_embed = nn.Sequential(
            *convolutions, nn.Flatten(), nn.Linear(width * channels, 64), nn.ReLU()
        )

    def encode(self, observation: HeightInput) -> tuple[Tensor, Tensor]:
        """Turn observations (rows, ...) into the memory's input (rows, 128) and the attention."""
        edges = observation.spatial_edges
        slot = torch.arange(edges.shape[1], device=edges.device)
        used = slot < observation.detected_human_num
        robot = self.robot_linear(observation.robot_node)
        lidar = self._embed_lidar(observation.point_clouds)
        people = self.spatial_linear(self.spatial_attn(edges, used))
        attended, weight = self.attn(robot, people, used)
        return self.humanNodeRNN.join(robot, attended, lidar), weight

    def _embed_lidar(self, ranges: Tensor) -> Tensor:
        """Embed ranges (rows, rays) into (rows, 64)."""
        if not self.training:
            return self.lidar_embed(ranges[:, None])
        # Strided windows and one matrix product per layer: the gradients of narrow convolutions
        # are slow.
        layers = list(self.lidar_embed)
        x = ranges[..., None]
        for layer in layers:
            if isinstance(layer, nn.Conv1d):
                windows = x.unfold(1, layer.kernel_size[0], 2).flatten(2)
                x = functional.linear(windows, layer.weight.flatten(1), layer.bias).relu()
        return layers[-2](x.transpose(1, 2).flatten(1)).relu()


class ActionHead(nn.Module):
    """Linear map from actor features to the logits of the discrete actions."""

    def __init__(self, features: int, actions: int) -> None:
        """Build the map.

        Args:
            features: width of the actor's output.
            actions: number of discrete actions.
        """
        super().__init__()
        self.linear = nn.Linear(features, actions)


class Height(nn.Module):
    """The HEIGHT policy and value network."""

    def __init__(
        self, people: int = 11, edge_features: int = 4, rays: int = 180, actions: int = 9
    ) -> None:
        """Build the network and initialise it as the paper's training does.

        Args:
            people: rows of `spatial_edges`. No weight depends on it, but the temperature of the
                robot's attention does.
            edge_features: 4 for position and velocity, 2 for position alone.
            rays: of the lidar.
            actions: changes of velocity to choose from.
        """
        super().__init__()
        self.people = people
        self.edge_features = edge_features
        self.rays = rays
        self.base = Graph(edge_features, rays)
        self.dist = ActionHead(256, actions)
        self._initialize()

    def _initialize(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2 and 'multihead_attn' not in name:
                nn.init.orthogonal_(parameter, 0.01 if name.startswith('dist') else math.sqrt(2))
            elif 'bias' in name:
                nn.init.zeros_(parameter)
        for name, parameter in self.base.humanNodeRNN.gru.named_parameters():
            if 'weight' in name:
                nn.init.orthogonal_(parameter)

    def initial_hidden(self, batch: int, device: torch.device | str | None = None) -> Tensor:
        """Memory (batch, 128) at the start of an episode."""
        return torch.zeros(batch, HIDDEN, device=device)

    def forward(self, observation: HeightInput, hidden: Tensor, mask: Tensor) -> HeightOutput:
        """Act on one observation per row.

        Args:
            observation: (batch, ...).
            hidden: (batch, 128) memory.
            mask: (batch, 1) zero where an episode begins, else one.

        Returns:
            Output with leading dimension batch.

        Raises:
            ValueError: the observation does not fit the network.
        """
        return self.sequence(HeightInput(*(x[None] for x in observation)), hidden, mask[None])

    def sequence(self, observation: HeightInput, hidden: Tensor, masks: Tensor) -> HeightOutput:
        """Act on a sequence of observations per row; the memory is cleared where masks are zero.

        Args:
            observation: (steps, batch, ...), or one step with (1, batch, ...).
            hidden: (batch, 128) memory before the first step.
            masks: (steps, batch, 1) zero where an episode begins, else one.

        Returns:
            Output with leading dimensions (steps, batch); one step comes without the first.

        Raises:
            ValueError: the observation does not fit the network.
        """
        self._check(observation)
        steps, batch = masks.shape[:2]
        rows = HeightInput(*(x.reshape(steps * batch, *x.shape[2:]) for x in observation))
        joined, attention = self.base.encode(rows)
        joined = joined.view(steps, batch, -1)
        gru = self.base.humanNodeRNN.gru
        weights = gru.all_weights[0]
        remembered = []
        for step in range(steps):
            hidden = torch.gru_cell(joined[step], hidden * masks[step], *weights)
            remembered.append(hidden)
        memory = torch.stack(remembered)
        logits = self.dist.linear(self.base.actor(memory))
        value = self.base.critic_linear(self.base.critic(memory))
        attention = attention.view(steps, batch, -1)
        if steps == 1:
            logits, value, attention = logits[0], value[0], attention[0]
        return HeightOutput(logits, value, hidden, attention)

    def _check(self, observation: HeightInput) -> None:
        wanted = {
            'robot_node': (5,),
            'spatial_edges': (self.people, self.edge_features),
            'detected_human_num': (1,),
            'point_clouds': (self.rays,),
        }
        for name, shape in wanted.items():
            got = tuple(getattr(observation, name).shape[2:])
            if got != shape:
                raise ValueError(f'HEIGHT: {name} has shape {got} per row, needs {shape}')
