"""What the safety controller of a base looks at, as markers; they never stop anything."""

from __future__ import annotations

import traceback
from typing import Any

from geometry_msgs.msg import Point
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from policy_nodes.nodes import interface, qos
from policy_nodes.nodes.interface import Topic
from policy_nodes.nodes.translate import header
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.zone_picture import CLEAR, SLOW, STOP, Picture, picture_of

ZONES = Topic('~/zones', MarkerArray, qos.LATCHED, 'zones, braking way and people, to be drawn')
PERIOD = 0.2  # [s]
COLOURS = {CLEAR: (0.2, 0.7, 0.3), SLOW: (0.95, 0.7, 0.1), STOP: (0.85, 0.15, 0.15)}
LINE = 0.02  # [m]
WORDS_HEIGHT = 1.0  # [m]


class SafetyMarkers:
    """Publishes a whole picture whenever it changed, at most every 0.2 s."""

    def __init__(self, node: Any, core: BaseSafetyController) -> None:
        """Advertise, and begin to look.

        Args:
            node: of the controller, whose lock guards the core.
            core: to look at.
        """
        self._node, self._core = node, core
        self._markers = interface.announce(node, ZONES)
        self._shown: Picture | None = None
        node.create_timer(
            PERIOD, self.look, callback_group=MutuallyExclusiveCallbackGroup(), clock=node.steady
        )

    def look(self) -> None:
        """Publish what is new."""
        try:
            with self._node.lock:
                now_ns = self._node.now_ns()
                picture = picture_of(self._core, now_ns, self._node.wall())
            if picture != self._shown:
                frame = self._core.config.frames.base_frame
                self._markers.publish(marker_array(picture, frame, now_ns))
                self._shown = picture
        except Exception:
            self._node.get_logger().error(traceback.format_exc(), throttle_duration_sec=5.0)


def marker_array(picture: Picture, frame: str, time_ns: int) -> MarkerArray:
    """Write a picture; it replaces the one before."""
    markers = [Marker(header=header(time_ns, frame), action=Marker.DELETEALL)]

    def add(namespace: str, kind: int, state: str, alpha: float = 1.0) -> Marker:
        red, green, blue = COLOURS[state]
        marker = Marker(
            header=header(time_ns, frame),
            ns=namespace,
            id=len(markers),
            type=kind,
            frame_locked=True,
            color=ColorRGBA(r=red, g=green, b=blue, a=alpha),
        )
        marker.pose.orientation.w = 1.0
        marker.scale.x = LINE
        markers.append(marker)
        return marker

    for zone in picture.zones:
        marker = add(f'zone {zone.name}', Marker.LINE_STRIP, zone.state)
        marker.points = [Point(x=x, y=y) for x, y in (*zone.outline, zone.outline[0])]
    if picture.arc:
        marker = add('approach', Marker.LINE_STRIP, picture.arc_state, 0.4)
        marker.scale.x = 2 * picture.arc_radius
        marker.points = [Point(x=x, y=y) for x, y in picture.arc]
    for x, y, radius in picture.people:
        marker = add('people', Marker.CYLINDER, CLEAR, 0.3)
        marker.pose.position.x, marker.pose.position.y = x, y
        marker.scale.x = marker.scale.y = 2 * radius
        marker.scale.z = LINE
    marker = add('reason', Marker.TEXT_VIEW_FACING, _state_of(picture))
    marker.pose.position.z = WORDS_HEIGHT
    marker.scale.x, marker.scale.z = 0.0, 0.15
    marker.text = picture.words
    return MarkerArray(markers=markers)


def _state_of(picture: Picture) -> str:
    """The strongest state that is shown."""
    states = {picture.arc_state, *(zone.state for zone in picture.zones)}
    return next(state for state in (STOP, SLOW, CLEAR) if state in states)
