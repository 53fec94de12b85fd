"""Runs the safety controller on recorded danger, in bag time."""
