"""`python -m policy_nodes.commands.doctor`: runs also where torch cannot be imported."""

import typer

from policy_nodes.commands.doctor.command import doctor

typer.run(doctor)
