"""Single messages, odd ones included."""

import numpy as np
import pyarrow as pa
import pytest

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

from rrd import column, tables

from policy_nodes.evaluation.view.attended import attended
from policy_nodes.evaluation.view.feed import Feed
from policy_nodes.evaluation.view.output import Output
from policy_nodes.evaluation.view.sources import SOURCES
from policy_nodes.nodes import translate
from policy_nodes.perception.tracked_people import CONFIRMED, OCCLUDED, TENTATIVE, TrackedPeople
from policy_stack.msg import SafetyState, TaskGoal, Tensor, TrackedPersons

SECOND = 10**9
DATE_NS = 1_760_000_000 * SECOND


@pytest.fixture
def draw(tmp_path):
    """Draws messages (source, message) and returns the tables of what came out."""

    def drawn(*messages):
        output = Output(tmp_path / 'odd.rrd')
        feed = Feed(output.recording)
        for name, message in messages:
            feed.take(name, message, DATE_NS)
        output.finish()
        return tables(tmp_path / 'odd.rrd')[0]

    return drawn


def at(kind, stamp_ns, frame='odom', **fields):
    """A message with a header."""
    return kind(header=translate.header(stamp_ns, frame), **fields)


def odometry(stamp_ns):
    from nav_msgs.msg import Odometry

    return at(Odometry, stamp_ns, child_frame_id='base_link')


def remarks(drawn):
    return [text for (text,) in column(drawn['/log/viewer'], ':text')]


def test_simulated_time_is_a_duration_and_time_of_the_day_a_date(draw):
    simulated = draw(('odom', odometry(3 * SECOND)))['/world/robot']['node_time']
    assert simulated.type == pa.duration('ns')
    real = draw(('odom', odometry(DATE_NS)))['/world/robot']['node_time']
    assert real.type == pa.timestamp('ns')
    assert real.cast(pa.int64()).to_pylist() == [DATE_NS]


def test_a_message_without_a_stamp_stands_at_the_newest_one(draw):
    drawn = draw(('odom', odometry(3 * SECOND)), ('goal', at(TaskGoal, 0)))
    assert drawn['/world/goal']['node_time'].cast(pa.int64()).to_pylist() == [3 * SECOND]


def test_a_frame_that_is_not_that_of_odometry_is_remarked_once(draw):
    goal = at(TaskGoal, SECOND, 'map')
    drawn = draw(('odom', odometry(SECOND)), ('goal', goal), ('goal', goal))
    assert remarks(drawn) == ["the goal: in frame 'map', drawn as though it were 'odom'"]
    assert drawn['/world/goal'].num_rows == 2


@pytest.mark.parametrize(
    'tensor',
    [
        {'dtype': Tensor.UINT8, 'shape': [2], 'data': bytes(2)},
        {'dtype': Tensor.FLOAT32, 'shape': [2, 2], 'data': bytes(16)},
        {'dtype': Tensor.FLOAT32, 'shape': [3], 'data': bytes(8)},
    ],
)
def test_a_tensor_that_is_no_row_of_weights_is_remarked(draw, tensor):
    message = at(Tensor, SECOND, name='robot_human', **tensor)
    drawn = draw(('odom', odometry(SECOND)), ('navigation_policy/attention', message))
    assert "'robot_human'" in remarks(drawn)[0]
    assert '/attention/weights' not in drawn


def test_an_empty_message_of_every_source_can_be_drawn(draw):
    from rosidl_runtime_py.utilities import get_message

    drawn = draw(*((each.name, get_message(each.type_name)()) for each in SOURCES))
    assert drawn['/world/people/tracked'].num_rows == 1


def test_people_who_left_are_no_longer_drawn(draw, drive):
    crowd = next(m for name, m in reversed(drive[0]) if name == 'tracked_people' and m.persons)
    empty = at(TrackedPersons, 9 * SECOND)
    labels = column(
        draw(('tracked_people', crowd), ('tracked_people', empty))['/world/people/tracked'],
        ':labels',
    )
    assert len(labels[0]) == len(crowd.persons)
    assert labels[1] == []


def test_the_robot_takes_the_colour_of_its_safety_level(draw):
    levels = (SafetyState.NORMAL, SafetyState.NORMAL, SafetyState.STOPPED, 77)
    states = [
        ('safety_controller/state', at(SafetyState, (k + 1) * SECOND, level=level, source='scan'))
        for k, level in enumerate(levels)
    ]
    drawn = draw(*states)
    colours = column(drawn['/world/robot/body'], ':colors')
    assert len(colours) == 3  # drawn only where it changes
    assert len({tuple(each) for each in colours}) == 3
    assert column(drawn['/safety/level'], ':scalars') == [[0.0], [0.0], [4.0], [77.0]]
    assert column(drawn['/log/safety'], ':level') == [['INFO'], ['ERROR'], ['ERROR']]


def people(*rows):
    """Tracks from (x, y, state, unseen)."""
    count = len(rows)
    return TrackedPeople(
        stamp_ns=0,
        frame='odom',
        ids=np.arange(count),
        states=np.array([row[2] for row in rows], dtype=np.uint8),
        positions=np.array([row[:2] for row in rows], dtype=np.float64),
        velocities=np.zeros((count, 2)),
        covariances=np.zeros((count, 2, 2)),
        radii=np.full(count, 0.3),
        ages=np.ones(count),
        unseen=np.array([row[3] for row in rows], dtype=np.float64),
    )


def test_weights_belong_to_the_nearest_of_those_seen_last():
    known = people(
        (5.0, 0.0, CONFIRMED, 0.0),
        (1.0, 0.0, TENTATIVE, 0.0),
        (2.0, 0.0, OCCLUDED, 1.5),
        (3.0, 0.0, OCCLUDED, 0.2),
    )
    spots, weights = attended(known, np.zeros(2), np.array([0.7, 0.3, 0.0, 0.0]))
    assert spots.tolist() == [[3.0, 0.0], [5.0, 0.0]]
    assert weights.tolist() == [0.7, 0.3]


def test_weights_of_nobody_are_not_drawn():
    # a policy gives all weight to an empty slot where it sees nobody
    spots, weights = attended(people((1.0, 0.0, TENTATIVE, 0.0)), np.zeros(2), np.eye(4)[0])
    assert len(spots) == len(weights) == 0
