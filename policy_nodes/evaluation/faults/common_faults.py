"""Faults that every kind of robot can have."""

from __future__ import annotations

from policy_nodes.evaluation.faults import begins
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.message_faults import codes
from policy_nodes.evaluation.faults.tampers import (
    damage,
    delay,
    drop,
    edit,
    freeze,
    shift,
    shifted,
)

CLOCK = 'clock'
KILLED_HEALS = 60.0  # [s] a process with torch in it takes long to come back on a loaded machine


def of_proposals(stream: str, timeout: float) -> tuple[Fault, ...]:
    """Proposals that are late, lost, or of another time.

    Args:
        stream: of the proposals.
        timeout: of their silence [s].
    """
    silent = codes('proposal_silent', 'proposal_old', 'proposal_missing', 'chunk_spent')
    old = silent | codes('proposal_backward', 'proposal_before_reset')
    return tuple(
        Fault(
            *(f'proposal_{name}', behaviour, words, begins.on(stream, by=by), reasons),
            *(Onset.SILENT, stream, timeout),
            lasts=lasts,
        )
        for name, behaviour, words, by, reasons, lasts in (
            ('silent', 'S4', 'Proposals stop coming.', drop, silent, 1.0),
            ('late', 'S4', 'Proposals come two seconds late.', delay(2.0), silent, 2.5),
            (
                *('frozen', 'S4', 'The last proposal comes again and again.', freeze),
                *(silent | codes('proposal_repeated'), 1.0),
            ),
            (
                *('old_stamp', 'S4', 'Proposals are stamped two seconds ago.', shifted(-2.0)),
                *(old, 1.0),
            ),
            (
                *('future_stamp', 'S4', 'Proposals are stamped two seconds ahead.', shifted(2.0)),
                *(silent | codes('proposal_future'), 1.0),
            ),
            ('damaged', 'S3', 'Proposals arrive as broken bytes.', damage, silent, 1.0),
        )
    )


def of_a_sensor(stream: str, source: str, timeout: float) -> tuple[Fault, ...]:
    """A sensor that falls silent, freezes, lags or breaks.

    Args:
        stream: of the sensor.
        source: name of it in words.
        timeout: of its silence [s].
    """
    lost = codes('source_silent', 'source_old')
    return tuple(
        Fault(
            f'{stream}_{name}',
            'S7',
            f'{source} {words}',
            begins.on(stream, by=by),
            lost,
            Onset.SILENT,
            stream,
            timeout,
            lasts=lasts,
        )
        for name, words, by, lasts in (
            ('silent', 'falls silent.', drop, timeout + 1.0),
            ('frozen', 'repeats its last sample.', freeze, timeout + 1.0),
            ('late', 'comes two seconds late.', delay(2.0), 2.5),
            ('damaged', 'arrives as broken bytes.', damage, timeout + 1.0),
        )
    )


def of_the_clock(timeout: float, ahead: float) -> tuple[Fault, ...]:
    """A clock that jumps or stands.

    Args:
        timeout: of the silence of whatever is judged by it [s].
        ahead: by which stamps may be ahead of it [s]; a clock that stands shows by nothing else.
    """

    def moved(seconds: float) -> Fault:
        way = 'ahead' if seconds > 0 else 'back'
        return Fault(
            f'clock_{way}',
            'S4',
            f'The clock jumps ten seconds {way}.',
            begins.on(CLOCK, by=edit(lambda message, _: shift(message.clock, seconds))),
            codes('clock_jump'),
            Onset.DAMAGED,
            CLOCK,
            latches=True,
        )

    return (
        moved(10.0),
        moved(-10.0),
        Fault(
            'clock_paused',
            'S5',
            'The clock stands still.',
            begins.on(CLOCK, by=drop),
            codes(
                *('proposal_future', 'proposal_silent', 'source_silent', 'source_old'),
                *('clock_jump', 'chunk_spent'),
            ),
            Onset.SILENT,
            CLOCK,
            max(timeout, ahead),
            lasts=2.0,
            latches=True,
        ),
    )


def of_processes(timeout: float, beat: float) -> tuple[Fault, ...]:
    """A proposer that is stopped, killed or begins anew, and a restarted controller.

    Args:
        timeout: of the silence of proposals [s].
        beat: of the silence of heartbeats [s].
    """
    gone = codes('proposal_silent', 'heartbeat_silent', 'chunk_spent', 'proposal_old')
    return (
        Fault(
            'proposer_stopped',
            'S5',
            'The process of the policy is stopped by SIGSTOP.',
            begins.pause,
            gone,
            timeout=min(timeout, beat),
            lasts=0.8,
        ),
        Fault(
            'proposer_killed',
            'S5',
            'The process of the policy is killed by SIGKILL.',
            begins.killed,
            gone,
            timeout=min(timeout, beat),
            lasts=2.0,
            heals=KILLED_HEALS,
        ),
        Fault(
            'heartbeat_restarted',
            'S6',
            'A heartbeat of the policy counts from the beginning.',
            begins.impersonated,
            codes('heartbeat_restarted', 'epoch_old'),
            lasts=0.2,  # it proves itself with its next beats
        ),
        Fault(
            'controller_restarted',
            'S16',
            'The safety controller is deactivated and activated again.',
            begins.restarted,
            codes('deactivated', 'not_active', 'awaiting_reset'),
            latches=True,
        ),
    )


def of_people() -> tuple[Fault, ...]:
    """Stops that somebody asks for, and somebody else at the actuators."""
    return (
        Fault(
            'estop_pressed',
            'S16',
            'The emergency stop is pressed.',
            begins.pressed,
            codes('estop_pressed'),
            latches=True,
            holds=True,
        ),
        Fault(
            'stop_called',
            'S16',
            'The service ~/stop is called.',
            begins.called,
            codes('estop_pressed'),
            latches=True,
        ),
        Fault(
            'rival_publisher',
            'S1',
            'Somebody else publishes on the topic of the actuators.',
            begins.rivalled,
            codes('actuator_shared'),
            timeout=0.2,
            lasts=1.5,
            latches=True,
            holds=True,
        ),
    )
