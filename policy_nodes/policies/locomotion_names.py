"""Policies of legs by name; importing it loads no network."""

# Which checkpoint serves which behaviour of the navigator; one that serves all is named ''.
LOCOMOTION: dict[str, dict[str, str]] = {
    'specialists': {'walk': 'barkour_walk', 'slope': 'barkour_slope', 'jump': 'barkour_jump'},
    'transformer': {'': 'barkour_transformer'},
    'mlp': {'': 'barkour_mlp'},
    'joystick': {'': 'go1_joystick'},
}
