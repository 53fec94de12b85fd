"""Which nodes the supervisor takes for dead."""

from policy_nodes.nodes.liveness import Liveness


def test_a_node_that_never_beat_is_not_down_and_one_that_fell_silent_is():
    liveness = Liveness(('a', 'b'), 1.0)
    assert liveness.down(100.0) == []
    liveness.beat('a', 1, 100.0)
    assert liveness.down(100.9) == []
    assert liveness.down(101.1) == ['a']


def test_a_process_that_began_anew_is_down_until_somebody_brought_it_up():
    liveness = Liveness(('a',), 1.0)
    liveness.beat('a', 50, 0.0)
    for sequence in range(1, 60):
        liveness.beat('a', sequence, 0.1 * sequence)
    assert liveness.down(5.9) == ['a']
    assert liveness.has_restarted('a')
    liveness.up('a', 6.0)
    assert liveness.down(6.1) == []
    assert not liveness.has_restarted('a')
