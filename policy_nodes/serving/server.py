"""Serves one policy to robots that know the token."""

from __future__ import annotations

import hmac
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from policy_nodes.contract.first_difference import Run
from policy_nodes.serving.frames import Arrays, FrameError, pack, unpack
from policy_nodes.serving.metadata import VERSION, Metadata
from policy_nodes.serving.served import Served
from policy_nodes.serving.sizes import (
    action_shapes,
    check_arrays,
    largest_message,
    observation_shapes,
)

HOST, PORT = '127.0.0.1', 8787
BEGIN = 5.0  # that a connection may take to say who it is [s]
PLACE = 2.0  # that a robot waits for the end of the one before [s]
BEAT, DEAD = 2.0, 6.0  # pings, and an end that does not answer them [s]
CLOSE = 0.5  # that a closing handshake may take [s]
WAITING = 4  # frames that are kept unread; then the sender has to wait
VISITORS = 16  # connections at a time, of whatever sort
# codes of RFC 6455
DAMAGED, AGAINST_RULES, TRY_LATER = 1007, 1008, 1013


class PolicyServer:
    """Listens from its creation; robots are served by threads of their own.

    Attributes:
        address: that robots connect to, ws://HOST:PORT.
        metadata: what every robot is told first.
    """

    def __init__(
        self,
        served: Served,
        token: str,
        *,
        host: str = HOST,
        port: int = PORT,
        robots: int = 1,
        say: Callable[[str], None] = print,
    ) -> None:
        """Load the policy once for each robot, warm it up, and listen.

        Args:
            served: what to serve.
            token: that robots have to know.
            host: interface to listen on; the default can be reached from this machine only.
            port: 0 takes any that is free.
            robots: that may be served at the same time.
            say: is given a sentence about everything that happens.

        Raises:
            ContractError: the policy cannot be used.
            OSError: the port is taken, or the interface is not there.
        """
        self.metadata = Metadata.of(served.title, served.contract)
        self._token, self._say = token.encode(), say
        self._observation = observation_shapes(served.contract)
        self._action = action_shapes(served.contract)
        self._robots: dict[str, ServerConnection] = {}
        self._lock = threading.Lock()
        self._free: queue.Queue[Run] = queue.Queue()
        for _ in range(robots):
            run = served.make()
            run.reset()
            run.act(served.example)
            self._free.put(run)
        quiet = logging.getLogger('policy_nodes.serving')
        quiet.setLevel(logging.CRITICAL)  # what matters is told by `say`
        self._server: Server = serve(
            self._visit,
            host,
            port,
            origins=[None],  # no page of a browser
            compression=None,
            process_request=self._admit,
            open_timeout=BEGIN,
            ping_interval=BEAT,
            ping_timeout=DEAD,
            close_timeout=CLOSE,
            max_size=largest_message(self._observation),
            max_queue=WAITING,
            logger=quiet,
        )
        name = f'[{host}]' if ':' in host else host
        self.address = f'ws://{name}:{self._server.socket.getsockname()[1]}'

    def serve_forever(self) -> None:
        """Serve until `close` is called, by another thread or a signal."""
        self._server.serve_forever()

    def close(self) -> None:
        """End all connections and stop to listen."""
        self._server.shutdown()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer with an HTTP error whoever must not come in."""
        given = request.headers.get_all('Authorization')
        wanted = b'Bearer ' + self._token
        sent = given[0].encode(errors='replace') if len(given) == 1 else b''
        if not hmac.compare_digest(sent, wanted):
            self._say(f'{_peer(connection)}: refused, it does not know the token')
            return connection.respond(HTTPStatus.UNAUTHORIZED, 'the token is wrong or missing\n')
        if len(self._server.connections) >= VISITORS:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, 'too many connections\n')
        return None

    def _visit(self, connection: ServerConnection) -> None:
        """Serve one connection until it ends."""
        peer = _peer(connection)
        try:
            connection.send(pack('hello', **self.metadata.fields()))
            _, begin = unpack(connection.recv(BEGIN), 'begin')
            peer = f'{begin["robot"][:64]} at {peer}'
            if (begin['version'], begin['sha256']) != (VERSION, self.metadata.sha256):
                raise FrameError('it begins with another version or another contract')
            with self._place(begin['client'], connection) as run:
                connection.send(pack('ready'))
                self._say(f'{peer}: is served')
                answered = self._serve(connection, run)
            self._say(f'{peer}: has gone after {answered} answers')
        except FrameError as error:
            self._say(f'{peer}: sent what is no question, so it is disconnected: {error}')
            connection.close(DAMAGED, str(error)[:120])
        except queue.Empty:
            self._say(f'{peer}: has to wait, another robot is served')
            connection.close(TRY_LATER, 'another robot is served')
        except TimeoutError:
            connection.close(AGAINST_RULES, 'it did not say who it is')
        except ConnectionClosed as error:
            self._say(f'{peer}: has gone: {error}')

    @contextmanager
    def _place(self, client: str, connection: ServerConnection) -> Iterator[Run]:
        """Lend a policy; a robot that comes again has given its earlier connection up."""
        with self._lock:
            before, self._robots[client] = self._robots.get(client), connection
        if before is not None:
            before.close(AGAINST_RULES, 'this robot has connected anew')
        run = self._free.get(timeout=PLACE)
        try:
            yield run
        finally:
            self._free.put(run)
            with self._lock:
                if self._robots.get(client) is connection:
                    del self._robots[client]

    def _serve(self, connection: ServerConnection, run: Run) -> int:
        """Answer question by question; returns how many were answered."""
        generation: int | None = None
        answered = 0
        while True:
            try:
                data = connection.recv()
            except ConnectionClosed:
                return answered
            _, asked = unpack(data, 'ask')
            check_arrays(asked['arrays'], self._observation, 'observation')
            if asked['generation'] != generation:
                generation = asked['generation']
                run.reset()
            connection.send(self._answer(run, asked))
            answered += 1

    def _answer(self, run: Run, asked: dict[str, Any]) -> bytes:
        began = time.perf_counter()
        which = {'sequence': asked['sequence'], 'generation': asked['generation']}
        try:
            answer = run.act(asked['arrays'])
            arrays: Arrays = {name: np.asarray(answer[name]) for name in self._action}
            check_arrays(arrays, self._action, 'answer')
        except Exception as error:  # whatever a policy raises is its answer to this observation
            self._say(
                f'no answer to question {which["sequence"]}: {type(error).__name__}: {error}'
            )
            return pack('refused', **which, problem=f'{type(error).__name__}: {error}'[:500])
        took = 1e3 * (time.perf_counter() - began)
        return pack('answer', **which, arrays=arrays, inference_ms=took)


def _peer(connection: ServerConnection) -> str:
    address = connection.remote_address
    return f'{address[0]}:{address[1]}' if isinstance(address, tuple) else 'somebody'
