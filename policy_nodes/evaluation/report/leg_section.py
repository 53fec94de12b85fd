"""What the page of a run tells of legs: which foot stood when, torques, and the loop's timing."""

from __future__ import annotations

import numpy as np

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.leg_recording import LegRecord
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.report.foot_contact_figure import FootContacts, foot_contact_figure
from policy_nodes.evaluation.report.loop_timing_figure import LoopTiming, loop_timing_figure
from policy_nodes.evaluation.report.page import Html, figure, joined, tag
from policy_nodes.evaluation.report.torque_figure import JointTorques, torque_figure
from policy_nodes.evaluation.run_course import PERIOD_MS


def leg_section(robot: str, data: EpisodeData, legs: LegRecord) -> Html:
    """Write the section of an episode; what was not recorded is left out.

    Args:
        robot: whose limits of torque are drawn.
        data: of the episode.
        legs: of the episode.
    """
    name = f'legs-{data.index}'
    parts = []
    feet = legs.feet
    if len(feet.time):
        contacts = FootContacts(feet.names, feet.time, feet.values)
        parts.append(
            figure(
                foot_contact_figure(contacts, f'{name}-feet', legs.behaviours),
                'A bar for each time that a foot stood; above, the behaviour asked for.',
            )
        )
    limits = torque_limits(robot)
    torque = legs.torque
    if len(torque.time) and all(each in limits for each in torque.names):
        limit = np.array([limits[each] for each in torque.names])
        shown = JointTorques(torque.names, torque.time, torque.values, limit)
        most = float(shown.used().max())
        parts.append(
            figure(
                torque_figure(shown, f'{name}-torque'),
                f'Torques beside their limits; at most {words.percent(most)} of one was used.',
            )
        )
    if len(legs.loop) > 1:
        timing = LoopTiming(legs.loop, 1e-3 * data.inference.inference_ms, period=1e-3 * PERIOD_MS)
        parts.append(
            figure(
                loop_timing_figure(timing, f'{name}-loop'),
                'Measured in the policy node on a steady clock; inference is from a measurement '
                'to its proposal, with everything else of the graph on the same machine.',
            )
        )
    return joined((tag('h3', 'Legs'), *parts)) if parts else Html('')


def torque_limits(robot: str) -> dict[str, float]:
    """Greatest torque of each joint that the safety controller knows [Nm]; none for others."""
    joints = node_parameters('safety_controller', robot).get('joints', {})
    if not isinstance(joints, dict) or 'max_torque' not in joints:
        return {}
    return dict(zip(joints['names'], joints['max_torque'], strict=True))
