"""Tracks people from detections."""

from collections import deque
from typing import Any

from geometry_msgs.msg import PoseArray
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.time import Time
from tf2_ros import Buffer, TransformException, TransformListener
from vision_msgs.msg import Detection3DArray

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Setting,
    Topic,
    declare,
    listen,
    read,
    sensor,
    speak,
)
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate_base import transform_sample
from policy_nodes.nodes.translate_clouds import boxes_sample
from policy_nodes.nodes.translate_people import detections_sample, tracks_message
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.perception.people_tracker import PeopleTracker
from policy_stack.msg import TrackedPersons
from policy_stack.srv import ResetEpisode

DETECTIONS = Topic('detections', PoseArray, qos.STREAM, 'people of one sweep, without identity')
BOXES = Topic('people_boxes', Detection3DArray, qos.STREAM, 'the same as boxes')
TRACKED = Topic('tracked_people', TrackedPersons, qos.SENSOR_OUT, 'people with identity, in odom')
INPUTS = {'poses': (DETECTIONS, detections_sample), 'boxes': (BOXES, boxes_sample)}

INTERFACE = NodeInterface(
    name='people_tracker',
    purpose='Kalman filter and assignment: detections of one sweep become people with identity, '
    'velocity and covariance, through misses and short occlusions. The detections are placed by '
    'tf at their own stamp.',
    publishes=(TRACKED, HEARTBEAT),
    subscribes=(DETECTIONS, BOXES),
    services=(('~/reset_episode', ResetEpisode, 'forget all people'),),
    settings=(
        Setting(
            'input', 'poses', 'listen to detections or to people_boxes', choices=tuple(INPUTS)
        ),
        Setting('odom_frame', 'odom', 'frame that people are tracked in'),
        Setting('base_frame', 'base_link', 'frame of the detections, unless they are in odom'),
        Setting('noise', 0.04, 'of detections, standard deviation', 'm', (0.001, 1.0)),
        Setting('acceleration', 0.05, 'of people, density', 'm^2/s^3', (0.0001, 100.0)),
        Setting('confirm_hits', 2, 'detections that confirm a person ...', range=(1, 20)),
        Setting('confirm_sweeps', 3, '... within so many sweeps', range=(1, 20)),
        Setting('max_unseen', 2.0, 'a person unseen for so long is given up', 's', (0.1, 30.0)),
        Setting('max_tracks', 64, 'at most so many people', range=(1, 1000)),
        SENSOR_RELIABILITY,
        Setting('transform_timeout', 0.2, 'longest wait for tf, in wall time', 's', (0.0, 2.0)),
    ),
)
NOT_OF_THE_CORE = ('transform_timeout', 'input', SENSOR_RELIABILITY.name)


class PeopleTrackerNode(LifecycleNode):
    """Waits for the transform of each sweep, tracks, publishes."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.standing = wires(self)

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build the tracker; parameters that contradict each other are refused here."""
        self.settings = read(self, INTERFACE.settings)
        core = {k: v for k, v in self.settings.items() if k not in NOT_OF_THE_CORE}
        self.tracker = PeopleTracker(**core)
        self.waiting: deque[tuple[float, Any]] = deque(maxlen=10)
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.buffer = Buffer()
        self.listener = TransformListener(self.buffer, self)
        self.tracked = speak(self, TRACKED)
        reliability = self.settings[SENSOR_RELIABILITY.name]
        topic, self.to_sample = INPUTS[self.settings['input']]
        listen(self, sensor(topic, reliability), self.take)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        self.create_timer(0.005, self.serve, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Forget all people."""
        self.tracker.reset()
        self.waiting.clear()
        response.success = True
        return response

    def take(self, message: PoseArray | Detection3DArray) -> None:
        """Queue a sweep until its transform is there, which may be at once."""
        self.waiting.append((self.steady.now().nanoseconds * 1e-9, message))
        self.serve()

    def serve(self) -> None:
        """Track the sweeps whose transform is there, in order."""
        while self.waiting:
            arrived, message = self.waiting[0]
            try:
                transform = self.buffer.lookup_transform(
                    self.settings['odom_frame'],
                    self.settings['base_frame'],
                    Time.from_msg(message.header.stamp),
                )
            except TransformException as error:
                waited = self.steady.now().nanoseconds * 1e-9 - arrived
                if waited < self.settings['transform_timeout']:
                    return
                self.waiting.popleft()
                self.get_logger().warning(
                    f'a sweep was dropped after {waited:.2f} s without transform: {error}',
                    throttle_duration_sec=2.0,
                )
                continue
            self.waiting.popleft()
            tracked = self.tracker.update(self.to_sample(message), transform_sample(transform))
            for remark in tracked.remarks:
                self.get_logger().warning(remark, throttle_duration_sec=2.0)
            self.tracked.publish(tracks_message(tracked))


def main() -> None:
    """Run the node."""
    main_of(PeopleTrackerNode)


if __name__ == '__main__':
    main()
