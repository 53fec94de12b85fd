"""True obstacles of a crowd episode as markers, for viewers and reports."""

import math

from geometry_msgs.msg import Point
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from policy_nodes.nodes.translate import header
from policy_nodes.simulation.crowd.episodes import Episodes

HEIGHT = 0.7
GREY = ColorRGBA(r=0.55, g=0.57, b=0.6, a=1.0)


def of(episode: Episodes, time_ns: int) -> MarkerArray:
    """Draw boxes, discs, segments and the wall of a batch of one, in odom."""
    markers = [_clear(time_ns)]
    for low_x, low_y, high_x, high_y in episode.boxes[0].tolist():
        if math.isfinite(low_x):
            marker = _marker(Marker.CUBE, 'boxes', len(markers), time_ns)
            marker.pose.position.x = (low_x + high_x) / 2
            marker.pose.position.y = (low_y + high_y) / 2
            marker.pose.position.z = HEIGHT / 2
            marker.scale.x, marker.scale.y = high_x - low_x, high_y - low_y
            marker.scale.z = HEIGHT
            markers.append(marker)
    for x, y, radius in episode.discs[0].tolist():
        if math.isfinite(x):
            marker = _marker(Marker.CYLINDER, 'discs', len(markers), time_ns)
            marker.pose.position.x, marker.pose.position.y = x, y
            marker.pose.position.z = HEIGHT / 2
            marker.scale.x = marker.scale.y = 2 * radius
            marker.scale.z = HEIGHT
            markers.append(marker)
    lines = [line for line in episode.segments[0].tolist() if math.isfinite(line[0])]
    wall = float(episode.wall[0])
    if math.isfinite(wall):
        lines += [
            [-wall, -wall, wall, -wall],
            [wall, -wall, wall, wall],
            [wall, wall, -wall, wall],
            [-wall, wall, -wall, -wall],
        ]
    if lines:
        marker = _marker(Marker.LINE_LIST, 'walls', len(markers), time_ns)
        marker.scale.x = 0.05
        for x1, y1, x2, y2 in lines:
            marker.points += [Point(x=x1, y=y1), Point(x=x2, y=y2)]
        markers.append(marker)
    return MarkerArray(markers=markers)


def _clear(time_ns: int) -> Marker:
    return Marker(header=header(time_ns, 'odom'), action=Marker.DELETEALL)


def _marker(kind: int, namespace: str, number: int, time_ns: int) -> Marker:
    marker = Marker(header=header(time_ns, 'odom'), ns=namespace, id=number, type=kind, color=GREY)
    marker.pose.orientation.w = 1.0
    return marker
