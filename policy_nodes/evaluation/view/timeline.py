"""The timelines of the viewer."""

from __future__ import annotations

TIMELINE = 'node_time'
RECEIVED = 'received'
