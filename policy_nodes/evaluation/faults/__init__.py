"""Fault campaigns: a launched graph, faults at random times, and what the robot did then."""
