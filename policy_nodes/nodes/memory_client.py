"""A policy node's way to its memory bank: stores steps, fetches them back after a restart."""

from collections.abc import Callable
from typing import Any, NamedTuple

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.task import Future

from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.nodes.memory_topics import ENTRIES
from policy_nodes.nodes.translate_memory import entry_message, entry_sample
from policy_stack.srv import QueryMemory

LOOK = 0.01  # [s] between looks at fetches that wait


class Fetched(NamedTuple):
    """What the bank gave.

    Attributes:
        entries: oldest first, by step, then stream.
        episode: that they belong to.
        problem: why there are none; empty where the bank answered, be it with none.
    """

    entries: tuple[Entry, ...]
    episode: str
    problem: str


class _Fetch:
    """A question on its way."""

    def __init__(
        self, request: QueryMemory.Request, done: Callable[[Fetched], None], until: float
    ) -> None:
        self.request, self.done, self.until = request, done, until
        self.asked: Future | None = None
        self.asked_at = 0.0


class MemoryClient:
    """Never blocks: entries go out as messages, answers come to a callback.

    A bank that dies and comes back is asked again, and hears from the middleware what this client
    stored last. Answers come in one callback group, which is mutually exclusive; anybody may ask.
    """

    def __init__(
        self,
        node: Node,
        bank: str = 'memory_bank',
        *,
        patience: float = 1.0,
        group: CallbackGroup | None = None,
    ) -> None:
        """Find the bank.

        Args:
            node: that has the memory.
            bank: name of its node, relative to the namespace or absolute.
            patience: after so long without an answer the bank is asked again [s].
            group: of answers and timers; None takes the default group of the node.
        """
        self._node, self._patience = node, patience
        self._topic = ENTRIES.name.replace('~', bank)
        self._publisher: Any = None
        self._client = node.create_client(QueryMemory, f'{bank}/query', callback_group=group)
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._fetches: list[_Fetch] = []
        self._timer = node.create_timer(LOOK, self._look, callback_group=group, clock=self._steady)
        self.begin()

    def begin(self) -> None:
        """Begin an episode: a bank that comes back no longer hears of the one before."""
        if self._publisher is not None:
            self._node.destroy_publisher(self._publisher)
        self._publisher = self._node.create_publisher(ENTRIES.type, self._topic, ENTRIES.qos)

    def store(self, entry: Entry) -> None:
        """Send an entry on its way to the bank; what it does not take is in its log.

        Raises:
            ValueError: an element type that messages do not know.
        """
        self._publisher.publish(entry_message(entry))

    def fetch(
        self,
        done: Callable[[Fetched], None],
        *,
        episode: str = '',
        stream: str = '',
        last: int = 0,
        timeout: float = 10.0,
    ) -> None:
        """Ask for entries.

        Args:
            done: called once, from the executor, with the answer or with why there is none.
            episode: empty takes the running one.
            stream: empty takes all.
            last: at most so many of each stream, the newest ones; 0 takes all.
            timeout: after so long there is none [s].
        """
        request = QueryMemory.Request(episode=episode, stream=stream, last=last)
        self._fetches.append(_Fetch(request, done, self._wall() + timeout))

    @property
    def waiting(self) -> bool:
        """Whether a question was sent and is not answered yet."""
        return any(fetch.asked is not None for fetch in self._fetches)

    def cancel(self) -> None:
        """Forget all questions; their callbacks are not called."""
        for fetch in self._fetches:
            self._forget(fetch)
        self._fetches.clear()

    def _wall(self) -> float:
        return self._steady.now().nanoseconds * 1e-9

    def _look(self) -> None:
        for fetch in list(self._fetches):
            answer = self._answer(fetch)
            if answer is not None and fetch in self._fetches:
                self._fetches.remove(fetch)
                fetch.done(answer)

    def _answer(self, fetch: _Fetch) -> Fetched | None:
        now = self._wall()
        if fetch.asked is not None and fetch.asked.done():
            return _fetched(fetch.asked.result())
        if now > fetch.until:
            self._forget(fetch)
            name = self._client.srv_name
            return Fetched((), fetch.request.episode, f'{name} did not answer in time')
        if fetch.asked is not None and now - fetch.asked_at > self._patience:
            # the bank that was asked may be gone
            self._forget(fetch)
        if fetch.asked is None and self._client.service_is_ready():
            fetch.asked, fetch.asked_at = self._client.call_async(fetch.request), now
        return None

    def _forget(self, fetch: _Fetch) -> None:
        if fetch.asked is not None:
            self._client.remove_pending_request(fetch.asked)
            fetch.asked = None


def _fetched(answer: QueryMemory.Response) -> Fetched:
    if not answer.success:
        return Fetched((), answer.episode, answer.message)
    try:
        entries = tuple(entry_sample(message) for message in answer.entries)
    except MemoryBankError as error:
        return Fetched((), answer.episode, str(error))
    return Fetched(entries, answer.episode, '')
