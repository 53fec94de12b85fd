"""How episodes end, by name: in files, tables and reports.

The numbers are those of EpisodeStatus.msg, which the crowd world uses too.
"""

from __future__ import annotations

IDLE, RUNNING = 0, 1
SUCCEEDED = 'succeeded'
COLLISION_HUMAN = 'collision_human'
COLLISION_OBSTACLE = 'collision_obstacle'
COLLISION_WALL = 'collision_wall'
TIMEOUT = 'timeout'
ABORTED = 'aborted'
FALLEN = 'fallen'

OUTCOMES = {
    2: SUCCEEDED,
    3: COLLISION_HUMAN,
    4: COLLISION_OBSTACLE,
    5: COLLISION_WALL,
    6: TIMEOUT,
    7: ABORTED,
    8: FALLEN,
}
WORDS = {
    SUCCEEDED: 'reached the goal',
    COLLISION_HUMAN: 'hit a person',
    COLLISION_OBSTACLE: 'hit an obstacle',
    COLLISION_WALL: 'hit a wall',
    TIMEOUT: 'ran out of time',
    ABORTED: 'was aborted',
    FALLEN: 'fell over',
}
TASK_WORDS = {**WORDS, SUCCEEDED: 'did the task'}
