"""A recorder without a middleware: one file after another, checked, with contract and parameters.

The recorder node and `policy-stack record` hand it raw messages; everything that a recording needs
to be understood later is put in here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_check import check_recording
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_ring import RecordingRing
from policy_nodes.evaluation.recording_topics import Kept
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.run_files import CONTRACT_ATTACHMENT

YAML = 'application/x-yaml'
PATIENCE = 5.0  # for files that are still being read back when the process ends [s]

Tell = Callable[[str], None]


class Tape:
    """Files of one recorder; it is called by one thread."""

    def __init__(
        self, tell: Tell, *, ring: RecordingRing | None = None, read_back: bool = True
    ) -> None:
        """Record nothing yet.

        Args:
            tell: is given each sentence about something that went wrong, in any thread.
            ring: keeps the last seconds; None keeps none.
            read_back: each file once it is closed, in a thread of its own.
        """
        self._tell, self._ring, self._read_back = tell, ring, read_back
        self._writer: RecordingWriter | None = None
        self._lacks_contract = False
        self._checks: list[threading.Thread] = []

    @property
    def path(self) -> Path | None:
        """File under way; None between two."""
        return None if self._writer is None else self._writer.path

    @property
    def counts(self) -> dict[str, int]:
        """Messages by topic in the file under way."""
        return {} if self._writer is None else self._writer.counts

    @property
    def size(self) -> int:
        """Bytes on disk of the file under way."""
        return 0 if self._writer is None else self._writer.size

    def begin(self, path: Path, attachments: Sequence[Path] = ()) -> None:
        """Finish the file under way and begin another one.

        Args:
            path: to create.
            attachments: files to keep in it.

        Raises:
            RecordingError: it exists or cannot be written.
            OSError: an attachment cannot be read.
        """
        self.close()
        kept = [(file.name, file.read_bytes()) for file in attachments]
        self._writer = RecordingWriter(path)
        self._lacks_contract = True
        for name, data in kept:
            self._writer.attach(name, YAML, data)

    def keep(self, kept: Kept, payload: bytes) -> None:
        """Write one message as it came, unless the one before it was just now."""
        steady = time.monotonic()
        if steady - kept.last < kept.apart:
            return
        kept.last, now_ns = steady, time.time_ns()
        if self._ring is not None:
            self._ring.keep(kept, payload, now_ns)
        if self._writer is None:
            return
        try:
            self._writer.write(
                kept.name,
                kept.type_name,
                message_definition(kept.type_name),
                payload,
                now_ns,
                now_ns,
                qos=offered_qos(durability='transient_local' if kept.latched else 'volatile'),
            )
        except RecordingError as error:
            # what is on disk stays readable; one sentence, then silence
            self._tell(str(error))
            self._writer = None

    def take_checkpoint(self, name: str) -> None:
        """Keep the contract of the checkpoint that drives, once in each file."""
        if self._writer is None or not self._lacks_contract or not name:
            return
        self._lacks_contract = False
        try:
            contract = (resolve_checkpoint(name) / CONTRACT_ATTACHMENT).read_bytes()
            self._writer.attach(CONTRACT_ATTACHMENT, YAML, contract)
        except (ContractError, OSError, RecordingError) as error:
            self._tell(f'the recording goes without a contract: {error}')

    def add_metadata(self, name: str, values: Mapping[str, str]) -> None:
        """Keep named texts in the file under way, such as a score.

        Raises:
            RecordingError: disk full.
        """
        if self._writer is not None:
            self._writer.add_metadata(name, values)

    def save_ring(self, path: Path) -> int:
        """Write the last seconds into a file of their own; returns how many messages.

        Raises:
            RecordingError: none are kept, or they cannot be written.
        """
        if self._ring is None:
            raise RecordingError('no last seconds are kept; set how many with the parameter ring')
        return self._ring.save(path)

    def close(self) -> None:
        """Finish the file under way, if any, and have it read back."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.close()
        except RecordingError as error:
            self._tell(str(error))
            return
        if self._read_back:
            self._checks = [each for each in self._checks if each.is_alive()]
            check = threading.Thread(
                target=self._check, args=(writer.path, writer.counts), daemon=True
            )
            check.start()
            self._checks.append(check)

    def finish(self) -> None:
        """Finish the file under way and wait a little for what is being read back."""
        self.close()
        ends = time.monotonic() + PATIENCE
        for check in self._checks:
            check.join(max(ends - time.monotonic(), 0.0))

    def _check(self, path: Path, counts: Mapping[str, int]) -> None:
        problem = check_recording(path, counts)
        if problem:
            self._tell(problem)
