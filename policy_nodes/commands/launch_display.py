"""What a launched graph is doing, in one line: episode, time, level of the safety controller."""

import re
from collections import Counter

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import DurabilityPolicy, QoSProfile
from rclpy.signals import SignalHandlerOptions
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from policy_nodes.commands.launched_graph import LaunchedGraph
from policy_nodes.evaluation.episode_measures import LEVELS
from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING, WORDS
from policy_stack.msg import EpisodeStatus, SafetyState

LATCHED = QoSProfile(depth=10, durability=DurabilityPolicy.TRANSIENT_LOCAL)
WARNING = re.compile(r'\b(WARN|WARNING|ERROR|FATAL)\b|Traceback|Error:')
LOOK = 0.1  # [s]


class EpisodeDisplay:
    """Follows the topics of a graph until it has ended."""

    def __init__(self, console: Console, episodes: int, namespace: str, *, plain: bool) -> None:
        """Listen to the graph.

        Args:
            console: to draw on.
            episodes: that will run; 0 where that is open.
            namespace: of the nodes.
            plain: print every line of the nodes and draw nothing.
        """
        self.console, self.episodes, self.plain = console, episodes, plain
        self.prefix = f'/{namespace.strip("/")}' if namespace.strip('/') else ''
        self.ended: Counter[str] = Counter()
        self.done: set[str] = set()
        self.status = EpisodeStatus()
        self.level = ''

    def __enter__(self) -> 'EpisodeDisplay':
        """Join the graph."""
        self.context = rclpy.Context()
        # signals belong to the graph: it is told to end, and this goes on until it has
        rclpy.init(args=[], context=self.context, signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node('launch_display', context=self.context)
        self.node.create_subscription(
            EpisodeStatus, f'{self.prefix}/episode', self.take_episode, LATCHED
        )
        state = f'{self.prefix}/safety_controller/state'
        self.node.create_subscription(SafetyState, state, self.take_state, LATCHED)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the graph."""
        self.executor.shutdown()
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)

    def take_episode(self, message: EpisodeStatus) -> None:
        """Note how the episode stands."""
        self.status = message
        if message.state > RUNNING and message.episode not in self.done:
            self.done.add(message.episode)
            outcome = OUTCOMES[message.state]
            self.ended[outcome] += 1
            if not self.plain:
                self.console.print(
                    f'episode {message.index + 1}: {WORDS[outcome]} after {message.elapsed:.1f} s'
                )

    def take_state(self, message: SafetyState) -> None:
        """Note the level of the safety controller."""
        level = LEVELS[message.level].lower() if message.level < len(LEVELS) else '?'
        self.level = f'{level} ({message.reasons[0]})' if message.reasons else level

    def follow(self, graph: LaunchedGraph) -> int:
        """Show what happens until the graph has ended; return its exit status."""
        columns = (
            SpinnerColumn(),
            TextColumn('{task.description}'),
            BarColumn(bar_width=20),
            TextColumn('{task.completed}/{task.total}'),
            TimeElapsedColumn(),
        )
        progress = Progress(*columns, console=self.console, disable=self.plain, transient=True)
        with progress:
            task = progress.add_task('the nodes come up', total=self.episodes or None)
            while not graph.ended:
                self.executor.spin_once(timeout_sec=LOOK)
                self._say(graph)
                progress.update(task, completed=len(self.done), description=self._doing(graph))
        self._say(graph)
        return graph.returncode

    def _say(self, graph: LaunchedGraph) -> None:
        for line in graph.lines():
            if self.plain or WARNING.search(line):
                self.console.print(Text(line))

    def _doing(self, graph: LaunchedGraph) -> str:
        if graph.interrupts:
            return 'the nodes come down (Ctrl-C again insists)'
        if self.status.state == RUNNING:
            running = f'episode {self.status.index + 1}, {self.status.elapsed:4.1f} s'
            return f'{running}, safety {self.level}' if self.level else running
        if not self.status.episode:
            return f'safety {self.level}' if self.level else 'the nodes come up'
        return 'the nodes come down' if len(self.done) == self.episodes else 'next episode'
