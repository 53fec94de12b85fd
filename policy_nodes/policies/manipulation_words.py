"""Words by which others know what a manipulation policy says of itself."""

GIVEN_UP = 'the episode is given up: '
"""Begins its status once it asks for nothing more in the episode; what follows is why."""
