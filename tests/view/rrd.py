"""Reads .rrd files with Rerun's own reader."""

from __future__ import annotations

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


def column(table, ending):
    """The column whose name ends so."""
    (name,) = [name for name in table.column_names if name.endswith(ending)]
    return table[name].to_pylist()
