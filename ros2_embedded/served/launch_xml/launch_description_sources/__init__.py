"""Sources of launch descriptions in XML."""

from .xml_launch_description_source import XMLLaunchDescriptionSource

__all__ = ['XMLLaunchDescriptionSource']
