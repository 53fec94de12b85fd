"""What the reasons mean that only legs have; `Reason` puts them into their order of strength."""

from __future__ import annotations

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reason_text import ReasonText

FALLEN = ReasonText(
    'leg_fallen',
    Level.STOPPING,
    'The body of a legged robot lies on its side or back; its joints only damp.',
    'Set it on its feet, then reset.',
)
RUNAWAY = ReasonText(
    'leg_runaway',
    Level.STOPPING,
    'A leg joint moves faster than any sound command makes it; the joints only damp.',
    'Look for a broken encoder or a gain of the wrong sign, then reset.',
)
AIRBORNE = ReasonText(
    'leg_airborne',
    Level.STOPPING,
    'No foot has touched the ground for longer than a jump lasts; the joints only damp.',
    'Set the robot down, then reset.',
)
TILT = ReasonText(
    'leg_tilt',
    Level.STOPPING,
    'The body rolls or pitches more than the policy can master; the robot sits down.',
    'Set it on flatter ground, then reset.',
)
HEIGHT = ReasonText(
    'leg_height',
    Level.STOPPING,
    'The body is lower or higher than legs that walk hold it; the robot sits down.',
    'Check what it stands on and the source of the height, then reset.',
)
TORQUE = ReasonText(
    'leg_torque',
    Level.STOPPING,
    'A leg joint bore more than its lasting torque for too long; the robot sits down.',
    'Look what blocks or loads the joint that is named, then reset.',
)
TRACKING = ReasonText(
    'leg_tracking',
    Level.STOPPING,
    'A leg joint stays too far from its target; the robot sits down.',
    'Look what blocks the joint that is named, and its gains, then reset.',
)
POSITION = ReasonText(
    'leg_position',
    Level.STOPPING,
    'A leg joint is measured outside its limits; the robot sits down.',
    'Check its zero and its limits, then reset.',
)
TEMPERATURE = ReasonText(
    'leg_temperature',
    Level.STOPPING,
    'A leg motor is too hot; the robot sits down.',
    'Let it cool, then reset.',
)
CONTACT_IMPLAUSIBLE = ReasonText(
    'leg_contact_implausible',
    Level.STOPPING,
    'Foot contacts contradict the IMU or one another; the robot sits down.',
    'Check the sensor of the foot that is named, then reset.',
)
STAND_FAILED = ReasonText(
    'leg_stand_failed',
    Level.STOPPING,
    'The robot did not come to stand in time; it sits down.',
    'Look what holds it down, then reset.',
)
HELD_TOO_LONG = ReasonText(
    'leg_held_too_long',
    Level.STOPPING,
    'Legs were held in one pose for too long; the robot sits down.',
    'Remove the cause that is named, then reset.',
)
STANDING_UP = ReasonText(
    'leg_standing_up',
    Level.LIMITED,
    'The robot stands up before proposals reach its legs.',
    'Nothing.',
)
BLENDING_IN = ReasonText(
    'leg_blending_in',
    Level.LIMITED,
    'Proposals reach the legs by a growing share.',
    'Nothing.',
)
POSITION_LIMIT = ReasonText(
    'leg_position_limit',
    Level.LIMITED,
    'A target was outside the limits of its joint.',
    'Let the contract of the policy state the ranges of the robot.',
)
VELOCITY_LIMIT = ReasonText(
    'leg_velocity_limit',
    Level.LIMITED,
    'A target moved faster than its joint may.',
    'Smooth the policy if it happens often.',
)
TORQUE_LIMIT = ReasonText(
    'leg_torque_limit',
    Level.LIMITED,
    'A target would have asked for more than the greatest torque of its joint.',
    'Lower the gains or the range of the policy if it happens often.',
)
GAIN_LIMIT = ReasonText(
    'leg_gain_limit',
    Level.LIMITED,
    'A gain was outside its bounds.',
    'Let the policy propose the gains of the robot.',
)
