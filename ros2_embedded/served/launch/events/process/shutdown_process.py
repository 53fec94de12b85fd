"""ShutdownProcess event."""

from .process_targeted_event import ProcessTargetedEvent


class ShutdownProcess(ProcessTargetedEvent):
    """The processes that match are to be shut down."""

    name = 'launch.events.process.ShutdownProcess'
