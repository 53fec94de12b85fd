"""Things that executors wait for, made by users or by rclpy itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from rclpy.callback_groups import CallbackGroup
    from rclpy.impl.wait_set import WaitSet
    from rclpy.task import Future

T = TypeVar('T')


class NumberOfEntities:
    """How many entities of each kind a waitable adds to a wait set."""

    __slots__ = (
        'num_clients',
        'num_events',
        'num_guard_conditions',
        'num_services',
        'num_subscriptions',
        'num_timers',
    )

    def __init__(
        self,
        num_subs: int = 0,
        num_gcs: int = 0,
        num_timers: int = 0,
        num_clients: int = 0,
        num_services: int = 0,
        num_events: int = 0,
    ) -> None:
        self.num_subscriptions = num_subs
        self.num_guard_conditions = num_gcs
        self.num_timers = num_timers
        self.num_clients = num_clients
        self.num_services = num_services
        self.num_events = num_events

    def _counts(self) -> tuple[int, ...]:
        return (
            self.num_subscriptions,
            self.num_guard_conditions,
            self.num_timers,
            self.num_clients,
            self.num_services,
            self.num_events,
        )

    def __add__(self, other: NumberOfEntities) -> NumberOfEntities:
        pairs = zip(self._counts(), other._counts(), strict=True)
        return type(self)(*(mine + theirs for mine, theirs in pairs))

    __iadd__ = __add__

    def __repr__(self) -> str:
        return f'<{type(self).__name__}({", ".join(map(str, self._counts()))})>'


class Waitable(Generic[T]):
    """Something that an executor waits for; subclasses say what, and what to do then."""

    def __init__(self, callback_group: CallbackGroup) -> None:
        self.callback_group = callback_group
        self.callback_group.add_entity(self)
        self._executor_event = False
        self._futures: list[Future[Any]] = []

    def __enter__(self) -> Waitable[T]:
        raise NotImplementedError('Must be implemented by subclass')

    def __exit__(self, *_: object) -> None:
        raise NotImplementedError('Must be implemented by subclass')

    def add_future(self, future: Future[Any]) -> None:
        """Have a future's callbacks run in the executor that runs this."""
        self._futures.append(future)

    def remove_future(self, future: Future[Any]) -> None:
        """End what `add_future` began."""
        self._futures.remove(future)

    def is_ready(self, wait_set: WaitSet) -> bool:
        """Whether something happened, by what was added to the wait set."""
        raise NotImplementedError('Must be implemented by subclass')

    def take_data(self) -> T:
        """Take what `execute` needs."""
        raise NotImplementedError('Must be implemented by subclass')

    async def execute(self, taken_data: T) -> None:
        """Do the work."""
        raise NotImplementedError('Must be implemented by subclass')

    def get_num_entities(self) -> NumberOfEntities:
        """Return how many entities `add_to_wait_set` adds."""
        raise NotImplementedError('Must be implemented by subclass')

    def add_to_wait_set(self, wait_set: WaitSet) -> None:
        """Add what to wait for."""
        raise NotImplementedError('Must be implemented by subclass')
