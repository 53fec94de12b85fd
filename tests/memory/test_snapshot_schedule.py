"""When a snapshot is due."""

from __future__ import annotations

from policy_nodes.memory.snapshot_schedule import RETRY, SnapshotSchedule


def test_a_snapshot_is_due_after_so_many_changes():
    schedule = SnapshotSchedule(3, 0.0)
    for _ in range(2):
        schedule.changed(0.0)
    assert not schedule.due(1e6)
    schedule.changed(0.0)
    assert schedule.due(0.0)
    assert schedule.taken() == 3
    assert not schedule.due(0.0)


def test_a_snapshot_is_due_once_a_change_has_waited_long_enough():
    schedule = SnapshotSchedule(0, 2.0)
    assert not schedule.due(100.0)
    schedule.changed(100.0)
    schedule.changed(101.9)
    assert not schedule.due(101.9)
    assert schedule.due(102.0)


def test_a_snapshot_that_failed_is_tried_again_after_a_pause():
    schedule = SnapshotSchedule(2, 0.0)
    for _ in range(2):
        schedule.changed(0.0)
    schedule.failed(schedule.taken(), 5.0)
    assert schedule.pending == 2
    assert not schedule.due(5.0)
    assert schedule.due(5.0 + RETRY)


def test_without_either_rule_none_is_ever_due():
    schedule = SnapshotSchedule(0, 0.0)
    schedule.changed(0.0)
    assert not schedule.is_on
    assert not schedule.due(1e9)
