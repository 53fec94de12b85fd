"""Builds the cores of a base from its checked parameters."""

from __future__ import annotations

from policy_nodes.safety.approach import Approach
from policy_nodes.safety.base_config import AXES, BaseSafetyConfig
from policy_nodes.safety.cbf_filter import CbfFilter
from policy_nodes.safety.cloud_points import CloudProjector
from policy_nodes.safety.limits import AxisLimits
from policy_nodes.safety.obstacle_guard import ObstacleGuard
from policy_nodes.safety.obstacle_sources import ObstacleSources
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.parameters.zone import ZoneParameters
from policy_nodes.safety.people_guard import PeopleGuard
from policy_nodes.safety.scan_points import ScanProjector
from policy_nodes.safety.shapes import Circle, Polygon
from policy_nodes.safety.zone import Zone


def axis_limits(config: BaseSafetyConfig) -> AxisLimits:
    """Limits of forward speed and yaw rate."""
    axes = (config.linear, config.angular)
    return AxisLimits.of(
        AXES,
        lower=[axis.min_velocity for axis in axes],
        upper=[axis.max_velocity for axis in axes],
        acceleration=[axis.acceleration for axis in axes],
        deceleration=[axis.deceleration for axis in axes],
        jerk=[axis.jerk for axis in axes],
    )


def scan_projector(config: BaseSafetyConfig) -> ScanProjector:
    """The mount of the scanner."""
    scan = config.scan
    return ScanProjector(
        x=scan.x,
        y=scan.y,
        yaw=scan.yaw,
        body_radius=scan.body_radius,
        ignored=config.ignored_pairs,
        sector=scan.ahead_angle,
        zero_is_invalid=scan.zero_is_invalid,
    )


def cloud_projector(config: BaseSafetyConfig) -> CloudProjector:
    """Which points of a cloud count."""
    points = config.points
    return CloudProjector(
        min_height=points.min_height,
        max_height=points.max_height,
        max_range=points.max_range,
        body_radius=points.body_radius,
        cell=points.cell,
        cell_points=points.cell_points,
        least_points=points.least_points,
        # else the scan sees it, and judges by itself whether it does
        sees_behind=points.view == 'around' or config.scan.enabled,
    )


def obstacle_sources(config: BaseSafetyConfig) -> ObstacleSources:
    """A guard for each source of obstacles that is enabled."""
    return ObstacleSources(
        {name: obstacle_guard(config, name) for name in config.obstacle_sources}
    )


def zone(name: str, given: ZoneParameters) -> Zone:
    """One zone.

    Raises:
        ConfigError: corners that span no area.
    """
    try:
        area = (
            Polygon(list(zip(given.polygon[::2], given.polygon[1::2], strict=True)))
            if given.polygon
            else Circle(given.radius)
        )
    except ValueError as refusal:
        raise ConfigError(
            f'zones.{name}.polygon', given.polygon, 'is refused', str(refusal)
        ) from refusal
    return Zone(
        name,
        area,
        model=given.model,
        ratio=given.ratio,
        max_v=given.max_v,
        max_w=given.max_w,
        min_points=given.min_points,
        trigger_scans=given.trigger_scans,
        release_scans=given.release_scans,
        speed_low=given.speed_low,
        speed_high=given.speed_high,
        abeam=given.abeam,
        turn_in_place=given.turn_in_place,
    )


def obstacle_guard(config: BaseSafetyConfig, source: str = 'scan') -> ObstacleGuard:
    """Zones and approach model for what one source sees, as far as they are enabled."""
    near, people = config.approach, config.people
    sensor = config.scan if source == 'scan' else config.points
    approach = Approach(
        radius=near.radius,
        side_margin=near.side_margin,
        stand_off=near.stand_off,
        reaction_time=near.reaction_time,
        deceleration=config.linear.deceleration,
        time_to_contact=near.time_to_contact,
        least_scale=near.least_scale,
        min_points=near.min_points,
    )
    return ObstacleGuard(
        zones=[zone(name, given) for name, given in config.zones.items() if given.enabled],
        approach=approach if near.enabled else None,
        approach_turns=near.turn_in_place,
        max_invalid_share=sensor.max_invalid_share,
        max_invalid_ahead=config.scan.max_invalid_ahead,
        mask_margin=people.mask_margin if people.enabled and people.mask_scan else None,
        walking_speed=people.walking_speed,
        source=source,
    )


def people_guard(config: BaseSafetyConfig) -> PeopleGuard | None:
    """The people term, if it is enabled."""
    people, limits = config.people, axis_limits(config)
    if not people.enabled:
        return None
    return PeopleGuard(
        lower=limits.lower,
        upper=limits.upper,
        acceleration=limits.acceleration,
        response=people.response,
        radius=config.approach.radius,
        clearance=people.clearance,
        horizon=people.horizon,
        time_step=people.time_step,
        reaction_time=people.reaction_time,
        least_gain=people.least_gain,
    )


def barrier_filter(config: BaseSafetyConfig) -> CbfFilter | None:
    """The barrier filter, if it is enabled."""
    cbf = config.cbf
    if not cbf.enabled:
        return None
    return CbfFilter(
        radius=config.approach.radius,
        clearance=cbf.clearance,
        people_clearance=cbf.people_clearance,
        lead=cbf.lead,
        deceleration=config.linear.deceleration,
        reaction_time=cbf.reaction_time,
        margin=cbf.margin,
        yaw_weight=cbf.yaw_weight,
        sectors=cbf.sectors,
        budget=cbf.budget,
    )
