"""What counts as live: frames, proposals, clocks, heartbeats of nodes, emergency stop sources."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.safety.parameters.parameter import parameter


@dataclass(frozen=True)
class FrameParameters:
    """Frames of the robot; in the root of the parameters."""

    base_frame: str = parameter('string', 'base_link', 'Frame of commands, zones and odometry.')
    odometry_frame: str = parameter('string', 'odom', 'Frame of poses and of tracked people.')
    transform_timeout: float = parameter(
        'float',
        0.2,
        'Greatest time between the stamps of a sample and of the tf that places its sensor, where '
        'the sensor moves on the robot.',
        unit='s',
        low=0.001,
        high=5.0,
        loosened_by='raising',
        risk='What is seen is placed by where the sensor was before.',
    )


@dataclass(frozen=True)
class ProposalParameters:
    """What counts as a live stream of proposals."""

    period: float = parameter(
        'float', 0.1, 'Time between two proposals.', unit='s', low=0.001, high=2.0
    )
    timeout: float = parameter(
        'float',
        0.3,
        'The robot holds when no new proposal arrived for this long on the steady clock.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='The robot drives on for longer after the policy died.',
    )
    max_age: float = parameter(
        'float',
        0.5,
        'Greatest age of the observation that a proposal answers, by its stamp.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='The robot acts on what it saw longer ago.',
    )
    max_period: float = parameter(
        'float',
        0.4,
        'A proposal that comes this long after the one before it only starts the measure of time.',
        unit='s',
        low=0.01,
        high=5.0,
        loosened_by='raising',
        risk='One step may change the command by more.',
    )


@dataclass(frozen=True)
class ClockParameters:
    """What counts as a jump of the node clock."""

    future_tolerance: float = parameter(
        'float',
        0.25,
        'Stamps may be ahead of the node clock by this.',
        unit='s',
        low=0.0,
        high=2.0,
        loosened_by='raising',
        risk='Samples with wrong stamps count as fresh for longer.',
    )
    forward_jump: float = parameter(
        'float',
        1.0,
        'Gain of the node clock on the steady clock, between two looks, that is a jump.',
        unit='s',
        low=0.1,
        high=60.0,
        loosened_by='raising',
        risk='A clock that jumps goes unnoticed.',
    )
    backward_jump: float = parameter(
        'float',
        0.05,
        'Step of the node clock backward that is a jump.',
        unit='s',
        low=0.001,
        high=60.0,
        loosened_by='raising',
        risk='Old samples may count as fresh after the clock went back.',
    )
    latch_on_jump: bool = parameter(
        'bool',
        True,
        'A clock jump latches the stop; if false, the robot holds until everything is fresh.',
        loosened_by='lowering',
        risk='Replayed proposals may move the robot after the clock went back.',
    )


@dataclass(frozen=True)
class HeartbeatParameters:
    """Whose signs of life are required."""

    nodes: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Nodes whose heartbeat must count up and name the present epoch.',
        loosened_by='changing',
        risk='A node whose loop hangs is noticed only when its proposals stop.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'Greatest time between two beats on the steady clock.',
        unit='s',
        low=0.02,
        high=10.0,
        loosened_by='raising',
        risk='A hanging node is noticed later.',
    )
    proving_beats: int = parameter(
        'int',
        3,
        'Beats that a restarted node has to count up before it is trusted.',
        low=1,
        high=100,
        loosened_by='lowering',
        risk='A node that crashes again and again moves the robot in between.',
    )


@dataclass(frozen=True)
class StopSourceParameters:
    """Emergency stop sources."""

    monitored: tuple[str, ...] = parameter(
        'string_array',
        (),
        'Emergency stop sources that must report all the time; silence counts as pressed.',
        loosened_by='changing',
        risk='A broken stop button goes unnoticed.',
    )
    timeout: float = parameter(
        'float',
        0.5,
        'Greatest silence of a monitored source on the steady clock.',
        unit='s',
        low=0.02,
        high=10.0,
        loosened_by='raising',
        risk='A broken stop button is noticed later.',
    )
