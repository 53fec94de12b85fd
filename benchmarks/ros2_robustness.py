"""Whether ros2_embedded holds out: a million messages, and fifty nodes that find each other.

    python benchmarks/ros2_robustness.py soak --messages 1000000
    python benchmarks/ros2_robustness.py join --processes 10 --nodes 5
    python benchmarks/ros2_robustness.py join --processes 50 --nodes 1

`soak` sends messages of 100 bytes between two processes as fast as the receiver takes them; after
each 500 it calls a service of the receiver, after each 10 000 it sets a parameter and makes and
destroys a node. What both processes hold is printed at a tenth and at the end: what Python
allocated, as tracemalloc counts it (which makes all of it two to three times as slow), and what
the system gave. `join` starts processes at once and waits until every one knows the nodes of all;
more than 32 processes get a configuration of their own, as the default has no room for them.

The exit code is 1 where memory grows, a message is lost, or finding each other takes 10 s.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import ros2_embedded

BATCH = 500
CHURN = 10_000
PATIENCE = 60.0  # [s] for an answer of the other process
MOST_TRACED = 200_000  # growth that is no leak [bytes]: buffers, caches
MOST_RESIDENT = 8_000_000
MOST_SECONDS = 10.0

MANY = """
<CycloneDDS><Domain>
<General><Interfaces><NetworkInterface address="127.0.0.1"/></Interfaces>
<AllowMulticast>false</AllowMulticast></General>
<Discovery><ParticipantIndex>auto</ParticipantIndex>
<MaxAutoParticipantIndex>{most}</MaxAutoParticipantIndex>
<Peers><Peer address="127.0.0.1"/></Peers></Discovery>
</Domain></CycloneDDS>
"""

# Without the packages that the rest of this file imports, as a node would be.
MEMBER = """
import json, resource, sys, time
import ros2_embedded

ros2_embedded.install()
import rclpy

number, nodes, everyone = map(int, sys.argv[1:])
rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
made = [rclpy.create_node(f'node_{number}_{index}') for index in range(nodes)]
up, end = time.time(), time.monotonic() + 60
while len(made[0].get_node_names()) < everyone and time.monotonic() < end:
    time.sleep(0.1)
done, used = time.time(), resource.getrusage(resource.RUSAGE_SELF)
known, cpu = len(made[0].get_node_names()), used.ru_utime + used.ru_stime
print(json.dumps({'up': up, 'done': done, 'known': known, 'cpu': cpu}), flush=True)
sys.stdin.read()  # the others need this one until all are done
"""

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
JsonFile = Annotated[Path | None, typer.Option('--json', help='Write the figures here.')]


def memory() -> dict[str, int]:
    """What this process holds [bytes]; `traced` is 0 where tracemalloc does not run."""
    gc.collect()
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return {
        'traced': tracemalloc.get_traced_memory()[0],
        'resident': pages * resource.getpagesize(),
    }


def cpu_seconds() -> float:
    """User and system time of this process [s]."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def start_child(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start a program of this file in another process, which ends with this one at the latest."""
    child = subprocess.Popen(  # noqa: S603  (this file, with numbers for arguments)
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    atexit.register(child.kill)
    return child


def finish(figures: dict[str, Any], failed: list[str], json_file: Path | None) -> None:
    """Write the figures, say what failed, and end with the exit code of that."""
    if json_file is not None:
        json_file.write_text(json.dumps({**figures, 'failed': failed}, indent=2))
    for each in failed:
        Console(stderr=True).print(f'[red]{each}')
    raise typer.Exit(1 if failed else 0)


@app.command(hidden=True)
def receive(trace: bool = False) -> None:
    """Count messages, and tell how many came and what that took."""
    import rclpy
    from std_msgs.msg import String
    from std_srvs.srv import Trigger

    if trace:
        tracemalloc.start()
    rclpy.init()
    node = rclpy.create_node('receiver')
    came = 0

    def take(message: String) -> None:
        nonlocal came
        came += 1

    def report(request: Trigger.Request, reply: Trigger.Response) -> Trigger.Response:
        # The collector is run where it is asked for only: it takes long.
        whole = memory() if came % CHURN == 0 else {}
        reply.message = json.dumps({'came': came, 'cpu': cpu_seconds(), **whole})
        return reply

    node.create_subscription(String, 'flood', take, 2 * BATCH)
    node.create_service(Trigger, 'report', report)
    sys.stdout.write('up\n')
    sys.stdout.flush()
    with suppress(rclpy.executors.ExternalShutdownException):  # the end of the measurement
        rclpy.spin(node)


@app.command()
def soak(
    messages: Annotated[int, typer.Option(help='Rounded to 10 000.', min=CHURN)] = 1_000_000,
    trace: Annotated[bool, typer.Option(help='Run tracemalloc in both processes.')] = True,
    json_file: JsonFile = None,
) -> None:
    """Send a million messages; memory must not grow, and none may be lost."""
    import rclpy
    from std_msgs.msg import String
    from std_srvs.srv import Trigger

    messages -= messages % CHURN
    tenth = max(messages // 10 // CHURN, 1) * CHURN
    child = start_child(__file__, 'receive', '--trace' if trace else '--no-trace')
    child.stdout.readline()
    if trace:
        tracemalloc.start()
    rclpy.init()
    node = rclpy.create_node('sender')
    node.declare_parameter('sent', 0)
    publisher = node.create_publisher(String, 'flood', 2 * BATCH)
    client = node.create_client(Trigger, 'report')
    if not client.wait_for_service(timeout_sec=PATIENCE):
        raise RuntimeError('the receiver did not come up')
    wait_until(lambda: publisher.get_subscription_count() == 1, 'the receiver did not appear')

    def ask() -> dict[str, Any]:
        future = client.call_async(Trigger.Request())
        rclpy.spin_until_future_complete(node, future, timeout_sec=PATIENCE)
        return json.loads(future.result().message)

    marks: dict[str, dict[str, dict[str, int]]] = {}
    message, lost, began = String(data='x' * 100), 0, time.perf_counter()
    with Progress() as progress:
        bar = progress.add_task('messages', total=messages)
        for sent in range(BATCH, messages + 1, BATCH):
            for _ in range(BATCH):
                publisher.publish(message)
            patience = time.monotonic() + PATIENCE
            while (told := ask())['came'] < sent - lost and time.monotonic() < patience:
                pass
            lost = sent - told['came']
            progress.update(bar, completed=sent)
            if sent % CHURN == 0:
                node.set_parameters([rclpy.Parameter('sent', value=sent)])
                rclpy.create_node('passer').destroy_node()
            if sent in (tenth, messages):
                marks[str(sent)] = {'sender': memory(), 'receiver': ask()}
    seconds = time.perf_counter() - began
    child.terminate()
    child.wait(PATIENCE)
    figures = {
        'messages': messages,
        'lost': lost,
        'seconds': round(seconds, 1),
        'sender_cpu_s': round(cpu_seconds(), 1),
        'receiver_cpu_s': round(marks[str(messages)]['receiver']['cpu'], 1),
        'memory': marks,
    }
    table = Table('process', 'held', f'after {tenth:,}', f'after {messages:,}', 'growth')
    failed = [f'{lost} messages were lost'] if lost else []
    for process in ('sender', 'receiver'):
        for kind, most in (('traced', MOST_TRACED), ('resident', MOST_RESIDENT)):
            first, last = (marks[str(at)][process][kind] for at in (tenth, messages))
            table.add_row(process, kind, *(f'{each / 1e6:.2f} MB' for each in (first, last)),
                          f'{(last - first) / 1e3:.0f} kB')  # fmt: skip
            if last - first > most:
                failed.append(f'the {process} holds {(last - first) / 1e6:.1f} MB more ({kind})')
    Console().print(table)
    Console().print(
        f'{lost} of {messages:,} lost, {seconds:.0f} s, processor time: sender '
        f'{figures["sender_cpu_s"]} s, receiver {figures["receiver_cpu_s"]} s'
    )
    rclpy.shutdown()
    finish(figures, failed, json_file)


def wait_until(condition: Callable[[], bool], complaint: str) -> None:
    """Look until a condition holds; RuntimeError where it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(complaint)
        time.sleep(0.01)


@app.command()
def join(
    processes: Annotated[int, typer.Option(min=1, max=100)] = 10,
    nodes: Annotated[int, typer.Option(help='In each process.', min=1)] = 5,
    json_file: JsonFile = None,
) -> None:
    """Start many nodes at once; all must know each other within 10 s."""
    environment = {}
    if processes > 32:
        environment['CYCLONEDDS_URI'] = MANY.format(most=processes + 1)
    began = time.time()
    members = [
        start_child('-c', MEMBER, number, nodes, processes * nodes, **environment)
        for number in range(processes)
    ]
    with Progress() as progress:
        lines = [
            json.loads(each.stdout.readline())
            for each in progress.track(members, description='processes')
        ]
    for each in members:
        each.stdin.close()
    for each in members:
        each.wait(PATIENCE)
    figures = {
        'processes': processes,
        'nodes': processes * nodes,
        'known_by_all': min(each['known'] for each in lines),
        'last_node_made_s': round(max(each['up'] for each in lines) - began, 2),
        'all_known_s': round(max(each['done'] for each in lines) - began, 2),
        'cpu_s': round(sum(each['cpu'] for each in lines), 1),
    }
    Console().print(
        f'{figures["nodes"]} nodes in {processes} processes: the last one was made after '
        f'{figures["last_node_made_s"]} s, all were known to all after '
        f'{figures["all_known_s"]} s; {figures["cpu_s"]} s of processor time'
    )
    failed = []
    if figures['known_by_all'] < figures['nodes']:
        failed.append(f'a process knows only {figures["known_by_all"]} nodes')
    if figures['all_known_s'] > MOST_SECONDS:
        failed.append(f'it took longer than {MOST_SECONDS:.0f} s')
    finish(figures, failed, json_file)


if __name__ == '__main__':
    os.environ.setdefault('ROS_DOMAIN_ID', str(os.getpid() % 100 + 1))
    ros2_embedded.install()
    app()
