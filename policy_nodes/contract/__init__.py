"""What a checkpoint promises, and the plain-array form of what nodes exchange."""
