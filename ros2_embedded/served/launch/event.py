"""Event class, the root of everything that a launch system can report."""


class Event:
    """Something that happened in a running launch system.

    Attributes:
        name: dotted public name of the kind of event.
    """

    name = 'launch.Event'
