"""A safety controller with a fault inside: tracked people make its callback fail."""

from dataclasses import replace
from typing import Any

from policy_nodes.nodes import safety_controller
from policy_nodes.nodes.safety_base import BASE, BaseWiring


class FailingWiring(BaseWiring):
    """Raises in a callback."""

    def take_people(self, message: Any, now_ns: int, steady_s: float) -> Any:
        raise RuntimeError('a fault inside')


if __name__ == '__main__':
    safety_controller.KINDS['base'] = replace(BASE, wire=FailingWiring)
    safety_controller.main()
