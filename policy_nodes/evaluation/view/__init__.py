"""Draws a robot at work in Rerun: one scene, fed from a recording or from live topics."""
