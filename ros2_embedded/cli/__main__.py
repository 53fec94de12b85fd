"""`python -m ros2_embedded.cli`: the commands, with rclpy and launch served where absent."""

import ros2_embedded
from ros2_embedded.cli.app import app

ros2_embedded.install()
app(prog_name='ros')
