"""Sources of launch descriptions in YAML."""

from .yaml_launch_description_source import YAMLLaunchDescriptionSource

__all__ = ['YAMLLaunchDescriptionSource']
