"""A safety controller of joints in its own process, between a robot, a policy and an operator.

The robot does what it is told and says so; the policy proposes what `policy` gives; each of them
can be made to fail. Time is simulated and comes from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from station import Station
from std_msgs.msg import Bool, Header

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import AUTOMATIC, Level
from policy_stack.msg import Heartbeat, SafetyState
from policy_stack.srv import ResetSafety

CONTROLLER = 'safety_controller'
NANO = 1_000_000_000
LOAD = 0.8  # what a loaded machine may add between a fault here and a message received here


class JointRig(Station):
    """What arms and legs have in common; `ArmRig` and `LegRig` know the rest.

    Attributes:
        policy: gives a message or bytes for each period; None proposes nothing.
        sensors: names of sensors that publish.
        beating: the heartbeat of the policy is published.
        blocked: the robot does not move.
        proposer: name of the policy.
        position: (joints,) of the robot [rad].
        commands: those that came, with the time of their arrival.
    """

    kind = ''
    proposer = ''
    actuators = ''
    command_type: type = object
    proposal_type: type = object
    names: Sequence[str] = ()
    home: Sequence[float] = ()
    every_sensor: tuple[str, ...] = ()

    def __init__(self, proposal: str, period: float) -> None:
        """Connect; nothing is published before `begin`."""
        # two kinds share a domain, one after the other
        super().__init__('rig', '--ros-args', '-r', f'__ns:=/{self.kind}')
        self.controller = self.full(CONTROLLER)
        self.running = False
        self.commands = self.keep(self.command_type, self.actuators, qos.STREAM)
        self.states = self.keep(SafetyState, f'{CONTROLLER}/state', qos.LATCHED)
        self.diagnostics = self.keep(DiagnosticArray, '/diagnostics')
        make = self.node.create_publisher
        self.clock = make(Clock, '/clock', 10)
        self.joints = make(JointState, 'joint_states', qos.SENSOR_OUT)
        self.proposals = make(self.proposal_type, f'{self.proposer}/{proposal}', qos.COMMAND)
        self.beats = make(Heartbeat, f'{self.proposer}/heartbeat', qos.heartbeat_out())
        self.button = make(Bool, 'e_stop', qos.LATCHED)
        self.clock_runs, self.stood_ns = True, 0
        self.begin()
        self.running = False
        for every, call in ((0.01, self.tell_time), (0.01, self.sense), (period, self.act)):
            self.node.create_timer(every, call)
        self.node.create_timer(0.1, self.beat)

    def full(self, name: str) -> str:
        """Name with the namespace of the robot."""
        return f'/{self.kind}/{name}'

    def begin(self) -> None:
        """Forget what happened; everything is sound and nothing is proposed."""
        with self.changed:
            self.policy: Callable[[], Any] | None = None
            self.sensors = set(self.every_sensor)
            self.beating, self.blocked = True, False
            self.position = np.array(self.home, dtype=np.float64)
            self.velocity = np.zeros(len(self.position))
            self.clock_runs = True
            self.sequence = self.beaten = 0
            self.running = True
            for kept in (self.commands, self.states, self.diagnostics):
                kept.clear()

    # what the timers publish

    def now_ns(self) -> int:
        """Simulated time."""
        if self.clock_runs:
            self.stood_ns = time.monotonic_ns()
        return self.stood_ns

    def header(self, frame: str = '', back: float = 0.0) -> Header:
        """Stamped now, or that long ago [s]."""
        now = self.now_ns() - round(back * NANO)
        return Header(stamp=Time(sec=now // NANO, nanosec=now % NANO), frame_id=frame)

    def tell_time(self) -> None:
        self.clock.publish(Clock(clock=self.header().stamp))

    def beat(self) -> None:
        if self.running and self.beating:
            self.beaten += 1
            message = Heartbeat(
                header=self.header(), node=self.proposer, sequence=self.beaten, epoch=self.epoch
            )
            self.beats.publish(message)

    def sense(self) -> None:
        if not self.running:
            return
        self.obey()
        if 'joints' in self.sensors:
            self.joints.publish(
                JointState(
                    header=self.header(),
                    name=list(self.names),
                    position=self.position,
                    velocity=self.velocity,
                    effort=np.zeros(len(self.position)),
                )
            )
        self.sense_more()

    def act(self) -> None:
        if self.running and self.policy is not None:
            self.proposals.publish(self.policy())

    # what a robot is

    def obey(self) -> None:
        """Move as commanded."""
        raise NotImplementedError

    def sense_more(self) -> None:
        """Publish sensors other than joints."""

    def proposal(self, **changes: Any) -> Any:
        """A sound proposal of motion, with other fields."""
        raise NotImplementedError

    @property
    def moves(self) -> bool:
        """Whether the last command is one of motion."""
        raise NotImplementedError

    # what came back

    @property
    def state(self) -> SafetyState:
        """The last state."""
        return self.states[-1][1]

    @property
    def epoch(self) -> int:
        """Safety epoch, as a policy learns it."""
        return self.states[-1][1].epoch if self.states else 0

    def reasons_since(self, moment: float) -> set[str]:
        """All reasons given since a steady time."""
        return {code for at, state in self.states if at >= moment for code in state.reasons}

    def sources_since(self, moment: float) -> set[str]:
        """What the strongest reasons named since a steady time."""
        return {state.source for at, state in self.states if at >= moment}

    # an operator

    def bring_up(self, node: str = '') -> None:
        """Configure and activate the controller, and wait until it hears everything."""
        super().bring_up(node or self.controller)
        self.until(lambda: self.states, what='no state came')
        for publisher in (self.joints, self.proposals, self.beats, self.button):
            self.until(
                publisher.get_subscription_count, what=f'nobody hears {publisher.topic_name}'
            )

    def bring_down(self, node: str = '') -> None:
        """Deactivate and clean up the controller."""
        super().bring_down(node or self.controller)

    def press(self, pressed: bool) -> None:
        """Press or release the emergency stop."""
        self.button.publish(Bool(data=pressed))

    def reset(self) -> Any:
        """Ask for motion once."""
        return self.call(
            ResetSafety, f'{self.controller}/reset', ResetSafety.Request(operator='test')
        )

    def permit(self) -> None:
        """Ask for motion until it is permitted."""
        self.until(lambda: self.reset().success, what='motion was not permitted')
        self.until(lambda: not self.state.latched)

    def move(self) -> None:
        """Propose motion all the time, and wait until the robot follows freely."""
        self.policy = self.proposal
        self.until(
            lambda: self.state.level in (Level.NORMAL, Level.LIMITED) and self.follows,
            what='the robot does not follow',
        )

    @property
    def follows(self) -> bool:
        """Whether the commands are those of the policy."""
        return self.moves

    def time_to_rest(self, fault: Callable[[], Any], timeout: float = 10.0) -> float:
        """Provoke a fault in motion; returns the time until commands are at rest [s]."""
        begin = time.monotonic()
        fault()
        self.until(
            lambda: self.state.level >= Level.HOLD and not self.moves,
            timeout,
            'the robot did not come to rest',
        )
        return time.monotonic() - begin

    def silent_for(self, seconds: float) -> bool:
        """Watch that no command comes for a time [s]."""
        count, end = len(self.commands), time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end or len(self.commands) > count, seconds + 5.0)
        return len(self.commands) == count

    def check_ladder(self) -> None:
        """Levels change as the ladder permits; a latched stop ends with a new epoch alone."""
        for (_, before), (_, after) in pairwise(self.states):
            if (Level(before.level), Level(after.level)) not in AUTOMATIC:
                assert after.epoch == before.epoch + 1, (before, after)
