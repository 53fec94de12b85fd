"""S24: zones, the way on the arc and people are drawn as the controller sees them."""

import math

import numpy as np
import pytest

from policy_nodes.safety.zone_picture import CLEAR, SLOW, STOP, picture_of

ZONES = {
    'zones__names': ['touch', 'box'],
    'zones__touch__radius': 0.3,
    'zones__box__model': 'slow',
    'zones__box__polygon': [0.0, -0.4, 0.8, -0.4, 0.8, 0.4, 0.0, 0.4],
}


def drawn(rig):
    return picture_of(rig.controller, rig.now_ns, rig.steady_s)


def states(rig):
    return {zone.name: zone.state for zone in drawn(rig).zones}


def test_zones_have_their_outline_and_the_state_of_what_stands_in_them(bench):
    rig = bench(**ZONES, approach__enabled=False).start()
    rig.tick(0.1)
    assert states(rig) == {'touch': CLEAR, 'box': CLEAR}
    rig.points = [(0.6, 0.0)]
    rig.tick(0.1)
    assert states(rig) == {'touch': CLEAR, 'box': SLOW}
    rig.points = [(0.25, 0.0)]
    rig.tick(0.1)
    assert states(rig) == {'touch': STOP, 'box': SLOW}
    circle, box = drawn(rig).zones
    assert np.hypot(*np.transpose(circle.outline)) == pytest.approx(0.3)
    assert box.outline == ((0.0, -0.4), (0.8, -0.4), (0.8, 0.4), (0.0, 0.4))


def test_the_arc_leads_as_far_as_the_base_needs_to_brake_on_it(bench):
    rig = bench().start()
    assert drawn(rig).arc == ()
    rig.drive(0.5, 0.5, seconds=2)
    arc = np.array(drawn(rig).arc)
    length = np.hypot(*np.diff(arc, axis=0).T).sum()
    needed = rig.controller.guard.guards['scan'].approach.needed(0.5)
    assert length == pytest.approx(needed, abs=0.06)
    assert arc[-1, 1] > 0
    assert drawn(rig).arc_state == CLEAR


def test_the_arc_tells_what_lies_on_it_and_the_words_say_the_strongest_reason(bench):
    rig = bench().start()
    rig.drive(0.5)
    assert drawn(rig).words == 'Normal'
    rig.points = [(0.22, 0.0)]
    rig.drive(0.5)
    picture = drawn(rig)
    assert picture.arc_state == STOP
    assert picture.arc[-1][0] > 0.2
    assert picture.words == 'Hold: approach_stop (approach)'


def test_people_are_drawn_with_the_distance_that_is_kept(bench):
    rig = bench(people__enabled=True, people__clearance=0.2).start()
    rig.people = ([(2.0, 1.0)], [(0.0, 0.0)])
    rig.tick(0.1)
    assert drawn(rig).people == ((2.0, 1.0, pytest.approx(0.5)),)
    rig.people = None
    rig.pass_time(2.0)
    assert drawn(rig).people == ()


def test_equal_pictures_are_equal_and_drawing_changes_nothing(bench):
    rig = bench(**ZONES).start()
    rig.drive(0.3)
    counters = rig.controller.counters.snapshot()
    assert drawn(rig) == drawn(rig)
    assert rig.controller.counters.snapshot() == counters
    assert math.isclose(rig.sent()[0], 0.3)
