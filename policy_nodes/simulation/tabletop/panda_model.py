"""A Franka Emika Panda (FER) with its hand, as a MuJoCo model of capsules and boxes.

Kinematics, limits and inertias are the maker's published ones for the FER (franka_description).
Of the inertial sets in circulation this is the maker's own: each link's inertia is the link's,
while the identified set of Gaz et al. lumps parts of its neighbours into link 1. The two must not
be mixed. Its cross terms are published as products of inertia, so their signs are turned here:
read as entries of the tensor, those of link 4 belong to no solid body, and all point across the
shape of their link. The maker gives no inertia for link 0, which does not move, and that of a
finger follows here from its mass and boxes. Reflected rotor inertias are round numbers, as usual
in simulation.

Capsules of the links are the maker's self-collision model; the boxes of the hand and of its pads
are ours, within the published sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from policy_nodes.simulation.tabletop.hand_model import add_hand

JOINTS = tuple(f'panda_joint{number}' for number in range(1, 8))
FINGER_JOINTS = ('panda_finger_joint1', 'panda_finger_joint2')
FINGER_SERVO = 'panda_fingers'
TIP = 'tip'
HOME = (0.0, 0.175, 0.0, -0.873, 0.0, 1.222, 0.785)  # [rad] arm at rest in RLBench's scenes
SPEED = (2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61)  # [rad/s]

LIGHT, DARK = (0.93, 0.93, 0.91, 1.0), (0.25, 0.26, 0.28, 1.0)
ROTOR = 0.1  # [kg m^2] reflected inertia of every drive
FRICTION = 1.0  # [Nm s/rad] of every joint
QUARTER = np.pi / 2.0

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Link:
    """One moving link with the joint before it; the axis of rotation is z.

    Attributes:
        origin: of the joint in the frame before [m].
        roll: of the joint about x of the frame before [rad].
        range: of the joint [rad].
        torque: greatest of the drive [Nm].
        stiffness: of the position servo [Nm/rad].
        damping: of the position servo [Nm s/rad].
        mass: [kg].
        com: centre of mass [m].
        inertia: about it: xx, yy, zz, xy, xz, yz [kg m^2].
        capsules: ends and radius of each [m].
    """

    origin: Triple
    roll: float
    range: tuple[float, float]
    torque: float
    stiffness: float
    damping: float
    mass: float
    com: Triple
    inertia: tuple[float, float, float, float, float, float]
    capsules: tuple[tuple[Triple, Triple, float], ...]


LINKS = (
    Link(
        origin=(0.0, 0.0, 0.333),
        roll=0.0,
        range=(-2.8973, 2.8973),
        torque=87.0,
        stiffness=4500.0,
        damping=180.0,
        mass=2.7907,
        com=(0.0003, -0.0220, -0.0476),
        inertia=(0.01565, 0.01440, 0.00500, -0.00001, 0.00004, 0.00248),
        capsules=(((0.0, 0.0, -0.272), (0.0, 0.0, -0.05), 0.06),),  # not into the table
    ),
    Link(
        origin=(0.0, 0.0, 0.0),
        roll=-QUARTER,
        range=(-1.7628, 1.7628),
        torque=87.0,
        stiffness=4500.0,
        damping=180.0,
        mass=2.5420,
        com=(0.0004, -0.0921, 0.0191),
        inertia=(0.01662, 0.00463, 0.01545, -0.00003, -0.00001, -0.00356),
        capsules=(((0.0, 0.0, -0.06), (0.0, 0.0, 0.06), 0.06),),
    ),
    Link(
        origin=(0.0, -0.316, 0.0),
        roll=QUARTER,
        range=(-2.8973, 2.8973),
        torque=87.0,
        stiffness=3500.0,
        damping=120.0,
        mass=2.2513,
        com=(0.0515, 0.0170, -0.0297),
        inertia=(0.00632, 0.00866, 0.00658, -0.00097, -0.00293, -0.00093),
        capsules=(((0.0, 0.0, -0.22), (0.0, 0.0, -0.07), 0.06),),
    ),
    Link(
        origin=(0.0825, 0.0, 0.0),
        roll=QUARTER,
        range=(-3.0718, -0.0698),
        torque=87.0,
        stiffness=3500.0,
        damping=120.0,
        mass=2.2037,
        com=(-0.0511, 0.0583, 0.0170),
        inertia=(0.00785, 0.00650, 0.01003, 0.00340, -0.00159, 0.00181),
        capsules=(((0.0, 0.0, -0.06), (0.0, 0.0, 0.06), 0.06),),
    ),
    Link(
        origin=(-0.0825, 0.384, 0.0),
        roll=-QUARTER,
        range=(-2.8973, 2.8973),
        torque=12.0,
        stiffness=2000.0,
        damping=50.0,
        mass=2.2855,
        com=(-0.00005, 0.0373, -0.0928),
        inertia=(0.02297, 0.02095, 0.00431, 0.00001, 0.00002, -0.00382),
        capsules=(
            ((0.0, 0.0, -0.31), (0.0, 0.0, -0.21), 0.06),
            ((0.0, 0.08, -0.20), (0.0, 0.08, -0.06), 0.025),
        ),
    ),
    Link(
        origin=(0.0, 0.0, 0.0),
        roll=QUARTER,
        range=(-0.0175, 3.7525),
        torque=12.0,
        stiffness=2000.0,
        damping=50.0,
        mass=1.353,
        com=(0.0657, -0.0037, 0.0015),
        inertia=(0.00088, 0.00278, 0.00287, 0.00021, 0.00012, -0.00001),
        capsules=(((0.0, 0.0, -0.07), (0.0, 0.0, 0.01), 0.05),),
    ),
    Link(
        origin=(0.088, 0.0, 0.0),
        roll=QUARTER,
        range=(-2.8973, 2.8973),
        torque=12.0,
        stiffness=2000.0,
        damping=50.0,
        mass=0.35973,
        com=(0.0009, -0.0004, 0.0549),
        inertia=(0.000195, 0.000192, 0.000179, 0.0, 0.0, 0.0),
        capsules=(
            ((0.0, 0.0, -0.06), (0.0, 0.0, 0.08), 0.04),
            ((0.055, 0.0, 0.082), (0.065, 0.0, 0.082), 0.03),
        ),
    ),
)
FOOT = ((-0.09, 0.0, 0.06), (-0.06, 0.0, 0.06), 0.06)
# pairs whose capsules touch where the joints between them allow it, or that are bolted together
NEVER_MEET = (
    ('panda_link0', 'panda_link1'),
    ('panda_link0', 'panda_link2'),
    ('panda_link1', 'panda_link3'),
    ('panda_link5', 'panda_link7'),
)


def panda_spec() -> mujoco.MjSpec:
    """Build the arm with its hand.

    Joints are `JOINTS` [rad] and `FINGER_JOINTS` [m], bodies panda_link0 to panda_link7,
    panda_hand, panda_leftfinger and panda_rightfinger. The foot, panda_link0, stands at the origin
    of the spec. The site `tip` is the maker's hand_tcp: between the pads, z out of the hand.
    Actuators are named like the joints and take positions [rad]; `FINGER_SERVO` takes the width
    between the pads [m]. Gravity of the arm itself is compensated, as the real arm does.

    Angles of the spec are in radians; it may be attached to any other.
    """
    spec = firm_contacts()
    add_panda(spec, (0.0, 0.0, 0.0))
    return spec


def firm_contacts() -> mujoco.MjSpec:
    """Begin a spec in radians, whose contacts hold what is gripped."""
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = 10.0
    spec.option.timestep = 0.002
    return spec


def add_panda(spec: mujoco.MjSpec, foot: Triple) -> None:
    """Put the arm of `panda_spec` into a spec of `firm_contacts`, its foot here [m]."""
    body = spec.worldbody.add_body(name='panda_link0', pos=foot)
    _add_capsule(body, *FOOT)
    for number, (name, link) in enumerate(zip(JOINTS, LINKS, strict=True), start=1):
        half = link.roll / 2.0
        body = body.add_body(
            name=f'panda_link{number}',
            pos=link.origin,
            quat=(np.cos(half), np.sin(half), 0.0, 0.0),
            mass=link.mass,
            ipos=link.com,
            fullinertia=link.inertia,
            explicitinertial=True,
            gravcomp=1.0,
        )
        body.add_joint(
            name=name,
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=(0.0, 0.0, 1.0),
            range=link.range,
            armature=ROTOR,
            damping=FRICTION,
        )
        for capsule in link.capsules:
            _add_capsule(body, *capsule)
        _add_servo(spec, name, link)
    add_hand(spec, body, tip=TIP, joints=FINGER_JOINTS, servo=FINGER_SERVO)
    for one, two in NEVER_MEET:
        spec.add_exclude(bodyname1=one, bodyname2=two)


def _add_capsule(body: mujoco.MjsBody, start: Triple, end: Triple, radius: float) -> None:
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CAPSULE,
        fromto=(*start, *end),
        size=(radius, 0.0, 0.0),
        rgba=LIGHT if radius > 0.03 else DARK,
        mass=0.0,
    )


def _add_servo(spec: mujoco.MjSpec, joint: str, link: Link) -> None:
    servo = spec.add_actuator(
        name=joint, target=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT, ctrlrange=link.range
    )
    servo.set_to_position(kp=link.stiffness, kv=link.damping)
    servo.forcerange = (-link.torque, link.torque)
