"""Messages about people to plain-array samples and back; nothing here decides anything."""

import numpy as np
from geometry_msgs.msg import Pose, PoseArray

from policy_nodes.contract.samples import DetectionsSample, PeopleSample
from policy_nodes.nodes.translate import header, nanoseconds, point_message
from policy_nodes.perception.tracked_people import TrackedPeople
from policy_stack.msg import TrackedPerson, TrackedPersons


def detections_sample(message: PoseArray) -> DetectionsSample:
    """Read detections."""
    spots = [(pose.position.x, pose.position.y) for pose in message.poses]
    return DetectionsSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        positions=np.array(spots, dtype=np.float64).reshape(-1, 2),
    )


def detections_message(sample: DetectionsSample) -> PoseArray:
    """Write detections."""
    poses = [Pose(position=point_message(spot)) for spot in sample.positions]
    return PoseArray(header=header(sample.stamp_ns, sample.frame), poses=poses)


def people_sample(message: TrackedPersons) -> PeopleSample:
    """Read tracked people, tentative ones left out."""
    known = [p for p in message.persons if p.state != TrackedPerson.TENTATIVE]
    return PeopleSample(
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        ids=np.array([p.id for p in known], dtype=np.int64),
        positions=np.array([(p.position.x, p.position.y) for p in known]).reshape(-1, 2),
        velocities=np.array([(p.velocity.x, p.velocity.y) for p in known]).reshape(-1, 2),
        radii=np.array([p.radius for p in known], dtype=np.float64),
    )


def people_message(sample: PeopleSample) -> TrackedPersons:
    """Write people who are known for certain."""
    message = TrackedPersons(header=header(sample.stamp_ns, sample.frame))
    rows = zip(sample.ids, sample.positions, sample.velocities, sample.radii, strict=True)
    for number, spot, pace, radius in rows:
        person = TrackedPerson(id=int(number), state=TrackedPerson.CONFIRMED, radius=float(radius))
        person.position = point_message(spot)
        person.velocity.x, person.velocity.y = float(pace[0]), float(pace[1])
        message.persons.append(person)
    return message


def tracks_message(tracked: TrackedPeople) -> TrackedPersons:
    """Write everything that a tracker believes."""
    message = TrackedPersons(header=header(tracked.stamp_ns, tracked.frame))
    for row in range(len(tracked)):
        person = TrackedPerson(
            id=int(tracked.ids[row]),
            state=int(tracked.states[row]),
            position_covariance=tracked.covariances[row].reshape(4),
            radius=float(tracked.radii[row]),
            age=float(tracked.ages[row]),
            unseen=float(tracked.unseen[row]),
        )
        person.position = point_message(tracked.positions[row])
        person.velocity.x, person.velocity.y = (float(x) for x in tracked.velocities[row])
        message.persons.append(person)
    return message
