"""A quadruped on an agility course, or on ground to learn on."""
