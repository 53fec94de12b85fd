"""A safety controller with a fault inside: a scan of one ray makes its callback fail."""

from typing import Any

from policy_nodes.nodes import safety_controller
from policy_nodes.nodes.safety_guard import guarded


class FailingController(safety_controller.SafetyControllerNode):
    """Raises in a callback."""

    @guarded
    def take_people(self, message: Any) -> None:
        raise RuntimeError('a fault inside')


if __name__ == '__main__':
    safety_controller.SafetyControllerNode = FailingController
    safety_controller.main()
