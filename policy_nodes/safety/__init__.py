"""Small numpy cores that decide how much of a proposal reaches the actuators.

`base_controller` composes them for a mobile base. Each core has one file and knows nothing of
messages, clocks or threads: times are arguments. Nothing here imports torch or rclpy. This is a
supervisory layer, not a safety-rated function: docs/explanation/safety.md.
"""
