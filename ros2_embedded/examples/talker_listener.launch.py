"""Starts talker.py and listener.py in a namespace, on another topic, at another pace.

Arguments: `period` between two greetings [s], `namespace`, `with_listener`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, EmitEvent, LogInfo, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessExit, OnProcessIO
from launch.events import Shutdown
from launch.events.process import ProcessIO
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

HERE = Path(__file__).resolve().parent


def generate_launch_description() -> LaunchDescription:
    """Return what to start; all ends when the listener has heard something."""
    talker = Node(
        executable=sys.executable,
        arguments=[str(HERE / 'talker.py')],
        name='speaker',
        namespace=LaunchConfiguration('namespace'),
        parameters=[{'period': LaunchConfiguration('period')}],
        remappings=[('chatter', 'conversation')],
        output='screen',
    )
    listener = Node(
        executable=sys.executable,
        arguments=[str(HERE / 'listener.py')],
        namespace=LaunchConfiguration('namespace'),
        remappings=[('chatter', 'conversation')],
        condition=IfCondition(LaunchConfiguration('with_listener')),
        output='screen',
    )

    def end_when_heard(event: ProcessIO) -> EmitEvent | None:
        text = event.text.decode(errors='replace')
        return EmitEvent(event=Shutdown(reason='heard enough')) if 'I heard' in text else None

    return LaunchDescription(
        [
            DeclareLaunchArgument('period', default_value='0.1', description='[s]'),
            DeclareLaunchArgument('namespace', default_value='demo'),
            DeclareLaunchArgument(
                'with_listener', default_value='true', choices=['true', 'false']
            ),
            talker,
            listener,
            RegisterEventHandler(
                OnProcessIO(
                    target_action=listener, on_stdout=end_when_heard, on_stderr=end_when_heard
                )
            ),
            RegisterEventHandler(
                OnProcessExit(target_action=talker, on_exit=[LogInfo(msg='the talker has ended')])
            ),
        ]
    )
