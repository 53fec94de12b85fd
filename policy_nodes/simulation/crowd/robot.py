"""One robot in the crowd world, step by step: what the simulator node and the evaluation drive."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from policy_nodes.contract.samples import PointsSample
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.lidar import CrowdLidar
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.sensors import BASE, CrowdSamples, CrowdSensors
from policy_nodes.simulation.crowd.world import TIME_STEP, CrowdWorld

STEP_NS = round(TIME_STEP * 1e9)


class CrowdRobot:
    """Runs one episode.

    Attributes:
        step: control steps taken.
        outcome: RUNNING, or how the episode ended (codes of `reward`).
        start_ns: time of step 0.
    """

    def __init__(
        self,
        episode: Episodes,
        *,
        start_ns: int = 0,
        rays: int = 720,
        range_noise: float = 0.01,
        detector: PersonDetector | None = None,
        lidar: Mapping[str, Any] | None = None,
    ) -> None:
        """Begin.

        Args:
            episode: a batch of one.
            start_ns: time of step 0.
            rays: of the lidar.
            range_noise: of the lidar, standard deviation [m].
            detector: of people; one with the default errors if None.
            lidar: arguments of a lidar of many beams; None for a robot without one.

        Raises:
            ValueError: not exactly one episode, or a sensor number out of its range.
        """
        if len(episode) != 1:
            raise ValueError(f'one episode is needed, {len(episode)} are given')
        self.world = CrowdWorld(episode)
        self.sensors = CrowdSensors(
            self.world, rays=rays, range_noise=range_noise, detector=detector
        )
        self.lidar = None if lidar is None else CrowdLidar(self.world, **lidar)
        self.state = self.world.start(torch.zeros(1, dtype=torch.long))
        self.start_ns = start_ns
        self.step = 0
        self.outcome = RUNNING

    @property
    def time_ns(self) -> int:
        """Time of the present step."""
        return self.start_ns + self.step * STEP_NS

    @torch.inference_mode()
    def read(self) -> CrowdSamples:
        """Sample all sensors, stamped with the time of the present step."""
        view = self.world.observe(self.state)
        samples = self.sensors.read(self.state, view, 0, self.time_ns)
        if self.lidar is None:
            return samples
        present = self.world.present(self.state)[0].cpu().numpy()
        points = self.lidar.read(self.state, view, present)
        if points is None:
            return samples
        return replace(samples, points=PointsSample(self.time_ns, BASE, points))

    @torch.inference_mode()
    def advance(self, v: float, w: float) -> int:
        """Drive one step.

        Args:
            v: commanded [m/s].
            w: commanded [rad/s].

        Returns:
            The outcome; once it is not RUNNING the episode is over and nothing moves any more.

        Raises:
            ValueError: a command that is not finite.
        """
        if not (math.isfinite(v) and math.isfinite(w)):
            raise ValueError(f'the command ({v}, {w}) is not finite')
        if self.outcome != RUNNING:
            return self.outcome
        command = torch.tensor([[v, w]], dtype=self.state.pose.dtype)
        self.state, feedback = self.world.step(self.state, command)
        self.outcome = int(feedback.outcome[0])
        self.step += 1
        return self.outcome
