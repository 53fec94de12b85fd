"""Worlds that stand in for a robot: the same sensors and actuators."""
