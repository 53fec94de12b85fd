"""`policy-stack doctor`: each check a small function, listed in `areas.py`."""

from policy_nodes.commands.doctor.command import doctor

__all__ = ['doctor']
