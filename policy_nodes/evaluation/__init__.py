"""Episodes, metrics, replay and reports."""
