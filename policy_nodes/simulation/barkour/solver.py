"""Set-ups of the physics: the one to train with, and another to see what a policy leans on."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco


@dataclass(frozen=True)
class Solver:
    """How motion is computed.

    Attributes:
        timestep: of the physics [s].
        iterations: at most, of Newton's method.
        line_search: iterations of it, at most.
        implicit: velocities of the next instant damp; else those of the present one.
    """

    timestep: float
    iterations: int
    line_search: int
    implicit: bool


SOLVERS = {
    # the options of the model file, at the 250 Hz that its joystick environment is trained with
    'usual': Solver(0.004, 1, 4, implicit=False),
    'newton': Solver(0.002, 100, 50, implicit=True),
}


def solver_of(name: str) -> Solver:
    """Look up a set-up.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in SOLVERS:
        raise ValueError(f'there is no solver {name!r}; there are {", ".join(SOLVERS)}')
    return SOLVERS[name]


def set_solver(spec: mujoco.MjSpec, solver: Solver) -> None:
    """Let a world be computed so."""
    option = spec.option
    option.solver = mujoco.mjtSolver.mjSOL_NEWTON
    option.timestep = solver.timestep
    option.iterations = solver.iterations
    option.ls_iterations = solver.line_search
    flag = int(mujoco.mjtDisableBit.mjDSBL_EULERDAMP)
    option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    option.disableflags &= ~flag
    if solver.implicit:
        option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    else:
        option.disableflags |= flag
