"""Reads .rrd files with Rerun's own reader."""

from __future__ import annotations

import time

import pyarrow as pa
from rerun.chunk import RrdReader


def tables(path):
    """Tables of each entity's rows in time, in the order of drawing, and who has static rows."""
    batches, static = {}, set()
    for chunk in RrdReader(str(path)).stream():
        entity = str(chunk.entity_path)
        if chunk.is_static:
            static.add(entity)
        else:
            batches.setdefault(entity, []).append(chunk.to_record_batch())
    joined = {}
    for entity, parts in batches.items():
        plain = [pa.Table.from_batches([part]).replace_schema_metadata(None) for part in parts]
        joined[entity] = pa.concat_tables(plain, promote_options='default').sort_by('log_time')
    return joined, static


def rows(path):
    """Rows in time of each entity."""
    return {entity: table.num_rows for entity, table in tables(path)[0].items()}


def await_rows(path, entity, count, patience=40.0):
    """Wait until a file that is still growing holds so many rows of an entity."""
    ends, found = time.monotonic() + patience, 0
    while found < count and time.monotonic() < ends:
        try:
            found = rows(path).get(entity, 0)
        except (OSError, RuntimeError, ValueError):
            found = 0  # the last piece is half written
        time.sleep(0.05)
    return found


def column(table, ending):
    """The column whose name ends so."""
    (name,) = [name for name in table.column_names if name.endswith(ending)]
    return table[name].to_pylist()
