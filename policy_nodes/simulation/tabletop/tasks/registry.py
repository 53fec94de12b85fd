"""All tasks by name."""

from __future__ import annotations

from collections.abc import Callable

from policy_nodes.simulation.tabletop.tasks.lift_block import LiftBlock
from policy_nodes.simulation.tabletop.tasks.open_drawer import OpenDrawer
from policy_nodes.simulation.tabletop.tasks.push_buttons import PushButtons
from policy_nodes.simulation.tabletop.tasks.put_block_back import PutBlockBack
from policy_nodes.simulation.tabletop.tasks.put_item_in_drawer import PutItemInDrawer
from policy_nodes.simulation.tabletop.tasks.reach_target import ReachTarget
from policy_nodes.simulation.tabletop.tasks.rearrange_block import RearrangeBlock
from policy_nodes.simulation.tabletop.tasks.reopen_drawer import ReopenDrawer
from policy_nodes.simulation.tabletop.tasks.sort_shape import SortShape
from policy_nodes.simulation.tabletop.tasks.stack_blocks import StackBlocks
from policy_nodes.simulation.tabletop.tasks.task import Task
from policy_nodes.simulation.tabletop.tasks.turn_tap import TurnTap

MEMORY_TASKS: dict[str, Callable[[], ReopenDrawer | PutBlockBack | RearrangeBlock]] = {
    'reopen_drawer': ReopenDrawer,
    'put_block_back': PutBlockBack,
    'rearrange_block': RearrangeBlock,
}
TASKS: dict[str, Callable[[], Task]] = {
    'reach_target': ReachTarget,
    'lift_block': LiftBlock,
    'stack_blocks': StackBlocks,
    'push_buttons': PushButtons,
    'open_drawer': OpenDrawer,
    'put_item_in_drawer': PutItemInDrawer,
    'sort_shape': SortShape,
    'turn_tap': TurnTap,
    **MEMORY_TASKS,
}


def make_task(name: str) -> Task:
    """Build a task by its name.

    Raises:
        ValueError: there is no such task; the known ones are listed.
    """
    if name not in TASKS:
        raise ValueError(f'there is no task {name!r}; there are {", ".join(TASKS)}')
    return TASKS[name]()
