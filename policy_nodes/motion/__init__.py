"""From key poses to joint trajectories: inverse kinematics, collision-free ways, timing."""
