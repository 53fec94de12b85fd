"""A table top with an arm, cameras, fingertips that feel, and tasks."""
