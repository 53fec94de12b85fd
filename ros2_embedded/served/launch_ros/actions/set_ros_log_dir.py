"""SetROSLogDir action."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from launch import logging
from launch.action import Action
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class SetROSLogDir(Action):
    """Set the folder that the nodes which follow write their log files to."""

    def __init__(self, new_log_dir: SomeSubstitutionsType, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.__log_dir = normalize_to_list_of_substitutions(new_log_dir)

    @property
    def log_dir(self) -> list[Substitution]:
        """The folder, within the present one unless it is absolute."""
        return self.__log_dir

    def execute(self, context: LaunchContext) -> None:
        """Set ROS_LOG_DIR."""
        present = context.environment.get('ROS_LOG_DIR') or logging.launch_config.log_base_dir
        folder = Path(present) / perform_substitutions(context, self.log_dir)
        context.environment['ROS_LOG_DIR'] = os.path.abspath(folder.expanduser())
