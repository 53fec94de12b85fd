"""Ways to set a fault in, and to take it away again."""

from __future__ import annotations

import random
import signal
import time

from policy_nodes.evaluation.faults.bench import Bench
from policy_nodes.evaluation.faults.fault import Begin, End
from policy_nodes.evaluation.faults.tampers import Making

FALSE_BEATS = 3
BETWEEN = 0.02  # [s]


def on(*streams: str, by: Making) -> Begin:
    """Tamper with streams, by their short names."""

    def begin(bench: Bench, chance: random.Random) -> End:
        relays = [bench.relays[name] for name in streams]
        for relay in relays:
            relay.tamper(by(relay, chance))

        def end() -> None:
            for relay in relays:
                relay.restore()

        return end

    return begin


def pause(bench: Bench, _chance: random.Random) -> End:
    """Stop the process of the proposer with SIGSTOP."""
    bench.signal(signal.SIGSTOP)
    return lambda: bench.signal(signal.SIGCONT)


def killed(bench: Bench, _chance: random.Random) -> End:
    """Kill the process of the proposer; the launch file starts it again."""
    bench.signal(signal.SIGKILL)
    return lambda: None


def pressed(bench: Bench, _chance: random.Random) -> End:
    """Press the emergency stop."""
    bench.press(True)
    return lambda: bench.press(False)


def called(bench: Bench, _chance: random.Random) -> End:
    """Call the service that stops."""
    bench.stop()
    return lambda: None


def rivalled(bench: Bench, _chance: random.Random) -> End:
    """Let somebody else publish on the topic of the actuators."""
    return bench.rival()


def impersonated(bench: Bench, _chance: random.Random) -> End:
    """Let the first heartbeat of a process that began anew come from the proposer."""
    for _ in range(FALSE_BEATS):
        bench.impersonate()
        # a true one that comes at the same moment takes its place in a queue of one
        time.sleep(BETWEEN)
    return lambda: None


def restarted(bench: Bench, _chance: random.Random) -> End:
    """Deactivate the safety controller; it is active and latched again at the end."""
    bench.deactivate()
    return bench.activate
