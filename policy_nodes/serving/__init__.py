"""Policies over a websocket: a process that serves one, and what stands for it on the robot."""
