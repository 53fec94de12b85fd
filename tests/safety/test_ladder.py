"""S18: Normal, Limited, Hold, Stopping, Stopped; only Hold leads back by itself."""

import pytest

from policy_nodes.safety.ladder import Ladder, Level

N, L, H, G, S = Level

# rows: from; columns: to. Limited is the moving rung with a smaller command.
AUTOMATIC = {
    #    N  L  H  G  S
    N: (1, 1, 1, 1, 1),
    L: (1, 1, 1, 1, 1),
    H: (1, 1, 1, 1, 1),
    G: (0, 0, 0, 1, 1),
    S: (0, 0, 0, 0, 1),
}
EDGES = [
    (start, wanted, bool(allowed))
    for start, row in AUTOMATIC.items()
    for wanted, allowed in zip(Level, row, strict=True)
]


@pytest.mark.parametrize(('start', 'wanted', 'allowed'), EDGES)
def test_s18_monotone_ladder_where_only_hold_leads_back_by_itself(start, wanted, allowed):
    ladder = Ladder(start)
    assert ladder.move(wanted) is (wanted if allowed else start)
    assert ladder.level is (wanted if allowed else start)


@pytest.mark.parametrize('start', list(Level))
def test_a_reset_leads_from_stopped_to_hold_and_nowhere_else(start):
    ladder = Ladder(start)
    assert ladder.permit() is (start is S)
    assert ladder.level is (H if start is S else start)


def test_a_new_ladder_stands_on_its_last_rung():
    assert Ladder().level is S
