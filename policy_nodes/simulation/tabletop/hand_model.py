"""The two-fingered hand of a Panda: fingers that go together and pads that grip by friction."""

from __future__ import annotations

from collections.abc import Sequence

import mujoco
import numpy as np

STROKE = 0.04  # [m] of each finger
FORCE = 70.0  # [N] with which each finger presses at most
STIFFNESS = 4000.0  # [N/m] of the servo of the width
FINGER_SPEED = 0.05  # [m/s] of each finger
PADS = ('panda_leftpad', 'panda_rightpad')
PAD_CENTRE = (0.0, 0.0076, 0.0453)  # of a pad in its finger [m]
PAD_SIZE = (0.0175, 0.0152, 0.0185)  # [m]

DARK, RUBBER = (0.25, 0.26, 0.28, 1.0), (0.08, 0.08, 0.09, 1.0)
FLANGE = 0.107  # from the frame of link 7 to its flange [m]
TURN = -np.pi / 4.0  # of the hand about the flange [rad]
KNUCKLES = 0.0584  # from the hand to the fingers [m]
TIP_HEIGHT = 0.1034  # from the hand to the tip [m]
# the upper half is so narrow that the wrist camera beside it sees the fingertips
PALM = (
    ((0.0, 0.0, 0.018), (0.06, 0.20, 0.036)),
    ((0.0, 0.0, 0.049), (0.026, 0.20, 0.026)),
)  # centre and full sizes [m]
ROD_CENTRE, ROD_SIZE = (0.0, 0.0145, 0.018), (0.018, 0.012, 0.036)  # upper half of a finger [m]

# one set of the maker's: see panda_model.py
HAND_MASS, HAND_COM = 0.6544, (-0.00004, 0.0119, 0.0207)  # [kg], [m]
HAND_INERTIA = (0.00186, 0.00030, 0.00174, 0.0, 0.0, 0.0)  # [kg m^2]
FINGER_MASS = 0.0291  # [kg]
ROTOR, DAMPING = 0.1, 60.0  # of each finger [kg], [N s/m]


def add_hand(
    spec: mujoco.MjSpec, link: mujoco.MjsBody, *, tip: str, joints: Sequence[str], servo: str
) -> None:
    """Put a hand on the last link of an arm.

    Args:
        spec: of the arm.
        link: that carries the flange.
        tip: name of the site between the pads.
        joints: names of the two finger joints [m], 0 closed.
        servo: name of the actuator that takes the width between the pads [m].
    """
    hand = link.add_body(
        name='panda_hand',
        pos=(0.0, 0.0, FLANGE),
        quat=(np.cos(TURN / 2.0), 0.0, 0.0, np.sin(TURN / 2.0)),
        mass=HAND_MASS,
        ipos=HAND_COM,
        fullinertia=HAND_INERTIA,
        explicitinertial=True,
        gravcomp=1.0,
    )
    for centre, size in PALM:
        _add_box(hand, '', centre, size, DARK)
    hand.add_site(name=tip, pos=(0.0, 0.0, TIP_HEIGHT), size=(0.004, 0.004, 0.004), group=4)
    width = spec.add_tendon(name=servo)
    sides = (
        ('panda_leftfinger', (1.0, 0.0, 0.0, 0.0)),
        ('panda_rightfinger', (0.0, 0.0, 0.0, 1.0)),
    )
    for (name, quaternion), joint, pad in zip(sides, joints, PADS, strict=True):
        finger = hand.add_body(name=name, pos=(0.0, 0.0, KNUCKLES), quat=quaternion, gravcomp=1.0)
        finger.add_joint(
            name=joint,
            type=mujoco.mjtJoint.mjJNT_SLIDE,
            axis=(0.0, 1.0, 0.0),
            range=(0.0, STROKE),
            armature=ROTOR,
            damping=DAMPING,
        )
        half = FINGER_MASS / 2.0
        _add_box(finger, '', ROD_CENTRE, ROD_SIZE, DARK, half)
        _make_grip(_add_box(finger, pad, PAD_CENTRE, PAD_SIZE, RUBBER, half))
        width.wrap_joint(joint, 1.0)
    _couple(spec, joints)
    drive = spec.add_actuator(
        name=servo, target=servo, trntype=mujoco.mjtTrn.mjTRN_TENDON, ctrlrange=(0.0, 2.0 * STROKE)
    )
    drive.set_to_position(kp=STIFFNESS)
    drive.forcerange = (-FORCE, FORCE)


def _add_box(
    body: mujoco.MjsBody,
    name: str,
    centre: Sequence[float],
    size: Sequence[float],
    colour: Sequence[float],
    mass: float = 0.0,
) -> mujoco.MjsGeom:
    """Add a box of full sizes [m] to a body."""
    return body.add_geom(
        name=name,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        pos=centre,
        size=[0.5 * side for side in size],
        rgba=colour,
        mass=mass,
    )


def _make_grip(pad: mujoco.MjsGeom) -> None:
    """Let a pad hold by friction, also against turning; its friction counts, not the object's."""
    pad.condim = 4
    # friction gives way to centripetal acceleration in proportion to this time: held things would
    # slip outwards when the arm swings with MuJoCo's own 20 ms
    pad.solref = (0.005, 1.0)
    pad.friction = (1.2, 0.02, 0.0001)
    pad.priority = 1


def _couple(spec: mujoco.MjSpec, joints: Sequence[str]) -> None:
    """Keep both fingers equally far from the middle, as the gear of the hand does."""
    spec.add_equality(
        name='panda_finger_gear',
        type=mujoco.mjtEq.mjEQ_JOINT,
        objtype=mujoco.mjtObj.mjOBJ_JOINT,
        name1=joints[0],
        name2=joints[1],
        data=[0.0, 1.0] + [0.0] * (mujoco.mjNEQDATA - 2),
        solref=(0.005, 1.0),
        solimp=(0.95, 0.99, 0.001, 0.5, 2.0),
    )
