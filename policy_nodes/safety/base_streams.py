"""The streams that a base controller relies on, and what is wrong with each just now."""

from __future__ import annotations

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.freshness import NANO, OF_PROPOSALS, Freshness
from policy_nodes.safety.heartbeats import Heartbeats
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
            {'scan': config.scan, 'odometry': config.odometry, 'people': config.people}, future
        )
        self.heartbeats = Heartbeats(config.heartbeat)
        self.scan: LaserSample | None = None
        self.base: BaseSample | None = None
        self.people: PeopleSample | None = None
        self.sources.required = ['scan', 'odometry']
        if config.people.required:
            self.sources.required.append('people')

    def take_scan(self, scan: LaserSample, now_ns: int, steady_s: float) -> bool:
        """Take a scan if it is sound and news."""
        damage = damage_of_scan(scan, self.config.scan.frame)
        if not self.sources.offer('scan', scan.stamp_ns, damage, now_ns, steady_s):
            return False
        self.scan = scan
        return True

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

    def scan_age(self, at_ns: int) -> float:
        """Age of the newest scan at a time [s], at least 0."""
        return 0.0 if self.scan is None else max(0, at_ns - self.scan.stamp_ns) / NANO

    def behind(self, stamp_ns: int) -> tuple[str, ...]:
        """Sensors in use whose newest sample is older than a stamp, by name.

        People are in use from their first list on.
        """
        late = []
        listed = (
            ('people',)
            if self.people is not None and 'people' not in self.sources.required
            else ()
        )
        for name in (*self.sources.required, *listed):
            newest = self.sources[name].stamp_ns
            if newest is None or newest < stamp_ns:
                late.append(name)
        return tuple(late)

    def forget(self) -> None:
        """Rely on no stamp received so far."""
        self.proposal.forget()
        self.sources.forget()
        self.scan = self.base = self.people = None
