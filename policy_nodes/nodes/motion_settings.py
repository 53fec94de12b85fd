"""Parameters of the motion executor; `evaluation.motion_setup` builds by them."""

from __future__ import annotations

from policy_nodes.nodes.interface import Setting

ARM_SETTINGS = (
    Setting('joints', [''], 'names, in the order of the safety controller'),
    Setting('fingers', [''], 'joints of the gripper, if joint states tell of them'),
    Setting('lower', [0.0], 'least position of each joint', 'rad'),
    Setting('upper', [0.0], 'greatest position of each joint', 'rad'),
    Setting('velocity', [0.0], 'greatest of each joint', 'rad/s'),
    Setting('acceleration', [0.0], 'greatest of each joint', 'rad/s^2'),
    Setting('jerk', [0.0], 'greatest of each joint', 'rad/s^3'),
    Setting('margin', 0.05, 'kept from the ends of every joint', 'rad', (0.0, 0.5)),
    Setting('home', [0.0], 'a good configuration to begin the search from', 'rad'),
    Setting('tip', 'tip', 'site of the model that goes to key poses'),
    Setting('hand', '', 'body of the model that begins the hand, which may be let touch'),
    Setting('base', [0.0, 0.0, 0.0], 'place of the foot in the world', 'm'),
    Setting('base_yaw', 0.0, 'of the foot about the vertical', 'rad', (-3.2, 3.2)),
    Setting('boxes', [''], 'names of upright boxes that stand around'),
    Setting('box_centres', [0.0], 'x, y, z of each box in the world', 'm'),
    Setting('box_sizes', [0.0], 'full sizes along x, y, z of each box', 'm'),
    Setting('robot', '', 'plan within the shipped limits of its safety controller; empty: do not'),
    Setting('clearance', 0.005, 'what is nearer collides', 'm', (0.0005, 0.1)),
    Setting('singular', 0.01, 'least manipulability at a key pose', '', (0.0, 1.0)),
    Setting('step', 0.01, 'between poses of a straight line', 'm', (0.001, 0.1)),
    Setting('turn', 0.06, 'between poses of a straight line', 'rad', (0.01, 0.5)),
    Setting('approach', 0.08, 'along the tool at both ends of a way; 0: no', 'm', (0.0, 0.3)),
    Setting('seeds', 24, 'beginnings of inverse kinematics', range=(4, 1000)),
    Setting('tries', 1500, 'branches of the search round obstacles', range=(1, 100000)),
)
EXECUTION_SETTINGS = (
    Setting('frame', 'world', 'that key poses are to be stated in'),
    Setting('max_age', 3.0, 'of the observation that a key pose answers', 's', (0.05, 60.0)),
    Setting('rows', 40, 'of a proposal', range=(2, 200)),
    Setting('dt', 0.025, 'time between rows', 's', (0.005, 0.2)),
    Setting('tolerance', 0.02, 'a joint that far off has left its way', 'rad', (0.001, 0.5)),
    Setting('response', 0.03, 'so much later than told is the arm there', 's', (0.0, 0.5)),
    Setting('near', 0.005, 'the tip is there within this', 'm', (0.0001, 0.1)),
    Setting('turned', 0.02, 'the tip is there within this', 'rad', (0.001, 0.5)),
    Setting('patience', 4.0, 'getting no further for so long is the end', 's', (0.1, 60.0)),
    Setting('replans', 3, 'ways planned anew for one key pose', range=(0, 100)),
    Setting('gripper_patience', 3.0, 'longest time for the gripper', 's', (0.1, 30.0)),
    Setting('gripper_blind', 0.5, 'for a gripper that nobody measures', 's', (0.0, 30.0)),
)
