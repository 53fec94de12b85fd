"""The robot's end of the connection to a policy server: asks, waits, and connects anew.

One thread does everything that can block, so a network that swallows bytes does not stop the
node. One question is under way at a time; of those asked meanwhile only the newest is sent.
"""

from __future__ import annotations

import socket
import threading
import time
import uuid
from dataclasses import dataclass, field
from types import TracebackType

from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from policy_nodes.contract.errors import ContractError
from policy_nodes.serving.frames import Arrays, FrameError, pack, unpack
from policy_nodes.serving.metadata import VERSION, Metadata
from policy_nodes.serving.sizes import action_shapes, check_arrays

OPEN = 5.0  # that connecting may take [s]
BEAT, DEAD = 2.0, 6.0  # pings, and an end that does not answer them [s]
CLOSE = 0.5  # that a closing handshake may take [s]
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # between attempts to connect [s]
LARGEST = 1 << 20  # bytes of a message of the server


@dataclass(frozen=True)
class Question:
    """One observation that is sent.

    Attributes:
        sequence: grows by one.
        generation: grows when an episode begins.
        observation: arrays by the names of the contract.
        consumed: rows that the robot had been sent at that moment.
        asked: steady time [s].
    """

    sequence: int
    generation: int
    observation: Arrays
    consumed: int = 0
    asked: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Answer:
    """What came of it.

    Attributes:
        question: that is answered.
        action: arrays by the names of the contract; empty where the policy refused.
        problem: why it refused; empty where it did not.
        inference_ms: that the policy took [ms].
    """

    question: Question
    action: Arrays
    problem: str = ''
    inference_ms: float = 0.0


class PolicyLink:
    """Keeps a connection up for as long as it is open.

    Attributes:
        address: of the server, ws:// or wss://.
        metadata: what the server serves, as it was agreed on by `open`.
        problem: why nothing comes; empty while the server is connected.
        connections: that were made so far; each new one finds a server without memory.
    """

    def __init__(self, address: str, token: str, *, robot: str, patience: float = 3.0) -> None:
        """Hold what is needed to connect; nothing is sent yet.

        Args:
            address: of the server, ws://HOST:PORT.
            token: that both ends know.
            robot: name that the server shows.
            patience: a question unanswered for so long ends the connection [s].
        """
        self.address, self._token = address, token
        self._robot, self._patience = robot, patience
        self._client = uuid.uuid4().hex
        self._changed = threading.Condition()
        self._asked: Question | None = None
        self._answers: list[Answer] = []
        self._ended = False
        self._thread: threading.Thread | None = None
        self._connection: ClientConnection | None = None
        self.metadata: Metadata
        self.problem = f'{address} is not connected yet'
        self.connections = 0

    def open(self) -> Metadata:
        """Connect for the first time, and keep connected from then on.

        Raises:
            ContractError: the server cannot be reached, refuses, or serves what cannot be meant.
        """
        try:
            connection, self.metadata = self._connect()
        except (OSError, WebSocketException, FrameError, EOFError) as error:
            raise ContractError(
                f'no policy server answers at {self.address}: {_words(error)}',
                remedy='start it (policy-stack serve POLICY), and give address and token of it',
            ) from error
        self._note('', connection)
        self._thread = threading.Thread(
            target=self._keep, args=(connection,), name='policy_link', daemon=True
        )
        self._thread.start()
        return self.metadata

    def ask(self, question: Question) -> None:
        """Send a question, now or when the one before is answered; never waits."""
        with self._changed:
            self._asked = question
            self._changed.notify_all()

    def answers(self, until: float = 0.0) -> list[Answer]:
        """Take the answers that have come.

        Args:
            until: steady time [s] to wait for one where there is none.
        """
        with self._changed:
            while not (self._answers or self._ended or self.problem):
                left = until - time.monotonic()
                if left <= 0.0:
                    break
                self._changed.wait(left)
            found, self._answers = self._answers, []
            return found

    def close(self) -> None:
        """End the connection and its thread."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            connection = self._connection
        if connection is not None:
            connection.close()
        if self._thread is not None:
            self._thread.join(OPEN + CLOSE)

    def __enter__(self) -> PolicyLink:
        """Be closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _connect(self) -> tuple[ClientConnection, Metadata]:
        """Connect, and agree on the contract."""
        opening = connect(
            self.address,
            additional_headers={'Authorization': f'Bearer {self._token}'},
            compression=None,
            proxy=None,
            open_timeout=OPEN,
            ping_interval=BEAT,
            ping_timeout=DEAD,
            close_timeout=CLOSE,
            max_size=LARGEST,
        )
        # some versions connect here, others did so above; closing is one and the same
        connection = opening.__enter__()
        try:
            # bytes that nobody acknowledges must not hold this thread up for ever
            if hasattr(socket, 'TCP_USER_TIMEOUT'):
                waits = round(1e3 * DEAD)
                connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, waits)
            _, hello = unpack(connection.recv(OPEN), 'hello')
            found = Metadata.read(hello, self.address)
            begin = {'client': self._client, 'robot': self._robot, 'sha256': found.sha256}
            connection.send(pack('begin', version=VERSION, **begin))
            unpack(connection.recv(OPEN), 'ready')
        except BaseException:
            connection.close()
            raise
        return connection, found

    def _keep(self, connection: ClientConnection | None) -> None:
        """Serve one connection after the other until the end."""
        pause = FIRST_PAUSE
        while True:
            try:
                if connection is None:
                    connection, found = self._connect()
                    self.metadata.require_same(found)
                    if not self._note('', connection):
                        return
                pause = FIRST_PAUSE
                self._converse(connection)
            except (OSError, WebSocketException, FrameError, ContractError, EOFError) as error:
                self._note(f'{self.address}: {_words(error)}', None)
            finally:
                if connection is not None:
                    connection.close()
                connection = None
            with self._changed:
                if self._changed.wait_for(lambda: self._ended, pause):
                    return
            pause = min(2.0 * pause, LONGEST_PAUSE)

    def _note(self, problem: str, connection: ClientConnection | None) -> bool:
        """Say how it stands, drop what was asked of a lost server; returns whether to go on."""
        with self._changed:
            self.problem, self._connection = problem, connection
            self._asked = None
            self.connections += not problem
            self._changed.notify_all()
            return not self._ended

    def _converse(self, connection: ClientConnection) -> None:
        """Question after question, until the connection or the link ends."""
        shapes = action_shapes(self.metadata.contract)
        while True:
            with self._changed:
                while self._asked is None and not self._ended:
                    self._changed.wait(BEAT)
                    if self._asked is None and connection.close_code is not None:
                        raise ConnectionClosed(None, None)
                if self._ended:
                    return
                question, self._asked = self._asked, None
            assert question is not None
            connection.send(
                pack(
                    'ask',
                    sequence=question.sequence,
                    generation=question.generation,
                    arrays=question.observation,
                )
            )
            kind, fields = unpack(connection.recv(self._patience), 'answer', 'refused')
            if (fields['sequence'], fields['generation']) != (
                question.sequence,
                question.generation,
            ):
                raise FrameError(f'it answers question {fields["sequence"]}, which nobody asked')
            if kind == 'refused':
                answer = Answer(question, {}, problem=fields['problem'])
            else:
                check_arrays(fields['arrays'], shapes, 'answer')
                answer = Answer(question, fields['arrays'], inference_ms=fields['inference_ms'])
            with self._changed:
                self._answers.append(answer)
                self._changed.notify_all()


def _words(error: BaseException) -> str:
    if isinstance(error, InvalidStatus):
        said = (error.response.body or b'').decode(errors='replace').strip()
        return f'it refuses with {error.response.status_code}: {said[:200]}'
    if isinstance(error, TimeoutError):
        return 'it did not answer in time'
    return str(error) or type(error).__name__
