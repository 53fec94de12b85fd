"""The streams that a base controller relies on, and what is wrong with each just now."""

from __future__ import annotations

from policy_nodes.contract.samples import BaseSample, CloudSample, LaserSample, PeopleSample
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.cloud_layout import damage_of_cloud
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.freshness import NANO, OF_PROPOSALS, Freshness
from policy_nodes.safety.heartbeats import Heartbeats
from policy_nodes.safety.mount import Mount
from policy_nodes.safety.mounts import Mounts
from policy_nodes.safety.sensor_admission import (
    damage_of_odometry,
    damage_of_people,
    damage_of_scan,
)
from policy_nodes.safety.sources import Sources


class BaseStreams:
    """Holds the newest sample of each sensor and judges whether it still counts."""

    def __init__(self, config: BaseSafetyConfig) -> None:
        self.config = config
        future = config.clock.future_tolerance
        self.proposal = Freshness(
            'proposal',
            max_age=config.proposal.max_age,
            timeout=config.proposal.timeout,
            future_tolerance=future,
            reasons=OF_PROPOSALS,
        )
        self.sources = Sources(
            {
                'scan': config.scan,
                'points': config.points,
                'odometry': config.odometry,
                'people': config.people,
            },
            future,
        )
        self.mounts = Mounts(
            config.frames.base_frame, config.frames_by_tf, config.frames.transform_timeout
        )
        self.heartbeats = Heartbeats(config.heartbeat)
        self.scan: LaserSample | None = None
        self.base: BaseSample | None = None
        self.people: PeopleSample | None = None
        self.sources.required = [*config.obstacle_sources, 'odometry']
        if config.people.required:
            self.sources.required.append('people')

    def take_scan(
        self, scan: LaserSample, mount: Mount | None, now_ns: int, steady_s: float
    ) -> bool:
        """Take a scan if it is sound, news, and its place is known."""
        damage = damage_of_scan(scan, self.config.scan.frame)
        damage = damage or self.mounts.damage('scan', scan.stamp_ns, mount)
        if not self.sources.offer('scan', scan.stamp_ns, damage, now_ns, steady_s):
            return False
        self.scan = scan
        return True

    def take_cloud(
        self, cloud: CloudSample, mount: Mount | None, now_ns: int, steady_s: float
    ) -> bool:
        """Take a cloud if it is sound, news, and its place is known."""
        damage = damage_of_cloud(cloud, self.config.points.frame)
        damage = damage or self.mounts.damage('points', cloud.stamp_ns, mount)
        return self.sources.offer('points', cloud.stamp_ns, damage, now_ns, steady_s)

    def take_odometry(self, base: BaseSample, now_ns: int, steady_s: float) -> bool:
        """Take an odometry sample if it is sound and news."""
        frames = self.config.frames
        damage = damage_of_odometry(base, frames.odometry_frame, frames.base_frame)
        if not self.sources.offer('odometry', base.stamp_ns, damage, now_ns, steady_s):
            return False
        self.base = base
        return True

    def take_people(self, people: PeopleSample, now_ns: int, steady_s: float) -> bool:
        """Take a list of people if it is sound and news."""
        damage = damage_of_people(people, self.config.frames.odometry_frame)
        if not self.sources.offer('people', people.stamp_ns, damage, now_ns, steady_s):
            return False
        self.people = people
        return True

    def lost(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Say which required sensors cannot be relied on, or not be placed."""
        return self.mounts.lost() + self.sources.lost(now_ns, steady_s)

    def usable_people(self, now_ns: int, steady_s: float) -> PeopleSample | None:
        """The newest list of people, if it and the odometry that places it are fresh."""
        for name in ('people', 'odometry'):
            if self.sources[name].lost(now_ns, steady_s) is not None:
                return None
        return self.people

    def measured_motion(self, now_ns: int, steady_s: float) -> bool | None:
        """Whether the base moves by fresh odometry; None if that is not known."""
        if self.base is None or self.sources['odometry'].lost(now_ns, steady_s) is not None:
            return None
        still = self.config.odometry
        return abs(self.base.v) > still.still_v or abs(self.base.w) > still.still_w

    def ages(self, at_ns: int) -> dict[str, float]:
        """Age at a time of what each source of obstacles saw last [s], at least 0."""
        ages = {}
        for name in self.config.obstacle_sources:
            newest = self.sources[name].stamp_ns
            ages[name] = 0.0 if newest is None else max(0, at_ns - newest) / NANO
        return ages

    def behind(self, stamp_ns: int) -> tuple[str, ...]:
        """Sensors in use whose newest sample is older than a stamp, by name.

        People are in use from their first list on. Clouds come at their own rate, so nothing
        waits for them.
        """
        late = []
        listed = (
            ('people',)
            if self.people is not None and 'people' not in self.sources.required
            else ()
        )
        for name in (*self.sources.required, *listed):
            if name == 'points':
                continue
            newest = self.sources[name].stamp_ns
            if newest is None or newest < stamp_ns:
                late.append(name)
        return tuple(late)

    def forget(self) -> None:
        """Rely on no stamp received so far."""
        self.proposal.forget()
        self.sources.forget()
        self.mounts.forget()
        self.scan = self.base = self.people = None
