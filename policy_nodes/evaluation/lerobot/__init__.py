"""Episodes as LeRobot data sets, and back."""
