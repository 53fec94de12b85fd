"""The recorder as a process: episodes, the last seconds on demand, and a sudden end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from geometry_msgs.msg import TwistStamped
from node_process import ROOT
from std_srvs.srv import Trigger

from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.nodes import qos
from policy_stack.srv import ResetEpisode

NODE, TOPIC = 'recorder', 'robot/speed'
TWIST = 'geometry_msgs/msg/TwistStamped'
PATIENCE = 120.0  # with a busy machine [s]


class Rig:
    """A publisher that counts, and the files of the recorder."""

    def __init__(self, station, folder: Path) -> None:
        self.station, self.folder = station, folder
        self.speeds = station.node.create_publisher(TwistStamped, TOPIC, qos.STREAM)
        self.said = 0

    def connect(self, count: int = 1) -> None:
        self.station.until(lambda: self.speeds.get_subscription_count() >= count, PATIENCE)

    def say(self, times: int) -> None:
        """Publish the next numbers, slowly enough for any reader."""
        for _ in range(times):
            self.said += 1
            message = TwistStamped()
            message.twist.linear.x = float(self.said)
            self.speeds.publish(message)
            with self.station.changed:
                self.station.changed.wait(0.01)

    def begin(self, index: int) -> ResetEpisode.Response:
        request = ResetEpisode.Request(episode=f'e{index}', index=index)
        return self.station.call(ResetEpisode, f'{NODE}/reset_episode', request, PATIENCE)

    def save(self) -> Trigger.Response:
        return self.station.call(Trigger, f'{NODE}/save_ring', Trigger.Request(), PATIENCE)

    def numbers(self, path: Path) -> list[float]:
        found = read_recording(path).messages(f'/{TOPIC}')
        return [each.decode().twist.linear.x for each in found]

    def until_it_holds(self, path: Path, number: float) -> list[float]:
        """Numbers on disk, once the one that is meant is among them."""
        return self.station.until(
            lambda: number in (found := self.numbers(path)) and found,
            PATIENCE,
            f'{number} is lost',
        )


@pytest.fixture(scope='module')
def process(processes, tmp_path_factory):
    folder = tmp_path_factory.mktemp('recorded')
    file = folder / 'recorder.yaml'
    given = {'folder': str(folder), 'topics': [f'{TOPIC} {TWIST}'], 'ring': 30.0}
    file.write_text(yaml.safe_dump({'/**': {'ros__parameters': given}}))
    return processes(NODE, '--params-file', str(file)), folder


@pytest.fixture(scope='module')
def rig(process, station):
    station.bring_up(NODE)
    found = Rig(station, process[1])
    found.connect()
    return found


def test_the_last_seconds_are_kept_without_an_episode_and_written_on_demand(rig):
    rig.say(20)
    response = rig.station.until(lambda: (it := rig.save()).success and it, PATIENCE)
    path = rig.folder / 'ring_000.mcap'
    assert response.message.startswith(str(path))
    found = rig.numbers(path)
    assert found == [found[0] + step for step in range(len(found))]
    again = rig.save()
    assert again.message.startswith(str(rig.folder / 'ring_001.mcap'))
    assert len(rig.numbers(rig.folder / 'ring_001.mcap')) >= len(found)


def test_an_episode_is_recorded_from_its_begin_to_the_next_one(rig):
    assert rig.begin(0).success
    first = rig.said + 1
    rig.say(15)
    path = rig.folder / 'episode_000.mcap'
    rig.until_it_holds(path, float(rig.said))
    assert rig.begin(1).success
    assert rig.numbers(path) == [float(number) for number in range(first, first + 15)]
    assert read_recording(path).complete
    refused = rig.begin(0)
    assert not refused.success
    assert 'choose another name' in refused.message


def test_after_a_sigkill_everything_but_the_last_moment_is_there(rig, process):
    assert rig.begin(2).success
    first = rig.said + 1
    rig.say(15)
    path = rig.folder / 'episode_002.mcap'
    rig.until_it_holds(path, float(rig.said))
    process[0].signal(signal.SIGKILL)
    process[0].wait()
    recording = read_recording(path)
    assert rig.numbers(path) == [float(number) for number in range(first, first + 15)]
    assert not recording.complete
    assert 'never closed' in ' '.join(recording.losses)


def test_the_command_records_a_graph_from_outside(station, tmp_path):
    """Only the odometry of a robot is there; the bag holds it, and the configuration."""
    from nav_msgs.msg import Odometry

    speaker = station.node.create_publisher(Odometry, 'odom', qos.STREAM)
    path = tmp_path / 'outside.mcap'
    words = ('record', 'turtlebot', '--seconds', '600', '--out', str(path))
    program = [sys.executable, '-m', 'policy_nodes.cli', *words]
    with (tmp_path / 'log').open('wb') as log:
        process = subprocess.Popen(program, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        station.until(lambda: speaker.get_subscription_count(), PATIENCE)

        def heard() -> int:
            speaker.publish(Odometry(child_frame_id='base_link'))
            if not path.exists() or not path.stat().st_size:
                return 0
            found = read_recording(path).topics.get('/odom')
            return found.count if found else 0

        station.until(heard, PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0, (tmp_path / 'log').read_text()
    finally:
        process.kill()
        process.wait()
    recording = read_recording(path)
    assert recording.complete
    assert {'safety_controller.yaml', 'robot.yaml'} <= set(recording.attachments)
    said = (tmp_path / 'log').read_text()
    assert 'messages in' in said
    assert 'nothing on' in said
