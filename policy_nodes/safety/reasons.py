"""Why the safety controller intervened: codes, what each means and what to do about it.

The order of the members is their strength: where several hold, the first one names the decision.
docs/reference/safety_reasons.md is this table.
"""

from __future__ import annotations

from enum import Enum

from policy_nodes.safety import legged_reasons as legs
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reason_text import ReasonText


class Reason(Enum):
    """Reason codes, strongest first."""

    INTERNAL_ERROR = ReasonText(
        'internal_error',
        Level.STOPPING,
        'The controller itself failed.',
        'Read its log; reset after the cause is gone.',
    )
    ESTOP_PRESSED = ReasonText(
        'estop_pressed',
        Level.STOPPING,
        'An emergency stop source is pressed, or was pressed and not reset since.',
        'Release the source that is named, make the place safe, then reset.',
    )
    ESTOP_SILENT = ReasonText(
        'estop_silent',
        Level.STOPPING,
        'A monitored emergency stop source fell silent, which counts as pressed.',
        'Bring its publisher back, then reset.',
    )
    ACTUATOR_SHARED = ReasonText(
        'actuator_shared',
        Level.STOPPING,
        'Somebody else publishes on the actuator topic, past all limits.',
        'Stop the publisher that is named or remap it, then reset.',
    )
    CLOCK_JUMP = ReasonText(
        'clock_jump',
        Level.STOPPING,
        'The node clock jumped, so no stamp from before can be trusted.',
        'Check time synchronisation or the simulator, then reset.',
    )
    INPUT_LOST = ReasonText(
        'input_lost',
        Level.STOPPING,
        'An input that had taken over fell silent, and inputs.hand_back asks for a reset.',
        'Reset when the input below may drive again.',
    )
    TRACKING_ERROR = ReasonText(
        'tracking_error',
        Level.STOPPING,
        'A joint is not where it was sent, or a base does not move as it was sent.',
        'Look what blocks the joint that is named, and at its drive; then reset.',
    )
    LEG_FALLEN = legs.FALLEN
    LEG_RUNAWAY = legs.RUNAWAY
    LEG_AIRBORNE = legs.AIRBORNE
    LEG_TILT = legs.TILT
    LEG_HEIGHT = legs.HEIGHT
    LEG_TORQUE = legs.TORQUE
    LEG_TRACKING = legs.TRACKING
    LEG_POSITION = legs.POSITION
    LEG_TEMPERATURE = legs.TEMPERATURE
    LEG_CONTACT_IMPLAUSIBLE = legs.CONTACT_IMPLAUSIBLE
    LEG_STAND_FAILED = legs.STAND_FAILED
    LEG_HELD_TOO_LONG = legs.HELD_TOO_LONG
    DEACTIVATED = ReasonText(
        'deactivated',
        Level.STOPPING,
        'The controller was deactivated; this was its last command.',
        'Activate it, then reset.',
    )
    SHUT_DOWN = ReasonText(
        'shut_down',
        Level.STOPPING,
        'The controller shuts down; this was its last command.',
        'Start it again, then reset.',
    )
    NOT_ACTIVE = ReasonText(
        'not_active',
        Level.STOPPED,
        'The controller is not active and sends nothing.',
        'Configure and activate it.',
    )
    AWAITING_RESET = ReasonText(
        'awaiting_reset',
        Level.STOPPED,
        'The controller comes up latched.',
        'Reset it when the robot may move.',
    )
    PROPOSAL_NOT_FINITE = ReasonText(
        'proposal_not_finite',
        Level.HOLD,
        'A proposal holds NaN or an infinite value; it was refused whole.',
        'Check the observations and the weights of the policy.',
    )
    PROPOSAL_SHAPE = ReasonText(
        'proposal_shape',
        Level.HOLD,
        'A proposal has a wrong number of values, or values that are no real numbers.',
        'Make the policy propose one value for each axis of the robot.',
    )
    PROPOSAL_FRAME = ReasonText(
        'proposal_frame',
        Level.HOLD,
        'A proposal is stated in another frame than the robot takes.',
        'State the proposal in the frame that is named.',
    )
    PROPOSAL_AXIS = ReasonText(
        'proposal_axis',
        Level.HOLD,
        'A proposal asks for motion along an axis that the robot does not have.',
        'Leave that axis zero.',
    )
    PROPOSAL_NAMES = ReasonText(
        'proposal_names',
        Level.HOLD,
        'A proposal names other axes than the robot has, or one twice.',
        'Send exactly the names that are listed.',
    )
    PROPOSAL_ORDER = ReasonText(
        'proposal_order',
        Level.HOLD,
        'A proposal names the right axes in another order.',
        'Send them in the order that is listed.',
    )
    PROPOSAL_KIND = ReasonText(
        'proposal_kind',
        Level.HOLD,
        'A chunk holds other values than the robot takes.',
        'Send values of the kind that is named.',
    )
    PROPOSAL_TIMING = ReasonText(
        'proposal_timing',
        Level.HOLD,
        'The rows of a chunk are too many, or too near or far apart in time.',
        'Let the contract of the policy state horizon and rate.',
    )
    PROPOSAL_FUTURE = ReasonText(
        'proposal_future',
        Level.HOLD,
        'A proposal is stamped later than now.',
        'Synchronise the clocks; with a simulator set use_sim_time on every node.',
    )
    PROPOSAL_BACKWARD = ReasonText(
        'proposal_backward',
        Level.HOLD,
        'A proposal is older than the one before it.',
        'Look for a second publisher or for a replayed bag.',
    )
    PROPOSAL_REPEATED = ReasonText(
        'proposal_repeated',
        Level.HOLD,
        'A proposal carries the stamp of the one before it.',
        'Answer every observation once.',
    )
    PROPOSAL_BEFORE_RESET = ReasonText(
        'proposal_before_reset',
        Level.HOLD,
        'A proposal answers an observation from before the last reset.',
        'Propose again from a fresh observation.',
    )
    CHUNK_SEAM = ReasonText(
        'chunk_seam',
        Level.HOLD,
        'A chunk begins too far from where the robot was sent.',
        'Begin chunks at the measured state, with the rows that follow the observation.',
    )
    PROPOSAL_MISSING = ReasonText(
        'proposal_missing',
        Level.HOLD,
        'No proposal came since the start, the reset, the hand-over or the clock jump.',
        'Start the policy and check the topic that is named.',
    )
    PROPOSAL_OLD = ReasonText(
        'proposal_old',
        Level.HOLD,
        'The stamp of the proposal is too far in the past.',
        'Speed the policy up, or check the clocks.',
    )
    PROPOSAL_SILENT = ReasonText(
        'proposal_silent',
        Level.HOLD,
        'Proposals stopped coming.',
        'Look whether the policy is alive; its last log lines tell why it stopped.',
    )
    PROPOSAL_GAP = ReasonText(
        'proposal_gap',
        Level.HOLD,
        'The time between two proposals is too long to limit acceleration by.',
        'Nothing if it was the only one; else run the policy at its rate.',
    )
    CHUNK_SPENT = ReasonText(
        'chunk_spent',
        Level.HOLD,
        'The last row of the chunk was executed and no other chunk came.',
        'Speed the policy up, or let it send more rows.',
    )
    TICK_LATE = ReasonText(
        'tick_late',
        Level.HOLD,
        'The controller itself ran too late, or no time passed since it ran.',
        'Look at the load of the machine; raise tick.max_step only if the drive permits it.',
    )
    ARMING = ReasonText(
        'arming',
        Level.HOLD,
        'The first proposal after a pause only starts the measure of time.',
        'Nothing: the next proposal moves the robot.',
    )
    LOCK_SILENT = ReasonText(
        'lock_silent',
        Level.HOLD,
        'A lock that has to report fell silent, or never reported, which counts as set.',
        'Bring its publisher back.',
    )
    INPUT_LOCKED = ReasonText(
        'input_locked',
        Level.HOLD,
        'A lock holds back the input that counts.',
        'Release the lock that is named, or take over by an input of higher priority.',
    )
    HEARTBEAT_MISSING = ReasonText(
        'heartbeat_missing',
        Level.HOLD,
        'A required node never gave a heartbeat.',
        'Start the node that is named.',
    )
    HEARTBEAT_SILENT = ReasonText(
        'heartbeat_silent',
        Level.HOLD,
        'The heartbeat of a required node stopped or no longer counts up.',
        'Look whether the node that is named is alive and its loop turns.',
    )
    HEARTBEAT_RESTARTED = ReasonText(
        'heartbeat_restarted',
        Level.HOLD,
        'A required node restarted and has not yet proved that its loop turns.',
        'Nothing if it comes back; else read its log.',
    )
    EPOCH_OLD = ReasonText(
        'epoch_old',
        Level.HOLD,
        'A required node still lives in the epoch before the last reset.',
        'Let it read the epoch from SafetyState; it re-arms with a fresh observation.',
    )
    TRANSFORM_LOST = ReasonText(
        'transform_lost',
        Level.HOLD,
        'tf does not say where a required sensor sits on the robot.',
        'Start what publishes the transform between the frames that are named.',
    )
    SOURCE_MISSING = ReasonText(
        'source_missing',
        Level.HOLD,
        'A required sensor never delivered.',
        'Start the sensor that is named and check its topic and QoS.',
    )
    SOURCE_OLD = ReasonText(
        'source_old',
        Level.HOLD,
        'The newest sample of a required sensor is too old by its stamp.',
        'Check the load, the transport and the clocks.',
    )
    SOURCE_SILENT = ReasonText(
        'source_silent',
        Level.HOLD,
        'A required sensor stopped delivering usable samples.',
        'Check the sensor that is named; the log tells which samples were refused.',
    )
    SCAN_BLIND = ReasonText(
        'scan_blind',
        Level.HOLD,
        'Too many rays of the scan are invalid or missing to move that way.',
        'Clean the sensor, remove what covers it, or drive where it sees.',
    )
    ZONE_STOP = ReasonText(
        'zone_stop',
        Level.HOLD,
        'Something stands in a stop zone towards which the robot would move.',
        'Clear the zone, or drive away from it.',
    )
    APPROACH_STOP = ReasonText(
        'approach_stop',
        Level.HOLD,
        'The robot could no longer brake before what lies on its arc.',
        'Clear the way, turn, or drive away.',
    )
    PEOPLE_STOP = ReasonText(
        'people_stop',
        Level.HOLD,
        'Standing still keeps more distance from a walking person than going on.',
        'Nothing: it goes on when the person has passed.',
    )
    CBF_FAILED = ReasonText(
        'cbf_failed',
        Level.HOLD,
        'The solver of the barrier filter failed or gave no numbers; nothing is let through.',
        'Read the detail in the log and report it; the filter can be switched off.',
    )
    CBF_LATE = ReasonText(
        'cbf_late',
        Level.HOLD,
        'The barrier filter took longer than its budget; its answer was thrown away.',
        'Look at the load of the machine; lower cbf.sectors if it happens often.',
    )
    CBF_VIOLATED = ReasonText(
        'cbf_violated',
        Level.HOLD,
        'Something is nearer than its clearance already, and the proposal does not lead away.',
        'Turn on the spot, or drive away from it.',
    )
    CBF_INFEASIBLE = ReasonText(
        'cbf_infeasible',
        Level.HOLD,
        'No command that is slower or turns otherwise keeps all barriers.',
        'Clear the way, or let the person pass.',
    )
    CBF_POST_CHECK = ReasonText(
        'cbf_post_check',
        Level.HOLD,
        'Driven out, the filtered command would come nearer to something than its clearance.',
        'Clear the way; raise cbf.margin or cbf.sectors if it happens often.',
    )
    WORKSPACE_STOP = ReasonText(
        'workspace_stop',
        Level.HOLD,
        'The tool would come to rest outside of its box.',
        'Propose a motion that leads back into the box.',
    )
    DISTANCE_STOP = ReasonText(
        'distance_stop',
        Level.HOLD,
        'The robot would come too near to itself or to something else.',
        'Propose a motion that leads away, or clear the place.',
    )
    SINGULARITY_STOP = ReasonText(
        'singularity_stop',
        Level.HOLD,
        'The arm would come too near to a pose in which it cannot move every way.',
        'Propose a motion that leads out of it.',
    )
    LEG_STANDING_UP = legs.STANDING_UP
    LEG_BLENDING_IN = legs.BLENDING_IN
    LEG_POSITION_LIMIT = legs.POSITION_LIMIT
    LEG_VELOCITY_LIMIT = legs.VELOCITY_LIMIT
    LEG_TORQUE_LIMIT = legs.TORQUE_LIMIT
    LEG_GAIN_LIMIT = legs.GAIN_LIMIT
    ZONE_SLOW = ReasonText(
        'zone_slow',
        Level.LIMITED,
        'Something stands in a slow or limit zone.',
        'Nothing: full speed returns when the zone is clear.',
    )
    APPROACH_SLOW = ReasonText(
        'approach_slow',
        Level.LIMITED,
        'Speed is reduced so that the robot can brake before what lies on its arc.',
        'Nothing.',
    )
    PEOPLE_GIVE_WAY = ReasonText(
        'people_give_way',
        Level.LIMITED,
        'Another command keeps more distance from a walking person than the proposed one.',
        'Nothing: proposals go out again when the person has passed.',
    )
    PEOPLE_SLOW = ReasonText(
        'people_slow',
        Level.LIMITED,
        'Going slower keeps more distance from a walking person.',
        'Nothing.',
    )
    CBF_CHANGED = ReasonText(
        'cbf_changed',
        Level.LIMITED,
        'The command was slowed or steered so that it keeps all barriers.',
        'Nothing: proposals go out again where the way is free.',
    )
    DISTANCE_SLOW = ReasonText(
        'distance_slow',
        Level.LIMITED,
        'Speed is reduced because the robot comes near to itself or to something else.',
        'Nothing: full speed returns with the distance.',
    )
    SINGULARITY_SLOW = ReasonText(
        'singularity_slow',
        Level.LIMITED,
        'Speed is reduced because the arm comes near to a pose in which it cannot move every way.',
        'Nothing.',
    )
    POSITION_LIMIT = ReasonText(
        'position_limit',
        Level.LIMITED,
        'The proposal leads beyond the limit of a joint, or too fast towards it.',
        'Let the contract of the policy state the ranges of the robot.',
    )
    VELOCITY_LIMIT = ReasonText(
        'velocity_limit',
        Level.LIMITED,
        'The proposal was faster than the robot may go.',
        'Let the contract of the policy state the ranges of the robot.',
    )
    ACCELERATION_LIMIT = ReasonText(
        'acceleration_limit',
        Level.LIMITED,
        'The proposal changed faster than the robot may accelerate or brake.',
        'Smooth the policy if it happens often.',
    )
    JERK_LIMIT = ReasonText(
        'jerk_limit',
        Level.LIMITED,
        'The proposal set in more suddenly than acceleration may grow.',
        'Smooth the policy if it happens often.',
    )

    @property
    def code(self) -> str:
        """As published."""
        return self.value.code

    @property
    def level(self) -> Level:
        """Rung it leads to."""
        return self.value.level

    @property
    def strength(self) -> int:
        """Place in the order of strength, 0 the strongest."""
        return STRENGTH[self]


STRENGTH = {reason: place for place, reason in enumerate(Reason)}


def reasons_table() -> str:
    """Write the reference table of all codes in Markdown."""
    lines = [
        '| code | leads to | meaning | what to do |',
        '|---|---|---|---|',
    ]
    for reason in Reason:
        text = reason.value
        lines.append(
            f'| `{text.code}` | {text.level.name.capitalize()} | {text.meaning} | {text.remedy} |'
        )
    return '\n'.join(lines) + '\n'
