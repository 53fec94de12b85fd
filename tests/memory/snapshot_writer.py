"""Writes snapshots to a file until it is killed, or until the disk takes no more.

Called with the file, and with the largest file that this process may write [bytes], 0 for any.
"""

import resource
import sys
from itertools import count
from pathlib import Path

import numpy as np

from policy_nodes.memory.contents import Contents
from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.snapshot import write_snapshot

FLOATS = 500_000

file, limit = Path(sys.argv[1]), int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for step in count():
    values = np.full(FLOATS, step, np.float32)
    try:
        write_snapshot(file, Contents(('one',), False, (Entry('one', 'a', step, {'v': values}),)))
    except MemoryBankError as error:
        sys.exit(str(error))
