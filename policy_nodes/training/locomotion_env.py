"""Many legged robots that learn: commands, observations, rewards, falls, levels of difficulty."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.policies.height_field import AHEAD, NEAR
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.training.locomotion_ground import GroundBank, rotation_of
from policy_nodes.training.locomotion_physics import PERIOD, LegPhysics, LegState, Variation
from policy_nodes.training.locomotion_recipe import LocomotionRecipe
from policy_nodes.training.locomotion_reward import Motion, reward_terms, total_reward

WINDOW = 15
FALLEN = 0.3  # height of the body's unit vector up
LOWEST = 0.08  # [m] height of the body above the ground
FOOT, TOUCH = 0.014, 0.008  # [m] radius of a foot, and how near to the ground it touches
PIT = 0.1  # [m] ground so far below the start is a pit
HEIGHT_SCALE, HEIGHT_CLIP = 5.0, 2.0
COMMAND_SCALE = (2.0, 2.0, 0.25)
YAW_SCALE = 0.25
STAND_HEIGHT = 0.242  # [m]
PRIVILEGED = 3 + 3 + 1 + 4  # numbers that only the critic sees
ASIDE = 1.8  # [m] from the middle of a ground, where it ends
LEAD = (1.5, 0.8)  # how hard a robot is led back to the heading and to the middle


class Step(NamedTuple):
    """What a step gave; one row a world.

    Attributes:
        reward: (worlds,).
        fell: (worlds,) the episode ended by a fall.
        over: (worlds,) it ended by time or because the ground was crossed.
        terms: of the reward, means over the worlds.
    """

    reward: Tensor
    fell: Tensor
    over: Tensor
    terms: dict[str, Tensor]


def build_bank(recipe: LocomotionRecipe, device: torch.device | str) -> GroundBank:
    """All grounds of a recipe, kind by kind, each from easy to hard."""
    levels = [level / max(1, recipe.levels - 1) for level in range(recipe.levels)]
    return GroundBank([make(level) for make, _ in recipe.grounds for level in levels], device)


class LocomotionEnv:
    """Steps all worlds at once; a world that ends begins anew by itself."""

    def __init__(
        self,
        robot: LeggedRobot,
        physics: LegPhysics,
        bank: GroundBank,
        recipe: LocomotionRecipe,
        worlds: int,
        *,
        seed: int = 0,
        device: torch.device | str = 'cpu',
    ) -> None:
        """Begin all episodes, at scattered times.

        Args:
            robot: that learns.
            physics: that moves it.
            bank: grounds of the recipe, by `build_bank`.
            recipe: of the training.
            worlds: side by side.
            seed: of all draws.
            device: of the tensors.
        """
        self.robot, self.physics, self.bank, self.recipe = robot, physics, bank, recipe
        self.worlds, self.device = worlds, torch.device(device)
        self.random = torch.Generator(device=self.device).manual_seed(seed)
        self.progress = 0.0
        joints = len(robot.joints)

        def zeros(*shape: int) -> Tensor:
            return torch.zeros((worlds, *shape), device=self.device)

        self.stand = torch.tensor(robot.stand, device=self.device)
        shares = torch.tensor([share for _, share in recipe.grounds], device=self.device)
        edges = (shares / shares.sum()).cumsum(0)
        place = torch.arange(worlds, device=self.device) / worlds
        self.kind = (place[:, None] >= edges).sum(-1).clamp_max(len(shares) - 1)
        self.level = zeros().long()
        self.history = zeros(WINDOW, 7 + 2 * joints)
        self.action, self.target = zeros(joints), zeros(joints) + self.stand
        self.command, self.asked = zeros(3), zeros(3)
        self.clock, self.air, self.feet = zeros(), zeros(4), zeros(4, 3)
        self.start_x, self.walked = zeros(), zeros()
        self.late = self._uniform(worlds) < recipe.disturbances.late
        self.led = self._uniform(worlds) < recipe.commands.along
        points = [torch.tensor(grid.points(), dtype=torch.float32) for grid in (NEAR, AHEAD)]
        self._points = torch.cat([grid.flatten(0, 1) for grid in points]).to(self.device)
        self._limit = recipe.seconds
        self.final: tuple[LocomotionInput, Tensor] | None = None
        self._begin(torch.ones(worlds, dtype=torch.bool, device=self.device))
        self.clock = self._uniform(worlds) * self._limit

    def observe(self) -> tuple[LocomotionInput, Tensor]:
        """What actors see, with noise, and what the critic sees besides, (worlds, 11)."""
        return self._seen, self._privileged

    def set_levels(self, levels: Tensor) -> None:
        """Begin all episodes anew on levels (n,) of an earlier run, dealt out to all worlds."""
        everyone = torch.ones(self.worlds, dtype=torch.bool, device=self.device)
        self.level = levels.to(self.device)[torch.arange(self.worlds) % len(levels)]
        self._begin(everyone)

    def step(self, action: Tensor) -> Step:
        """Act (worlds, joints) from -1 to 1, and begin the worlds anew that ended."""
        recipe = self.recipe
        asked = self.stand + recipe.reach * action
        target = torch.where(self.late[:, None], self.target, asked)
        self._push()
        state = self.physics.step(target)
        before, self.action, self.target = self.action, action.clone(), asked
        self.clock += PERIOD
        state, broken = _mended(state)
        motion = self._judge(state, before, broken)
        terms = reward_terms(motion)
        reward = total_reward(terms, recipe.reward, PERIOD)
        x = state.position[:, 0]
        self.walked = torch.maximum(self.walked, x - self.start_x)
        crossed, left = x > recipe.length, state.position[:, 1].abs() > ASIDE
        fell, over = motion.fell, (self.clock >= self._limit) | crossed | left
        self._command(self._uniform(self.worlds) < PERIOD / recipe.commands.period)
        self._lead(state)
        self._look(state)
        result = Step(reward, fell, over & ~fell, {k: v.mean() for k, v in terms.items()})
        ended = fell | over
        self.final = None
        if bool(ended.any()):
            self._promote(ended, crossed)
            # as it was seen at the end, before the next episode is
            self.final = self._seen._replace(frames=self.history.clone()), self._privileged
            self._begin(ended)
        return result

    def _judge(self, state: LegState, before: Tensor, broken: Tensor) -> Motion:
        turn = rotation_of(state.quaternion)
        under = torch.cat((state.position[:, None, :2], state.feet[..., :2]), dim=1)
        ground = self.bank.heights(self._ground(), under)
        touch = state.feet[..., 2] - ground[:, 1:] < FOOT + TOUCH
        moved = (state.feet - self.feet)[..., :2].norm(dim=-1) / PERIOD
        air = torch.where(touch, self.air, torch.zeros_like(self.air))
        self.air = torch.where(touch, torch.zeros_like(self.air), self.air + PERIOD)
        self.feet, self.touch = state.feet, touch
        height = state.position[:, 2] - ground[:, 0]
        deep = (ground[:, 1:] < -PIT) & (state.feet[..., 2] < -0.02)
        # above a pit the body is as low as it is below the run-up
        over_pit = ground[:, 0] < -PIT
        height = torch.where(over_pit, state.position[:, 2], height)
        fell = broken | (turn[:, 2, 2] < FALLEN) | (height < LOWEST)
        return Motion(
            self.command,
            self._level_velocity(turn, state.linear),
            state.angular,
            turn[:, :, 2],
            state.torques,
            self.action,
            before,
            state.joints - self.stand,
            air,
            moved * touch,
            height,
            deep,
            fell,
        )

    def _level_velocity(self, turn: Tensor, linear: Tensor) -> Tensor:
        """Velocity (worlds, 3) in the level frame of the heading."""
        heading = torch.atan2(turn[:, 1, 0], turn[:, 0, 0])
        c, s = heading.cos(), heading.sin()
        x, y, z = linear.unbind(-1)
        return torch.stack((c * x + s * y, -s * x + c * y, z), dim=-1)

    def _look(self, state: LegState) -> None:
        """Take the present frame and heights into the observation, with noise."""
        noise = self.recipe.disturbances
        turn = rotation_of(state.quaternion)
        heading = torch.atan2(turn[:, 1, 0], turn[:, 0, 0])
        yaw_rate = state.angular[:, 2:] + self._noise(noise.gyro_noise, 1)
        gravity = -turn[:, 2, :] + self._noise(noise.gravity_noise, 3)
        joints = state.joints - self.stand + self._noise(noise.joint_noise, len(self.stand))
        scale = torch.tensor(COMMAND_SCALE, device=self.device)
        frame = torch.cat(
            (YAW_SCALE * yaw_rate, gravity, scale * self.command, joints, self.action), dim=-1
        )
        self.history = torch.cat((frame[:, None], self.history[:, :-1]), dim=1)
        c, s = heading.cos()[:, None], heading.sin()[:, None]
        along, across = self._points.unbind(-1)
        places = state.position[:, None, :2] + torch.stack(
            (c * along - s * across, s * along + c * across), dim=-1
        )
        ground = self.bank.heights(self._ground(), places) - state.position[:, 2:]
        seen = ground + self._noise(noise.scan_noise, ground.shape[1])
        scaled = (HEIGHT_SCALE * (seen + STAND_HEIGHT)).clamp(-HEIGHT_CLIP, HEIGHT_CLIP)
        count = NEAR.rows * NEAR.columns
        self._seen = LocomotionInput(
            self.history,
            scaled[:, :count].unflatten(1, (NEAR.rows, NEAR.columns)),
            scaled[:, count:].unflatten(1, (AHEAD.rows, AHEAD.columns)),
        )
        velocity = self._level_velocity(turn, state.linear)
        self._privileged = torch.cat(
            (velocity, state.angular, state.position[:, 2:], self.touch.float()), dim=-1
        )

    def _begin(self, ended: Tensor) -> None:
        """Begin anew where episodes ended; (worlds,) bool."""
        rows = ended.nonzero()[:, 0]
        count, recipe = len(rows), self.recipe
        low, high = recipe.start
        x = low + (high - low) * self._uniform(count)
        y = 0.4 * (self._uniform(count) - 0.5)
        free = 1.0 - self.led[rows].float()
        heading = (0.4 + (2 * math.pi - 0.4) * free) * (self._uniform(count) - 0.5)
        ground = self._ground()[rows]
        nearby = torch.stack((x, y), dim=-1)[:, None] + 0.1 * torch.tensor(
            [[a, b] for a in (-2.5, 0, 2.5) for b in (-2, 0, 2)], device=self.device
        )
        floor = self.bank.heights(ground, nearby).amax(1)
        joints = self.stand + 0.1 * (self._uniform(count, len(self.stand)) - 0.5)
        zero = torch.zeros_like(x)
        qpos = torch.cat(
            (
                torch.stack((x, y, floor + STAND_HEIGHT + 0.02), dim=-1),
                torch.stack(((0.5 * heading).cos(), zero, zero, (0.5 * heading).sin()), dim=-1),
                joints,
            ),
            dim=-1,
        )
        self.physics.begin(rows, ground, qpos, self._vary(count))
        state = self.physics.state()
        for memory in (self.history, self.action, self.clock, self.air, self.walked):
            memory[rows] = 0.0
        self.target[rows] = self.stand
        self.start_x[rows], self.feet = x, state.feet
        self.touch = torch.zeros_like(self.air).bool()
        self._command(ended)
        self._lead(state)
        # the other worlds keep what they have seen
        kept = self.history.clone()
        before = getattr(self, '_seen', None), getattr(self, '_privileged', None)
        self._look(state)
        if before[0] is not None:
            stay = ~ended
            self.history[stay] = kept[stay]
            for new, old in zip(self._seen, before[0], strict=True):
                new[stay] = old[stay]
            self._privileged[stay] = before[1][stay]
            self._seen = self._seen._replace(frames=self.history)

    def _vary(self, count: int) -> Variation:
        changes, joints = self.recipe.disturbances, len(self.stand)
        low, high = changes.friction

        def around(share: float, *shape: int) -> Tensor:
            return 1.0 + share * (2.0 * self._uniform(*shape) - 1.0)

        return Variation(
            low + (high - low) * self._uniform(count),
            around(changes.mass, count),
            around(changes.gains, count, joints),
            around(changes.gains, count, joints),
        )

    def _command(self, rows: Tensor) -> None:
        """Ask for something new where rows (worlds,) is true."""
        commands = self.recipe.commands
        share = 0.5 + 0.5 * min(1.0, self.progress / max(1e-6, commands.grows_until))
        drawn = []
        for low, high in (commands.vx, commands.vy, commands.wz):
            drawn.append(share * (low + (high - low) * self._uniform(self.worlds)))
        still = self._uniform(self.worlds) < commands.still
        new = torch.stack(drawn, dim=-1) * ~still[:, None]
        self.asked = torch.where(rows[:, None], new, self.asked)
        self.command = self.asked.clone()

    def _lead(self, state: LegState) -> None:
        """Lead some worlds along the middle of their ground, ahead."""
        turn = rotation_of(state.quaternion)
        heading = torch.atan2(turn[:, 1, 0], turn[:, 0, 0])
        commands = self.recipe.commands
        wz = (-LEAD[0] * heading).clamp(*commands.wz)
        vy = (-LEAD[1] * state.position[:, 1]).clamp(*commands.vy)
        vx = self.asked[:, 0].abs().clamp_min(0.3)
        led = torch.stack((vx, vy, wz), dim=-1)
        self.command = torch.where(self.led[:, None], led, self.asked)

    def _promote(self, ended: Tensor, crossed: Tensor) -> None:
        """Harder ground for those who crossed theirs, easier for those who hardly moved."""
        led, top = self.led & ended, self.recipe.levels - 1
        up = led & crossed
        down = led & ~crossed & (self.walked < 0.4 * (self.recipe.length - self.start_x))
        level = self.level + up.long() - down.long()
        drawn = (self._uniform(self.worlds) * self.recipe.levels).long()
        level = torch.where(level > top, drawn, level.clamp_min(0))
        # who is not led learns on what the others have reached
        reached = max(1.0, float(level[self.led].float().mean()) if bool(self.led.any()) else top)
        free = (self._uniform(self.worlds) * (reached + 1.0)).long().clamp_max(top)
        self.level = torch.where(ended & ~self.led, free, level)

    def _push(self) -> None:
        changes = self.recipe.disturbances
        pushed = self._uniform(self.worlds) < PERIOD / changes.push_period
        angle = 2.0 * math.pi * self._uniform(self.worlds)
        size = changes.push * self._uniform(self.worlds) * pushed
        self.physics.push(
            torch.stack((size * angle.cos(), size * angle.sin(), torch.zeros_like(size)), dim=-1)
        )

    def _ground(self) -> Tensor:
        return self.kind * self.recipe.levels + self.level

    def _uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.random, device=self.device)

    def _noise(self, size: float, count: int) -> Tensor:
        return size * (2.0 * self._uniform(self.worlds, count) - 1.0)


def _mended(state: LegState) -> tuple[LegState, Tensor]:
    """Replace what is not finite; which worlds (worlds,) had such values."""
    sound = torch.stack([part.flatten(1).isfinite().all(-1) for part in state]).all(0)
    sound &= state.speeds.abs().amax(-1) < 500.0
    parts = [torch.nan_to_num(part).clamp(-1e3, 1e3) for part in state]
    mended = LegState(*parts)
    upright = torch.zeros_like(mended.quaternion)
    upright[:, 0] = 1.0
    quaternion = torch.where(sound[:, None], mended.quaternion, upright)
    return mended._replace(quaternion=quaternion), ~sound
