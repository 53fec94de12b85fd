"""Tells how evenly a loop of legs runs, and where commands were cut to what a policy learned."""

import time
from typing import Any

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from numpy.typing import NDArray

from policy_nodes.nodes import qos
from policy_nodes.nodes.interface import Topic, announce, speak
from policy_stack.msg import Tensor

DIAGNOSTICS = Topic(
    '/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'periods, and commands that were cut'
)
LOOP = Topic(
    '~/loop', Tensor, qos.STREAM, 'when it proposed in the last second, on a steady clock [s]'
)
PERIOD = 1.0  # between reports [s]
AXES = ('vx', 'vy', 'wz')
CUT = 1e-3  # [m/s] and [rad/s] by which a command has to be cut to be told of


class LegReports:
    """Gathers what happens at every proposal and tells of it once a second."""

    def __init__(self, node: Any) -> None:
        """Advertise.

        Args:
            node: that proposes.
        """
        self._node = node
        self._diagnostics = announce(node, DIAGNOSTICS)
        self._loop = speak(node, LOOP)
        self._at: list[float] = []
        self._before: float | None = None
        self._inference: list[float] = []
        self._cut, self._worst = 0, ''
        self._most = 0.0

    def proposed(self, inference_ms: float) -> None:
        """Note a proposal of just now."""
        self._at.append(time.monotonic())
        self._inference.append(inference_ms)

    def obeyed(self, asked: NDArray[np.float64], given: NDArray[np.float64]) -> None:
        """Note what was asked for, and what the policy was given, (3,) each."""
        off = np.abs(asked - given)
        if off.max() <= CUT:
            return
        self._cut += 1
        if off.max() > self._most:
            axis = int(off.argmax())
            self._most = float(off[axis])
            self._worst = f'{AXES[axis]} {asked[axis]:.2f} to {given[axis]:.2f}'

    def tell(self) -> None:
        """Publish, and begin anew."""
        stamp = self._node.get_clock().now().to_msg()
        status = DiagnosticStatus(
            level=DiagnosticStatus.WARN if self._cut else DiagnosticStatus.OK,
            name=f'{self._node.get_name()}: commands',
            message=f'commands are cut to what was trained: {self._worst}'
            if self._cut
            else 'every command is obeyed as asked',
            hardware_id='policy_stack',
            values=[KeyValue(key=key, value=value) for key, value in self._values().items()],
        )
        message = DiagnosticArray(status=[status])
        message.header.stamp = stamp
        self._diagnostics.publish(message)
        if self._at:
            times = np.array(self._at, dtype='<f8')
            loop = Tensor(
                name='loop', dtype=Tensor.FLOAT64, shape=[len(times)], data=times.tobytes()
            )
            loop.header.stamp = stamp
            self._loop.publish(loop)
            self._before = self._at[-1]
        self._at, self._inference = [], []
        self._cut, self._worst, self._most = 0, '', 0.0

    def _values(self) -> dict[str, str]:
        began = [] if self._before is None else [self._before]
        periods = 1e3 * np.diff([*began, *self._at])
        values = {'proposals': str(len(self._at)), 'commands_cut': str(self._cut)}
        for name, found in (('period_ms', periods), ('inference_ms', np.array(self._inference))):
            if len(found):
                values[f'{name}_median'] = f'{np.median(found):.2f}'
                values[f'{name}_max'] = f'{found.max():.2f}'
        return values
