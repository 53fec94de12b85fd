"""The crowd world: many robots, each among its own people, advanced by one tensor program.

The order of events within a step, the late pose and the definitions of collision follow the
authors' simulator: people decide and the step is judged on what was true before it, then the
robot and the people move, then the robot looks around from the pose it had before it moved.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from policy_nodes.geometry.orca import Room
from policy_nodes.simulation.crowd.drive import drive
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.obstacle_contact import touches_obstacle
from policy_nodes.simulation.crowd.people import Crowd, orca_people, social_force_people
from policy_nodes.simulation.crowd.reward import (
    COLLISION_HUMAN,
    COLLISION_OBSTACLE,
    COLLISION_WALL,
    RUNNING,
    Situation,
    judge,
)
from policy_nodes.simulation.crowd.sensing import Surroundings, View, look

TIME_STEP = 0.1
CONTACT_GAP = 0.477  # centre distance at which robot and person touch [m]
WALL_INSET = 0.24328  # the wall counts as hit this far before the lidar sees it [m]
WALL_RADIUS = 0.2
STUCK_WINDOW = 20
STUCK_EVERY = 10
STUCK_SPEED = 0.1


@dataclass
class State:
    """Everything that changes during an episode; one row a world.

    Attributes:
        row: (worlds,) index into the episodes.
        step: (worlds,) steps taken.
        pose: (worlds, 3) where the robot is [m, rad].
        seen_pose: (worlds, 3) where it was one step ago, which is what sensors report.
        twist: (worlds, 2) v, w of the last motion, as sensors report it one step late.
        next_twist: (worlds, 2) v, w of the last motion.
        potential: (worlds,) of the reward [m].
        people: (worlds, people, 2) [m].
        people_velocity: (worlds, people, 2) [m/s].
        goal_index: (worlds, people) how many goals each person reached.
        resting: (worlds, people) reached the last goal for good.
        speeds: (worlds, people, 20) last speeds, to notice who is stuck [m/s].
    """

    row: Tensor
    step: Tensor
    pose: Tensor
    seen_pose: Tensor
    twist: Tensor
    next_twist: Tensor
    potential: Tensor
    people: Tensor
    people_velocity: Tensor
    goal_index: Tensor
    resting: Tensor
    speeds: Tensor

    def where(self, condition: Tensor, other: 'State') -> 'State':
        """Take other's rows where condition (worlds,) holds."""

        def choose(mine: Tensor, theirs: Tensor) -> Tensor:
            shape = (-1,) + (1,) * (mine.dim() - 1)
            return torch.where(condition.reshape(shape), theirs, mine)

        return State(
            **{f.name: choose(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        )

    def select(self, worlds: Tensor) -> 'State':
        """Keep some worlds, by index (n,)."""
        return State(**{f.name: getattr(self, f.name)[worlds] for f in fields(self)})


@dataclass(frozen=True)
class Observation:
    """What the robot knows after a step; world coordinates, one row a world.

    Attributes:
        pose: (worlds, 3) x, y [m], yaw [rad].
        twist: (worlds, 2) measured v [m/s], w [rad/s].
        goal: (worlds, 2) [m].
        people: (worlds, people, 2) [m].
        people_velocity: (worlds, people, 2) [m/s].
        visible: (worlds, people) in view of the robot.
        ranges: (worlds, 180) lidar with people removed [m].
        ranges_with_people: (worlds, 180) lidar as a sensor gives it [m].
        v_min: (worlds,) slowest command, negative where backward is allowed [m/s].
    """

    pose: Tensor
    twist: Tensor
    goal: Tensor
    people: Tensor
    people_velocity: Tensor
    visible: Tensor
    ranges: Tensor
    ranges_with_people: Tensor
    v_min: Tensor


@dataclass(frozen=True)
class Feedback:
    """What a step led to; it judges the moment before the step, as the authors' reward does.

    Attributes:
        reward: (worlds,).
        outcome: (worlds,) RUNNING or how the episode ended.
        intrusion: (worlds,) uncomfortably near a person.
        person_gap: (worlds,) free distance to the nearest person [m].
    """

    reward: Tensor
    outcome: Tensor
    intrusion: Tensor
    person_gap: Tensor


class CrowdWorld:
    """Advances worlds whose episodes come from one shared batch."""

    def __init__(self, episodes: Episodes, *, room: Room | None = None) -> None:
        """Hold the episodes.

        Args:
            episodes: what worlds can be reset to; all tensors on one device and of one dtype.
            room: fixed sizes for ORCA, so that steps can be captured in a CUDA graph.
        """
        self.episodes = episodes
        self.room = room
        self.some_social = bool(episodes.social_force.any())
        self.some_orca = not bool(episodes.social_force.all())

    def start(self, rows: Tensor) -> State:
        """Begin the episodes of rows (worlds,)."""
        picked = self.episodes
        pose = picked.start[rows]
        step = torch.zeros_like(rows)
        people = picked.people_start[rows]
        velocity = torch.zeros_like(people)
        if picked.tracks is not None:
            people, velocity = recorded_motion(picked.tracks, rows, step)
        twist = torch.zeros_like(pose[:, :2])
        present = picked.present[rows]
        # an unfilled window must not count as standing still
        speeds = torch.full(
            (*present.shape, STUCK_WINDOW), torch.nan, device=pose.device, dtype=pose.dtype
        )
        speeds[..., -1] = 0.0
        return State(
            row=rows,
            step=step,
            pose=pose,
            seen_pose=pose.clone(),
            twist=twist,
            next_twist=twist.clone(),
            potential=-(pose[:, :2] - picked.goal[rows]).norm(dim=1),
            people=people,
            people_velocity=velocity,
            goal_index=torch.zeros_like(present, dtype=torch.int64),
            resting=torch.zeros_like(present),
            speeds=speeds,
        )

    def surroundings(self, rows: Tensor) -> Surroundings:
        """Obstacles of the episodes of rows (worlds,)."""
        picked = self.episodes
        return Surroundings(
            picked.boxes[rows], picked.discs[rows], picked.segments[rows], picked.wall[rows]
        )

    def present(self, state: State) -> Tensor:
        """Who is there (worlds, people): recorded people come and go."""
        here = self.episodes.present[state.row]
        return here & state.people[..., 0].isfinite()

    def observe(self, state: State) -> Observation:
        """Look around from the seen pose."""
        picked, rows = self.episodes, state.row
        present = self.present(state)
        people = state.people
        if picked.tracks is not None:
            # NaN of the absent would spread through a policy's sums even where it is masked
            people = torch.where(present[..., None], people, 0.0)
        view: View = look(state.seen_pose, self.surroundings(rows), state.people, present)
        return Observation(
            pose=state.seen_pose,
            twist=state.twist,
            goal=picked.goal[rows],
            people=people,
            people_velocity=state.people_velocity,
            visible=view.visible & present,
            ranges=view.ranges,
            ranges_with_people=view.ranges_with_people,
            v_min=torch.where(picked.backward[rows], -0.5, 0.0).to(state.pose.dtype),
        )

    def step(self, state: State, command: Tensor) -> tuple[State, Feedback]:
        """Advance every world by 0.1 s.

        Args:
            state: of the worlds.
            command: (worlds, 2) wanted v [m/s], w [rad/s].

        Returns:
            The next state and the judgement of the moment before the step.
        """
        feedback, potential = self._judge(state)
        tracks = self.episodes.tracks
        if tracks is None:
            velocity = self._people_velocity(state)
            people = state.people + TIME_STEP * velocity
        else:
            people, velocity = recorded_motion(tracks, state.row, state.step + 1)
        pose, twist = drive(state.pose, command, self.episodes.seed[state.row], state.step)
        moved = State(
            row=state.row,
            step=state.step + 1,
            pose=pose,
            seen_pose=state.pose,
            twist=state.next_twist,
            next_twist=twist,
            potential=potential,
            people=people,
            people_velocity=velocity,
            goal_index=state.goal_index,
            resting=state.resting,
            speeds=state.speeds,
        )
        if tracks is None:
            self._next_goals(moved)
        return moved, feedback

    def _goal(self, state: State) -> Tensor:
        """Where each person walks to now (worlds, people, 2) [m]."""
        picked = self.episodes
        count = picked.goal_count[state.row]
        index = state.goal_index.remainder(count)
        people = torch.arange(picked.people, device=index.device)
        return picked.people_goals[state.row[:, None], people, index]

    def _moving(self, state: State) -> Tensor:
        """Who walks just now (worlds, people)."""
        picked = self.episodes
        waits = state.step[:, None] < picked.wait[state.row]
        return picked.walking[state.row] & ~waits & ~state.resting

    def _people_velocity(self, state: State) -> Tensor:
        picked, rows = self.episodes, state.row
        heading = state.seen_pose[:, 2]
        course = torch.stack((heading.cos(), heading.sin()), dim=-1)
        crowd = Crowd(
            position=state.people,
            velocity=state.people_velocity,
            goal=self._goal(state),
            present=picked.present[rows],
            moving=self._moving(state),
            reacts=picked.reacts[rows],
            robot_position=state.seen_pose[:, :2],
            robot_velocity=state.twist[:, :1] * course,
            speed=picked.speed[rows],
            margin=picked.margin[rows],
            boxes=picked.shunned[rows],
        )
        if not self.some_social:
            return orca_people(crowd, self.room)
        forced = social_force_people(crowd)
        if not self.some_orca:
            return forced
        chosen = picked.social_force[rows][:, None, None]
        return torch.where(chosen, forced, orca_people(crowd, self.room))

    def _judge(self, state: State) -> tuple[Feedback, Tensor]:
        picked, rows = self.episodes, state.row
        present = self.present(state)
        apart = (state.people - state.pose[:, None, :2]).norm(dim=-1)
        apart = torch.where(present, apart, torch.inf)
        gap = torch.full_like(state.potential, torch.inf)
        if apart.shape[1]:
            gap = apart.amin(1) - CONTACT_GAP
        limit = picked.wall[rows] - WALL_INSET
        at_wall = (state.seen_pose[:, :2].abs().amax(1) + WALL_RADIUS) > limit
        collision = torch.where(at_wall, COLLISION_WALL, RUNNING)
        touching = touches_obstacle(state.pose[:, :2], self.surroundings(rows))
        collision = torch.where(touching, COLLISION_OBSTACLE, collision)
        collision = torch.where(gap <= 0, COLLISION_HUMAN, collision)
        verdict = judge(
            Situation(
                goal_distance=(state.seen_pose[:, :2] - picked.goal[rows]).norm(dim=1),
                potential=state.potential,
                person_gap=gap,
                collision=collision,
                v=state.twist[:, 0],
                w=state.twist[:, 1],
                late=state.step >= ((picked.time_limit[rows] - 1.0) / TIME_STEP - 1e-3),
                backward=picked.backward[rows],
            )
        )
        feedback = Feedback(verdict.reward, verdict.outcome, verdict.intrusion, gap)
        return feedback, verdict.potential

    def _next_goals(self, state: State) -> None:
        """Give people who arrived, or who are stuck, their next goal."""
        picked, rows = self.episodes, state.row
        roams = picked.roams[rows][:, None]
        moving = self._moving(state)
        away = (self._goal(state) - state.people).norm(dim=-1)
        arrived = moving & (away < picked.arrival[rows][:, None])
        last = state.goal_index + 1 >= picked.goal_count[rows]
        state.resting = state.resting | (arrived & last & ~roams)

        speed = state.people_velocity.norm(dim=-1)
        state.speeds = torch.cat((state.speeds[..., 1:], speed[..., None]), dim=-1)
        slow = state.speeds.nanmean(-1) < STUCK_SPEED
        check = (state.step.remainder(STUCK_EVERY) == 0)[:, None]
        stuck = moving & roams & check & slow
        state.goal_index = state.goal_index + arrived.long() + (stuck & ~arrived).long()


def recorded_motion(tracks: Tensor, rows: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Where recorded people are, and how they move.

    Args:
        tracks: (episodes, steps, people, 2) [m]; beyond the last step people stand.
        rows: (worlds,) which episode.
        step: (worlds,) of the episode.

    Returns:
        Position (worlds, people, 2) [m], NaN where absent, and velocity [m/s]: from the step
        before, or to the next one for people who have just come.
    """
    last = tracks.shape[1] - 1
    here = tracks[rows, step.clamp(max=last)]
    came = (here - tracks[rows, (step - 1).clamp(0, last)]) / TIME_STEP
    goes = (tracks[rows, (step + 1).clamp(max=last)] - here) / TIME_STEP
    known = came.isfinite() & (step > 0)[:, None, None]
    return here, torch.where(known, came, goes).nan_to_num()
