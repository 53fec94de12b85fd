"""Uses interfaces of one's own: the folder planner_interfaces, with a message, service and action.

On ROS 2 that package is built by colcon and sourced first.
"""

from __future__ import annotations

import itertools
import math

import rclpy
from geometry_msgs.msg import Point
from planner_interfaces.action import FollowRoute
from planner_interfaces.msg import Waypoint
from planner_interfaces.srv import MeasureRoute
from rclpy.action import ActionClient, ActionServer
from rclpy.action.server import ServerGoalHandle
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

ROUTE = [
    Waypoint(position=Point(x=0.0, y=0.0), label='door'),
    Waypoint(position=Point(x=3.0, y=4.0), kind=Waypoint.STOP, label='shelf'),
    Waypoint(position=Point(x=3.0, y=16.0), kind=Waypoint.STOP, label='dock'),
]


class Planner(Node):
    """Measures and follows routes, in thought."""

    def __init__(self) -> None:
        super().__init__('planner')
        self.service = self.create_service(MeasureRoute, 'measure_route', self.measure)
        self.server = ActionServer(self, FollowRoute, 'follow_route', self.follow)

    def measure(
        self, request: MeasureRoute.Request, response: MeasureRoute.Response
    ) -> MeasureRoute.Response:
        """Add up the distances."""
        places = [each.position for each in request.route]
        response.length = sum(
            math.dist((a.x, a.y), (b.x, b.y)) for a, b in itertools.pairwise(places)
        )
        return response

    def follow(self, goal_handle: ServerGoalHandle) -> FollowRoute.Result:
        """Reach one waypoint after the other."""
        for each in goal_handle.request.route:
            goal_handle.publish_feedback(FollowRoute.Feedback(reached=each))
        goal_handle.succeed()
        stops = sum(each.kind == Waypoint.STOP for each in goal_handle.request.route)
        return FollowRoute.Result(stops=stops)


class Driver(Node):
    """Asks the planner."""

    def __init__(self) -> None:
        super().__init__('driver')
        self.measure = self.create_client(MeasureRoute, 'measure_route')
        self.follow = ActionClient(self, FollowRoute, 'follow_route')

    async def drive(self) -> None:
        """Measure the route, then follow it."""
        answer = await self.measure.call_async(MeasureRoute.Request(route=ROUTE))
        self.get_logger().info(f'The route has {answer.length:.1f} m')
        goal_handle = await self.follow.send_goal_async(
            FollowRoute.Goal(route=ROUTE),
            feedback_callback=lambda message: self.get_logger().info(
                f'reached {message.feedback.reached.label}'
            ),
        )
        done = await goal_handle.get_result_async()
        self.get_logger().info(f'{done.result.stops} stops')


def main(args: list[str] | None = None) -> None:
    """Drive once."""
    with rclpy.init(args=args):
        executor = SingleThreadedExecutor()
        driver = Driver()
        executor.add_node(Planner())
        executor.add_node(driver)
        driver.measure.wait_for_service()
        driver.follow.wait_for_server()
        executor.spin_until_future_complete(executor.create_task(driver.drive))


if __name__ == '__main__':
    main()
